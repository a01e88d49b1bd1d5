/// Strict percent-decoding of one piece of a target.
enum PercentDecoding {
    /// Decodes a piece of printable ASCII.
    ///
    /// A piece without `%` (and `+`, in a query) is copied as it is; it is short as a rule and then lives in the
    /// string itself. `plusIsSpace` are the form rules of a query; a path has none.
    static func decode(_ piece: Substring, plusIsSpace: Bool) throws(HTTPDecodingError.Reason) -> String {
        var piece = piece
        return try piece.withUTF8 { bytes in
            Result { () throws(HTTPDecodingError.Reason) in try decode(bytes, plusIsSpace: plusIsSpace) }
        }.get()
    }

    /// Decodes a piece that lies in memory.
    static func decode(
        _ piece: UnsafeBufferPointer<UInt8>,
        plusIsSpace: Bool
    ) throws(HTTPDecodingError.Reason) -> String {
        let isPlain = piece.allSatisfy { $0 != 0x25 && ($0 != 0x2B || !plusIsSpace) }
        return isPlain ? String(decoding: piece, as: UTF8.self) : try decodeEscapes(piece, plusIsSpace: plusIsSpace)
    }

    private static func decodeEscapes(
        _ piece: UnsafeBufferPointer<UInt8>,
        plusIsSpace: Bool
    ) throws(HTTPDecodingError.Reason) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(piece.count)
        var bytes = piece.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case 0x25:
                guard let high = bytes.next().flatMap(ASCII.hexValue), let low = bytes.next().flatMap(ASCII.hexValue)
                else { throw .malformedEscape }
                decoded.append(high << 4 | low)
                if decoded.last == 0 { throw .containsNUL }
            case 0x2B where plusIsSpace:
                decoded.append(0x20)
            default:
                decoded.append(byte)
            }
        }
        // The standard library's validation refuses overlong forms, surrogates and anything above U+10FFFF.
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }
}

/// A parameter of a target that cannot be decoded.
public struct HTTPDecodingError: Error, Sendable, Hashable {
    /// What is wrong with it.
    public enum Reason: Error, Sendable, Hashable {
        /// `%` without two hexadecimal digits.
        case malformedEscape
        /// The decoded bytes are not UTF-8.
        case invalidUTF8
        /// `%00`.
        case containsNUL
        /// More than ``HTTPQueryItems/maxCount`` items; `parameter` is the first one too many.
        case tooMany
    }

    /// The name of the parameter; as sent, if the name itself is at fault.
    public let parameter: String
    /// What is wrong with it.
    public let reason: Reason
}
