import Glibc

/// Finds empty lines in a stream of bytes, which end a head and a chunked body.
///
/// The connection hands bytes to the parser only up to there, so the parser never sees past the end of a request.
/// The parser decides what the bytes mean: an empty line inside a body just makes a cut of no effect.
struct LineScanner {
    /// Bytes of the present line so far.
    private var lineBytes = 0
    /// Whether a line has ended since the start.
    private(set) var hasLine = false

    /// Goes to the end of the next empty line.
    ///
    /// - Returns: how many bytes to take, all of them if none ends an empty line; and whether the last does.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> (count: Int, isEnd: Bool) {
        guard let base = bytes.baseAddress else { return (0, false) }
        var offset = 0
        while offset < bytes.count {
            guard let feed = memchr(base + offset, 0x0A, bytes.count - offset) else {
                lineBytes += bytes.count - offset
                return (bytes.count, false)
            }
            let next = UnsafeRawPointer(feed) - base + 1
            let length = lineBytes + next - 1 - offset
            lineBytes = 0
            hasLine = true
            offset = next
            if length <= 1 { return (offset, true) }
        }
        return (bytes.count, false)
    }
}
