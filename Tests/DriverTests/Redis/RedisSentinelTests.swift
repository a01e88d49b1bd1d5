import Redis
import TestSupport
import Testing

/// Sentinels know where the master is, and it changes.
@Suite(.serialized)
struct RedisSentinelTests {
    private static func withSentinels(
        replicas: Int = 1,
        password: String? = nil,
        _ body: (TestSentinels) async throws -> Void
    ) async throws {
        let sentinels = try await TestSentinels(replicas: replicas, password: password)
        do { try await body(sentinels) } catch {
            try await sentinels.remove()
            throw error
        }
        try await sentinels.remove()
    }

    @Test
    func goesOverToTheMasterThatTheSentinelsHaveChosen() async throws {
        try await Self.withSentinels { sentinels in
            let old = sentinels.servers[0]
            try await withRunning(.testing(sentinels.url)) { connection in
                _ = await connection.reply(to: "SET", "key", "value")
                #expect(await connection.reply(to: "WAIT", "1", "5000") == .integer(1))
                try await old.kill()
                let new = try await sentinels.master(otherThan: old)

                #expect(await redisEventually { connection.isConnected })
                #expect(await connection.reply(to: "GET", "key")?.text == "value")
                #expect(await connection.reply(to: "SET", "key", "later") == .status("OK"))
                #expect(
                    await connection.reply(to: "INFO", "server")?.text?.contains("tcp_port:\(try new.port)") == true
                )
            }
        }
    }

    /// A planned fail-over: the old master lives on as a replica, and says so to whoever writes.
    @Test
    func leavesAServerThatHasBecomeAReplica() async throws {
        try await TestRedis.withPrivateServer { other in
            try await TestRedis.withPrivateServer { server in
                try await withRunning(.testing(server.url)) { connection in
                    let console = try await onePort(other)
                    #expect(await connection.reply(to: "REPLICAOF", "127.0.0.1", console) == .status("OK"))
                    let refused = await connection.failure(of: RedisCommand("SET", "key", "value"))

                    #expect(refused?.word == "READONLY")
                    #expect(await redisEventually { connection.statistics.reconnects > 0 })
                }
            }
        }
    }

    /// A sentinel that has not heard yet, one that knows no such group, and one that says nothing.
    @Test
    func asksAgainWhileTheServerThatItIsToldOfIsNoMaster() async throws {
        try await TestRedis.withPrivateServer { master in
            try await TestRedis.withPrivateServer { replica in
                let (right, wrong) = (try master.port, try replica.port)
                try await withRunning(.testing(replica.url)) { console in
                    #expect(await console.reply(to: "REPLICAOF", "127.0.0.1", "\(right)") == .status("OK"))
                }
                let late = { @Sendable (connection: Int, words: [String]) -> RedisRawServer.Answer in
                    let port = "\(connection < 3 ? wrong : right)"
                    return .bytes("*2\r\n$9\r\n127.0.0.1\r\n$\(port.count)\r\n\(port)\r\n")
                }
                try await RedisRawServer.with(late) { sentinel in
                    try await RedisRawServer.with({ _, _ in .bytes("*-1\r\n") }) { stranger in
                        try await RedisRawServer.with({ _, _ in .silence }) { mute in
                            let hosts = [sentinel, stranger, mute].map { $0.url.dropFirst("redis://".count) }
                            var configuration = try RedisConfiguration.testing(
                                "redis+sentinel://\(hosts.joined(separator: ","))/shop"
                            )
                            configuration.connectTimeout = .milliseconds(500)
                            try await withRunning(configuration) { connection in
                                #expect(await connection.reply(to: "SET", "key", "value") == .status("OK"))
                                let info = await connection.reply(to: "INFO", "server")?.text
                                #expect(info?.contains("tcp_port:\(right)") == true)
                                #expect(connection.statistics.reconnects == 0)
                            }
                            #expect(sentinel.chunks.count > 3)
                        }
                    }
                }
            }
        }
    }

    @Test
    func provesItselfToSentinels() async throws {
        try await Self.withSentinels(replicas: 1, password: "eyes-only") { sentinels in
            try await withRunning(.testing(sentinels.url)) { connection in
                #expect(await connection.reply(to: "PING") == .status("PONG"))
            }
            let unproven = sentinels.url.prefix { $0 != "?" }
            try await withRunning(.testing(String(unproven)), waits: false) { connection in
                #expect(await connection.failure(of: RedisCommand("PING"))?.code == .disconnected)
            }
        }
    }
}

private func onePort(_ server: TestRedis) async throws -> String { "\(try server.port)" }
