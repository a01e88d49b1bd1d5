import Foundation
import TestSupport

extension TestRedis {
    /// Forgets everything, scripts included.
    func flush() async throws {
        try await command("FLUSHALL")
        try await command("SCRIPT", "FLUSH")
    }

    /// Sends one command and returns the first line of its reply, without the type.
    @discardableResult
    func command(_ words: String...) async throws -> String {
        let port = URLComponents(string: url)?.port ?? 0
        let client = try await HTTPTestClient.connect(port)
        let lines = words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        try await client.send("*\(words.count)\r\n\(lines)")
        let reply = try await client.wait { bytes, _ in
            bytes.contains(0x0A) ? String(decoding: bytes, as: UTF8.self) : nil
        }
        await client.close()
        guard !reply.hasPrefix("-") else { throw ServiceProcess.Failure(description: reply) }
        return String(reply.dropFirst().prefix { !$0.isNewline })
    }
}
