import Glibc

/// Holds a request line to the letter of RFC 9112, 3: method, one space, target, one space, version, CR LF.
///
/// The parser is more generous: it takes several spaces for one, and lines of RTSP and ICE for those of HTTP. A proxy
/// that is not would see another request than this server, so such lines are refused before it reads them.
struct RequestLine {
    /// What came of the line in earlier reads.
    private var start: [UInt8] = []

    /// Reads on; false once the line has ended and is malformed.
    ///
    /// Costs two searches for a space; copies only a line that arrives in pieces. An empty line is none, and passes.
    mutating func accepts(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        guard let feed = memchr(base, 0x0A, bytes.count) else {
            start += bytes
            return true
        }
        let end = UnsafeRawBufferPointer(start: base, count: UnsafeRawPointer(feed) - base + 1)
        if start.isEmpty { return Self.isWellFormed(end) }
        start += end
        defer { start = [] }
        return start.withUnsafeBytes(Self.isWellFormed)
    }

    private static func isWellFormed(_ line: UnsafeRawBufferPointer) -> Bool {
        let count = line.count
        guard let base = line.baseAddress, count >= 2, line[count - 2] == 0x0D else { return false }
        if count == 2 { return true }
        // The shortest is `A * HTTP/1.1`; its last eleven bytes are the second space, the version, CR and LF.
        guard count >= 14, isVersion(UnsafeRawBufferPointer(rebasing: line[(count - 10)..<(count - 2)])) else {
            return false
        }
        let secondSpace = count - 11
        guard let space = memchr(base, 0x20, count) else { return false }
        let target = UnsafeRawPointer(space) - base + 1
        guard target > 1, target < secondSpace, line[secondSpace] == 0x20,
            memchr(base + target, 0x20, secondSpace - target) == nil
        else { return false }
        return line[..<(target - 1)].allSatisfy(ASCII.isTokenByte)
    }

    private static func isVersion(_ text: UnsafeRawBufferPointer) -> Bool {
        text.starts(with: "HTTP/".utf8) && ASCII.isDigit(text[5]) && text[6] == 0x2E && ASCII.isDigit(text[7])
    }
}
