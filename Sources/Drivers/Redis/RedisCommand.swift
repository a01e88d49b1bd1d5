import NIOCore

/// A command, encoded as it is put together: one array of bytes however many words it has.
public struct RedisCommand: Sendable {
    /// `$`, two digits, a line end: overwritten when the length of the word is known.
    private static let header: [UInt8] = Array("$00\r\n".utf8)
    private static let lineEnd: [UInt8] = [13, 10]
    private static let counts: [[UInt8]] = (0..<64).map { Array("*\($0)\r\n".utf8) }

    let script: RedisScript?
    private var wordCount = 0
    private(set) var body: [UInt8] = []

    /// A command of these words; more can be appended.
    public init(_ words: String...) {
        script = nil
        for word in words { append(word) }
    }

    /// A call of a script whose first `keys` words to be appended are keys, the others arguments.
    ///
    /// Sets `capacity` bytes aside; a good guess saves allocations.
    public init(calling script: RedisScript, keys: Int, capacity: Int = 192) {
        self.script = script
        body.reserveCapacity(capacity)
        append(keys)
    }

    /// The script's name, or the command's first word.
    public var name: String {
        if let script { return script.name }
        guard let end = body.firstIndex(of: 10), let stop = body[(end + 1)...].firstIndex(of: 13) else { return "" }
        return String(decoding: body[(end + 1)..<stop], as: UTF8.self)
    }

    /// Appends a word of text.
    public mutating func append(_ text: String) { append { $0.append(text) } }

    /// Appends a word of bytes.
    public mutating func append(_ bytes: [UInt8]) { append { $0.append(bytes) } }

    /// Appends a number in decimal.
    public mutating func append(_ number: some FixedWidthInteger) { append { $0.append(number) } }

    /// Appends a word that is put together from parts.
    public mutating func append(_ build: (inout RedisWord) -> Void) {
        let start = body.count
        var word = RedisWord(bytes: [])
        swap(&word.bytes, &body)  // moved, not copied
        word.bytes.append(contentsOf: Self.header)
        build(&word)
        swap(&word.bytes, &body)
        let length = body.count - start - Self.header.count
        switch length {
        case 0..<10:
            body[start + 1] = 48 + UInt8(length)
            body.remove(at: start + 2)
        case 10..<100:
            body[start + 1] = 48 + UInt8(length / 10)
            body[start + 2] = 48 + UInt8(length % 10)
        default:
            var digits: [UInt8] = []
            RedisWord.appendDecimal(UInt64(length), to: &digits)
            body.replaceSubrange((start + 1)..<(start + 3), with: digits)
        }
        body.append(contentsOf: Self.lineEnd)
        wordCount += 1
    }

    /// Writes the command as RESP; a script's by its hash, or with its text.
    func encode(withSource: Bool, into buffer: inout ByteBuffer) {
        let count = wordCount + (script == nil ? 0 : 2)
        if count < Self.counts.count {
            buffer.writeBytes(Self.counts[count])
        } else {
            buffer.writeString("*\(count)\r\n")
        }
        if let script { buffer.writeBytes(withSource ? script.evalHead : script.evalSHAHead) }
        buffer.writeBytes(body)
    }
}
