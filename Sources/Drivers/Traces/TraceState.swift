/// The header `tracestate`: what other tracing systems want passed along.
public enum TraceState {
    /// As much as every system must pass along.
    static let maxBytes = 512
    private static let maxMembers = 32

    /// The text as it came where it is well-formed, else nothing: then it is dropped and the trace goes on.
    ///
    /// Several headers are one text, joined by commas.
    public static func valid(_ text: String) -> String {
        guard !text.isEmpty, text.utf8.count <= maxBytes else { return "" }
        var keys: Set<[UInt8]> = []
        let members = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        for member in members {
            let member = trimmed(member)
            if member.isEmpty { continue }
            guard let equals = member.firstIndex(of: UInt8(ascii: "=")) else { return "" }
            let key = Array(member[..<equals])
            guard isKey(key), isValue(member[(equals + 1)...]), keys.insert(key).inserted else { return "" }
        }
        return keys.isEmpty || keys.count > maxMembers ? "" : text
    }

    private static func trimmed(_ member: Substring.UTF8View) -> ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var bytes = Array(member)[...]
        bytes = bytes.drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    /// A letter or digit, then up to 255 of these, `_`, `-`, `*`, `/` and, between tenant and system, `@`.
    private static func isKey(_ key: [UInt8]) -> Bool {
        guard let first = key.first, isLetterOrDigit(first), key.count <= 256 else { return false }
        return key.allSatisfy { isLetterOrDigit($0) || "_-*/@".utf8.contains($0) }
            && key.count { $0 == UInt8(ascii: "@") } <= 1
    }

    /// 1 to 256 visible characters or spaces, but no comma and no equals sign.
    private static func isValue(_ value: ArraySlice<UInt8>) -> Bool {
        (1...256).contains(value.count)
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
