import TestSupport

/// The run's own way to Redis: several commands on one connection, one after the other.
struct RedisConsole: Sendable {
    let port: Int

    /// Sends commands at once; gives the first line of each reply without its type, for a bulk its text.
    @discardableResult
    func run(_ commands: [[String]]) async throws -> [String] {
        let client = try await HTTPTestClient.connect(port)
        do {
            for words in commands {
                let parts = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
                try await client.send("*\(words.count)\r\n\(parts)")
            }
            var replies: [String] = []
            while replies.count < commands.count {
                replies.append(try await client.wait { bytes, _ in Self.takeReply(from: &bytes) })
            }
            await client.close()
            if let error = replies.first(where: { $0.hasPrefix("-") }) { throw FaultRunError("Redis: \(error)") }
            return replies
        } catch {
            await client.close()
            throw error
        }
    }

    /// Sends one command.
    @discardableResult
    func run(_ words: String...) async throws -> String { try await run([words])[0] }

    /// A whole reply of one line or one bulk; arrays are not asked for.
    private static func takeReply(from bytes: inout [UInt8]) -> String? {
        guard let end = bytes.firstIndex(of: 0x0A), end > 1 else { return nil }
        let line = String(decoding: bytes[..<(end - 1)], as: UTF8.self)
        guard line.hasPrefix("$"), let length = Int(line.dropFirst()), length >= 0 else {
            bytes.removeFirst(end + 1)
            return line.hasPrefix("-") ? line : String(line.dropFirst())
        }
        guard bytes.count >= end + 1 + length + 2 else { return nil }
        let text = String(decoding: bytes[(end + 1)..<(end + 1 + length)], as: UTF8.self)
        bytes.removeFirst(end + 1 + length + 2)
        return text
    }
}
