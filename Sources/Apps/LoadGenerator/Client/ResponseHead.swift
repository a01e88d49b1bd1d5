import Glibc

/// What the load generator needs to know of a response's head.
struct ResponseHead: Equatable {
    /// The status code, 100 to 999.
    var status: Int
    /// Bytes up to and with the empty line.
    var length: Int
    /// Bytes of the body that follows.
    var bodyLength: Int
    /// Whether the server will close the connection after it.
    var closes: Bool

    enum Scan: Equatable {
        case head(ResponseHead)
        /// More bytes are needed.
        case incomplete
        /// Not HTTP/1.1 with a length, which is all that is spoken here; chunked bodies included.
        case malformed
    }

    /// The longest head that is waited for, in bytes.
    static let maxLength = 16_384

    /// Reads a head from the beginning of what was received.
    ///
    /// Looks at each byte about once; fields other than the length and `Connection` are passed over.
    static func scan(_ bytes: UnsafeRawBufferPointer) -> Scan {
        guard bytes.count >= 13 else { return .incomplete }
        guard bytes.starts(with: "HTTP/1.1 ".utf8), let status = Decimal.value(bytes[9..<12]) else { return .malformed }
        var head = ResponseHead(status: status, length: 0, bodyLength: -1, closes: false)
        var start = 0
        while let end = Text.newline(in: bytes, from: start) {
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            start = end + 1
            if line.count <= 1 {
                head.length = start
                return head.finished
            }
            guard head.note(line) else { return .malformed }
        }
        return bytes.count > maxLength ? .malformed : .incomplete
    }

    /// Takes a field line, still with its carriage return; false where the body's end cannot be known.
    private mutating func note(_ line: UnsafeRawBufferPointer) -> Bool {
        switch line[0] | 0x20 {
        case UInt8(ascii: "c"):
            if let value = Text.value(ofField: "content-length", in: line) {
                guard let length = Decimal.value(value[...]) else { return false }
                bodyLength = length
            } else if let value = Text.value(ofField: "connection", in: line) {
                closes = Text.equal(value, "close")
            }
        case UInt8(ascii: "t"):
            return Text.value(ofField: "transfer-encoding", in: line) == nil
        default: break
        }
        return true
    }

    private var finished: Scan {
        var head = self
        if status == 304 || status == 204 { head.bodyLength = 0 }
        return head.bodyLength >= 0 ? .head(head) : .malformed
    }
}
