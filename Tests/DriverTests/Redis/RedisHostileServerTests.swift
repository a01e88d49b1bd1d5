import Redis
import Synchronization
import TestSupport
import Testing

struct RedisHostileServerTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let answer: String
        let closes: Bool
        let code: RedisError.Code

        var testDescription: String { answer.debugDescription }
    }

    @Test(arguments: [
        Fault(answer: "$10\r\nabc", closes: true, code: .disconnected),
        Fault(answer: "", closes: true, code: .disconnected),
        Fault(answer: "gibberish\r\n", closes: false, code: .protocolViolation),
        Fault(answer: "*99999999\r\n", closes: false, code: .protocolViolation),
    ])
    func failsEverythingThatWaitsAndConnectsAgain(_ fault: Fault) async throws {
        try await RedisRawServer.with({ connection, words in
            if let greeting = RedisRawServer.greeting(words) { return greeting }
            if connection > 0 { return .bytes("+OK\r\n") }
            guard words.first == "GET" else { return .silence }
            return fault.closes ? .lastBytes(fault.answer) : .bytes(fault.answer)
        }) { server in
            try await withRunning(.testing(server.url)) { connection in
                async let before = connection.failure(of: RedisCommand("SET"))
                #expect(await redisEventually { connection.statistics.pending == 1 })
                async let faulty = connection.failure(of: RedisCommand("GET"))
                let codes = await [before?.code, faulty?.code]

                #expect(codes == [fault.code, fault.code])
                #expect(await redisEventually { connection.isConnected })
                #expect(await connection.reply(to: "GET") == .status("OK"))
                #expect(connection.statistics.reconnects == 1)
            }
        }
    }

    @Test
    func endsAConnectionThatSpeaksUnasked() async throws {
        try await RedisRawServer.with({ connection, words in
            guard connection == 0, words.first == "GET" else {
                return RedisRawServer.greeting(words) ?? .bytes("+OK\r\n")
            }
            return .bytes("+OK\r\n+MORE\r\n")
        }) { server in
            try await withRunning(.testing(server.url)) { connection in
                #expect(await connection.reply(to: "GET") == .status("OK"))
                #expect(await redisEventually { connection.statistics.reconnects == 1 })
            }
        }
    }

    @Test(arguments: ["-LOADING Redis is loading the dataset in memory\r\n", "-NOAUTH Authentication required.\r\n"])
    func isNotConnectedUntilRedisAgreesToTheGreeting(_ refusal: String) async throws {
        let isReady = Atomic(false)
        let pings = Atomic(0)
        try await RedisRawServer.with({ _, words in
            guard words.first == "PING", !isReady.load(ordering: .relaxed) else {
                return RedisRawServer.greeting(words) ?? .bytes("+OK\r\n")
            }
            pings.wrappingAdd(1, ordering: .relaxed)
            return .bytes(refusal)
        }) { server in
            try await withRunning(.testing(server.url), waits: false) { connection in
                #expect(await redisEventually { pings.load(ordering: .relaxed) > 2 })
                #expect(!connection.isConnected)
                isReady.store(true, ordering: .relaxed)

                #expect(await redisEventually { connection.isConnected })
            }
        }
    }

    @Test
    func givesUpOnAGreetingThatIsNotAnswered() async throws {
        try await RedisRawServer.with({ connection, words in
            connection == 0 ? .silence : RedisRawServer.greeting(words) ?? .bytes("+OK\r\n")
        }) { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.connectTimeout = .milliseconds(100)
            try await withRunning(configuration) { connection in
                #expect(await connection.reply(to: "GET") == .status("OK"))
            }
        }
    }

    @Test
    func greetsWithUserAndDatabase() async throws {
        try await RedisRawServer.with({ _, words in RedisRawServer.greeting(words) ?? .silence }) { server in
            let url = server.url.replacing("redis://", with: "redis://app:pa%20ss@") + "/4"
            try await withRunning(.testing(url)) { _ in }

            #expect(server.chunks.first == [["AUTH", "app", "pa ss"], ["SELECT", "4"], ["PING"]])
        }
    }

    @Test
    func givesTheLateReplyOfOneToNobodyElse() async throws {
        try await RedisRawServer.with({ _, words in
            switch words.first {
            case "SLOW": .silence
            case "FLUSH": .bytes("+late\r\n+flushed\r\n")
            default: RedisRawServer.greeting(words) ?? .bytes("+OK\r\n")
            }
        }) { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.stallTimeout = .seconds(60)
            try await withRunning(configuration) { connection in
                #expect(
                    await connection.failure(of: RedisCommand("SLOW"), within: .milliseconds(30))?.code == .timedOut
                )
                #expect(await connection.failure(of: RedisCommand("GET"))?.code == .stalled)
                connection.post(RedisCommand("FLUSH"))

                #expect(await redisEventually { connection.statistics.pending == 0 })
                #expect(await connection.reply(to: "GET") == .status("OK"))
                #expect(connection.statistics.reconnects == 0)
            }
        }
    }

    @Test
    func boundsWhatWaits() async throws {
        try await RedisRawServer.with({ _, words in RedisRawServer.greeting(words) ?? .silence }) { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.maxPending = 2
            try await withRunning(configuration) { connection in
                async let first = connection.failure(of: RedisCommand("A"), within: .milliseconds(500))
                async let second = connection.failure(of: RedisCommand("B"), within: .milliseconds(500))
                #expect(await redisEventually { connection.statistics.pending == 2 })
                let third = await connection.failure(of: RedisCommand("C"))
                connection.post(RedisCommand("D"))
                #expect(await redisEventually { connection.statistics.dropped == 1 })

                #expect(third?.code == .overloaded)
                #expect(await first?.code == .timedOut)
                #expect(await second?.code == .timedOut)
            }
        }
    }

    @Test
    func boundsTheBytesThatWait() async throws {
        try await RedisRawServer.with({ _, words in RedisRawServer.greeting(words) ?? .bytes("+OK\r\n") }) { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.maxPendingBytes = 1000
            try await withRunning(configuration) { connection in
                let large = RedisCommand("SET", String(repeating: "x", count: 1000))

                #expect(await connection.failure(of: large)?.code == .overloaded)
                // Bytes that were answered wait no longer.
                for _ in 0..<100 { #expect(await connection.reply(to: "SET", "small") == .status("OK")) }
            }
        }
    }
}
