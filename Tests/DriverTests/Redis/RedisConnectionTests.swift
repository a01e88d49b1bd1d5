import NIOCore
import NIOPosix
import Redis
import Synchronization
import TestSupport
import Testing

struct RedisConnectionTests {
    @Test
    func keepsBytesAsTheyAre() async throws {
        let bytes = (0...255).map { UInt8($0) } + Array(repeating: 0x0d, count: 70_000)
        let key = uniqueRedisKey()

        let reply = try await withSharedRedis { connection in
            var set = RedisCommand("SET", key)
            set.append(bytes)
            #expect(await connection.failure(of: set) == nil)
            let reply = await connection.reply(to: "GET", key)
            #expect(await connection.reply(to: "DEL", key) == .integer(1))
            return reply
        }

        #expect(reply == .bulk(bytes))
    }

    @Test
    func throwsWhatRedisRefuses() async throws {
        try await withSharedRedis { connection in
            let error = await connection.failure(of: RedisCommand("INCRBY", "key"))

            #expect(error?.code == .server)
            #expect(error?.word == "ERR")
            #expect(error?.description.contains("wrong number") == false)
            #expect(error?.debugDescription.contains("wrong number") == true)
            #expect(error?.file.hasSuffix("RedisTesting.swift") == true)
        }
    }

    @Test(arguments: [true, false])
    func answersManyCallersInOrder(fromTheLoop: Bool) async throws {
        try await withSharedRedis { connection in
            let executor = fromTheLoop ? RedisLoopExecutor(connection.eventLoop) : nil
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<2000 {
                    group.addTask(executorPreference: executor) {
                        let reply = try await connection.send(RedisCommand("ECHO", "\(number)"))
                        return reply.text == "\(number)" ? 1 : 0
                    }
                }
                return try await group.reduce(0, +)
            }

            #expect(sum == 2000)
            #expect(await redisEventually { connection.statistics.pending == 0 })
        }
    }

    @Test
    func sendsAllCommandsOfATurnInOneWrite() async throws {
        try await RedisRawServer.with({ _, words in RedisRawServer.greeting(words) ?? .bytes("+OK\r\n") }) { server in
            try await withRunning(.testing(server.url)) { connection in
                try await withTaskExecutorPreference(RedisLoopExecutor(connection.eventLoop)) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<20 {
                            group.addTask { _ = try await connection.send(RedisCommand("SET", "\(number)")) }
                        }
                        try await group.waitForAll()
                    }
                }
            }

            #expect(server.chunks.map(\.count) == [1, 20])
        }
    }

    @Test
    func runsAScriptThatRedisHasForgotten() async throws {
        let key = uniqueRedisKey()
        let script = RedisScript(name: "count", source: "return redis.call('INCR', KEYS[1]) -- \(key)")
        let observed = Mutex<[RedisObservation]>([])

        try await withSharedRedis {
            $0.observer = { observation in observed.withLock { $0.append(observation) } }
        } _: { connection in
            var call = RedisCommand(calling: script, keys: 1)
            call.append(key)

            // Not loaded with the connection, so the first call meets NOSCRIPT.
            let replies = [try await connection.send(call), try await connection.send(call)]
            #expect(replies == [.integer(1), .integer(2)])
            #expect(await connection.failure(of: RedisCommand("EVALSHA", script.sha1, "1", key)) == nil)
        }

        let counts = observed.withLock { $0.filter { $0.name == "count" } }
        #expect(counts.map { $0.error?.word } == [nil, nil])
        #expect(counts.allSatisfy { $0.tag == 0 && $0.duration > .zero })
    }

    @Test
    func postsAScriptThatRedisHasForgotten() async throws {
        let key = uniqueRedisKey()
        let script = RedisScript(name: "count", source: "return redis.call('INCR', KEYS[1]) -- \(key)")

        try await withSharedRedis { connection in
            var call = RedisCommand(calling: script, keys: 1)
            call.append(key)
            connection.post(call)
            connection.post(call)

            #expect(await redisEventually { await connection.reply(to: "GET", key)?.text == "2" })
        }
    }

    @Test
    func makesScriptsKnownWithTheConnection() async throws {
        let script = RedisScript(name: "own", source: "return '\(uniqueRedisKey())'")

        try await withSharedRedis {
            $0.scripts = [script]
        } _: { connection in
            #expect(
                await connection.reply(to: "SCRIPT", "EXISTS", script.sha1) == .array([.integer(1)])
            )
        }
    }

    @Test
    func doesNothingBeforeItIsRun() async throws {
        let url = try await TestRedis.shared().url
        let connection = RedisConnection(
            try .testing(url),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )

        #expect(await connection.failure(of: RedisCommand("PING"))?.code == .disconnected)
        connection.post(RedisCommand("PING"))

        #expect(connection.statistics.errors == 2)
        #expect(connection.statistics.dropped == 1)
        #expect(!connection.isConnected)
    }

    @Test
    func usesTheConnectionOfTheCallersLoop() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let client = RedisClient(try .testing(try await TestRedis.shared().url), group: group)

        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await client.run() }
            #expect(await redisEventually { client.isConnected })
            var ids: [RedisReply] = []
            for loop in group.makeIterator() {
                let id = try await withTaskExecutorPreference(RedisLoopExecutor(loop)) {
                    try await client.send(RedisCommand("CLIENT", "ID"))
                }
                ids.append(id)
            }
            let elsewhere = try await client.send(RedisCommand("CLIENT", "ID"))

            #expect(Set(ids).count == 2)
            #expect(elsewhere == ids.first)
            #expect(client.statistics.connected == 2)
            tasks.cancelAll()
        }
        #expect(client.statistics.connected == 0)
        try await group.shutdownGracefully()
    }
}
