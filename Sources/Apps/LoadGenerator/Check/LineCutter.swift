/// Cuts a stream of bytes into lines.
struct LineCutter: Sendable {
    private var rest: [UInt8] = []

    /// Takes bytes and hands over the lines that are whole, without their ends.
    mutating func take(_ bytes: some Sequence<UInt8>, _ each: (ArraySlice<UInt8>) -> Void) {
        rest.append(contentsOf: bytes)
        var start = 0
        while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
            each(rest[start..<end])
            start = end + 1
        }
        rest.removeFirst(start)
    }
}
