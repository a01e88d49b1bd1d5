import NIOCore
import Testing

@testable import Redis

struct RedisCommandTests {
    private func encoded(_ command: RedisCommand, withSource: Bool = false) -> String {
        var buffer = ByteBuffer()
        command.encode(withSource: withSource, into: &buffer)
        return String(buffer: buffer)
    }

    @Test
    func encodesWordsOfEveryLength() {
        for length in [0, 1, 9, 10, 11, 99, 100, 101, 999, 1000, 70_000] {
            let word = String(repeating: "x", count: length)

            #expect(encoded(RedisCommand("SET", word)) == "*2\r\n$3\r\nSET\r\n$\(length)\r\n\(word)\r\n")
        }
    }

    @Test
    func countsBytesNotCharacters() {
        #expect(encoded(RedisCommand("ß😀")) == "*1\r\n$6\r\nß😀\r\n")
    }

    @Test(arguments: [Int64.min, -10, -1, 0, 1, 9, 10, 1_234_567_890, Int64.max])
    func encodesNumbersInDecimal(_ number: Int64) {
        var command = RedisCommand()
        command.append(number)

        #expect(encoded(command) == "*1\r\n$\("\(number)".utf8.count)\r\n\(number)\r\n")
    }

    @Test
    func putsWordsTogetherFromParts() {
        var command = RedisCommand("GET")
        command.append {
            $0.append("fs:{")
            $0.append(UInt64.max)
            $0.append("}:")
            $0.append([0x65, 0x70])
        }

        #expect(encoded(command) == "*2\r\n$3\r\nGET\r\n$28\r\nfs:{18446744073709551615}:ep\r\n")
    }

    @Test
    func encodesMoreWordsThanUsual() {
        let command = RedisCommand("DEL")
        let many = (0..<200).reduce(into: command) { $0.append("\($1 % 10)") }

        #expect(encoded(many).hasPrefix("*201\r\n$3\r\nDEL\r\n$1\r\n0\r\n"))
    }

    @Test
    func callsAScriptByItsHashOrWithItsText() {
        let script = RedisScript(name: "one", source: "return 1")
        var call = RedisCommand(calling: script, keys: 1)
        call.append("key")
        call.append(7)

        let hash = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"
        #expect(
            encoded(call) == "*5\r\n$7\r\nEVALSHA\r\n$40\r\n\(hash)\r\n$1\r\n1\r\n$3\r\nkey\r\n$1\r\n7\r\n"
        )
        #expect(
            encoded(call, withSource: true)
                == "*5\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n$3\r\nkey\r\n$1\r\n7\r\n"
        )
        #expect(call.name == "one")
        #expect(RedisCommand("GET", "key").name == "GET")
        #expect(RedisCommand().name == "")
    }

    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 1000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
    ])
    func hashesTheVectorsOfTheStandard(_ text: String, _ hash: String) {
        #expect(SHA1.hexadecimal(of: Array(text.utf8)) == hash)
    }
}
