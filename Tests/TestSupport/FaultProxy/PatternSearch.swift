/// Looks for a byte pattern in a stream that comes in pieces.
struct PatternSearch {
    private let pattern: [UInt8]
    /// The end of what came before, too short to hold the pattern.
    private var tail: [UInt8] = []

    init(_ pattern: [UInt8]) { self.pattern = pattern }

    /// Whether the pattern ends in this piece, wherever it began.
    mutating func matches(_ bytes: [UInt8]) -> Bool {
        let window = tail + bytes
        tail = Array(window.suffix(max(pattern.count - 1, 0)))
        return window.contains(pattern)
    }
}

extension [UInt8] {
    /// Whether `pattern` occurs in the bytes; not if it is empty.
    func contains(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first, count >= pattern.count else { return false }
        return withUnsafeBufferPointer { bytes in
            (0...(bytes.count - pattern.count)).contains { start in
                bytes[start] == first && bytes[start..<(start + pattern.count)].elementsEqual(pattern)
            }
        }
    }
}
