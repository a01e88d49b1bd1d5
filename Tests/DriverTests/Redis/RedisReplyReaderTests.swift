import Testing

@testable import Redis

struct RedisReplyReaderTests {
    private func read(_ text: String, pieces: Int = .max, limit: Int = 1 << 20) throws -> [RedisReply] {
        var reader = RedisReplyReader(maxReplyBytes: limit)
        var replies: [RedisReply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try Array(rest.prefix(pieces)).withUnsafeBytes { bytes in try reader.feed(bytes) }
            rest = rest.dropFirst(pieces)
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    func readsRepliesInPieces(_ size: Int) throws {
        let text =
            "+OK\r\n:-42\r\n$5\r\na\r\nbc\r\n$-1\r\n*-1\r\n*0\r\n*2\r\n$2\r\nGO\r\n*1\r\n-ERR no\r\n-BUSY x\r\n$0\r\n\r\n"

        let replies = try read(text, pieces: size)

        #expect(
            replies == [
                .status("OK"), .integer(-42), .bulk(Array("a\r\nbc".utf8)), .null, .null, .array([]),
                .array([.bulk(Array("GO".utf8)), .array([.error("ERR no")])]), .error("BUSY x"), .bulk([]),
            ]
        )
    }

    @Test(arguments: ["hello\r\n", "\r\n", "$-2\r\n", "*-2\r\n", "HTTP/1.1 400 Bad Request\r\n", "\u{0}\r\n"])
    func refusesGarbage(_ text: String) {
        let error = #expect(throws: RedisError.self) { try read(text) }

        #expect(error?.code == .protocolViolation)
    }

    @Test
    func refusesAnArrayThatClaimsTooMuch() {
        #expect(throws: RedisError.self) { try read("*2147483647\r\n") }
        #expect(throws: RedisError.self) { try read("*1\r\n*5000000\r\n") }
    }

    @Test
    func refusesALongReplyAndTakesManyShortOnes() throws {
        let short = String(repeating: "$3\r\nabc\r\n", count: 100)
        let long =
            "*3\r\n$40\r\n" + String(repeating: "x", count: 40) + "\r\n$40\r\n" + String(repeating: "x", count: 40)

        #expect(try read(short, pieces: 64, limit: 80).count == 100)
        #expect(throws: RedisError.self) { try read(long, pieces: 16, limit: 80) }
    }

    @Test
    func refusesNestingWithoutEnd() {
        #expect(throws: RedisError.self) { try read(String(repeating: "*1\r\n", count: 40)) }
    }
}
