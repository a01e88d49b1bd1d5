import Redis
import TestSupport
import Testing

/// What happens to a connection when its server stops, dies, freezes or pauses.
@Suite(.serialized)
struct RedisServerLossTests {
    @Test
    func comesBackWhenTheServerDoes() async throws {
        try await TestRedis.withPrivateServer { server in
            try await withRunning(.testing(server.url)) { connection in
                _ = await connection.reply(to: "SET", "key", "value")
                try await server.stop()
                #expect(await redisEventually { !connection.isConnected })
                #expect(await connection.failure(of: RedisCommand("PING"))?.code == .disconnected)
                try await server.start()
                #expect(await redisEventually { connection.isConnected })

                #expect(await connection.reply(to: "GET", "key")?.text == "value")
            }
        }
    }

    @Test
    func failsWhatWaitsWhenTheServerIsKilled() async throws {
        try await TestRedis.withPrivateServer { server in
            try await withRunning(.testing(server.url)) { connection in
                async let waiting = connection.failure(of: RedisCommand("BLPOP", "nothing", "0"))
                #expect(await redisEventually { connection.statistics.pending == 1 })
                try await server.kill()

                #expect(await waiting?.code == .disconnected)
            }
        }
    }

    @Test
    func isStalledWhileRedisHangsAndWorksAgainAfterwards() async throws {
        try await TestRedis.withPrivateServer { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.stallTimeout = .seconds(60)
            try await withRunning(configuration) { connection in
                try await server.suspend()
                let first = await connection.failure(of: RedisCommand("PING"), within: .milliseconds(20))
                let start = ContinuousClock.now
                var codes: Set<RedisError.Code?> = []
                for _ in 0..<1000 { codes.insert(await connection.failure(of: RedisCommand("PING"))?.code) }
                let took = ContinuousClock.now - start
                try await server.resume()

                #expect(first?.code == .timedOut)
                #expect(codes == [.stalled])
                #expect(took < .seconds(10), "a thousand calls cost no wait of 20 ms each")
                #expect(await redisEventually { await connection.failure(of: RedisCommand("PING")) == nil })
                #expect(connection.statistics.reconnects == 0)
            }
        }
    }

    @Test
    func replacesAConnectionThatStaysSilent() async throws {
        try await TestRedis.withPrivateServer { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.connectTimeout = .milliseconds(500)
            configuration.stallTimeout = .milliseconds(300)
            try await withRunning(configuration) { connection in
                try await server.suspend()
                async let patient = connection.failure(of: RedisCommand("PING"), within: .milliseconds(100))
                #expect(await patient?.code == .timedOut)
                #expect(await redisEventually { !connection.isConnected })
                #expect(connection.statistics.pending == 0)
                try await server.resume()

                #expect(await redisEventually { connection.isConnected })
                #expect(await connection.reply(to: "PING") == .status("PONG"))
            }
        }
    }

    @Test
    func waitsForALongCommandThatIsWithinItsLimit() async throws {
        try await TestRedis.withPrivateServer { server in
            var configuration = try RedisConfiguration.testing(server.url)
            configuration.stallTimeout = .milliseconds(50)
            try await withRunning(configuration) { connection in
                async let long = connection.failure(of: RedisCommand("BLPOP", "list", "0.4"), within: .seconds(10))
                #expect(await redisEventually { connection.statistics.pending == 1 })
                async let short = connection.failure(of: RedisCommand("PING"), within: .milliseconds(20))

                #expect(await short?.code == .timedOut)
                #expect(await long == nil)
                #expect(connection.statistics.reconnects == 0)
            }
        }
    }

    @Test
    func needsThePasswordThatTheServerWants() async throws {
        try await TestRedis.withPrivateServer { server in
            try await withRunning(.testing(server.url)) { connection in
                _ = try await connection.send(RedisCommand("CONFIG", "SET", "requirepass", "s3cret"))
            }
            let right = server.url.replacing("redis://", with: "redis://:s3cret@")
            let wrong = server.url.replacing("redis://", with: "redis://:guess@")

            try await withRunning(.testing(right)) { connection in
                #expect(await connection.reply(to: "PING") == .status("PONG"))
                let wasRefused = try await withRunning(.testing(wrong), waits: false) { refused in
                    let wasTried = await redisEventually { await Self.refusals(connection) > 0 }
                    return wasTried && !refused.isConnected
                }
                #expect(wasRefused)
                // Without it the server could not be stopped.
                _ = try await connection.send(RedisCommand("CONFIG", "SET", "requirepass", ""))
            }
        }
    }

    private static func refusals(_ connection: RedisConnection) async -> Int {
        await connection.reply(to: "ACL", "LOG")?.elements?.count ?? 0
    }
}
