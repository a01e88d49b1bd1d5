import Foundation
import TestSupport

/// A Redis of the run's own, and ways to make it forget.
struct RedisServer: Sendable {
    let server: TestRedis
    let port: Int
    let console: RedisConsole

    init(_ server: TestRedis) throws {
        self.server = server
        port = try server.port
        console = RedisConsole(port: port)
    }

    /// Deletes every key at one stroke; returns how many there were.
    func forgetAll() async throws -> Int {
        // In one script, so that no instance writes between the flush and the look at what is left.
        let counts = try await script(
            "local n = redis.call('DBSIZE') redis.call('FLUSHALL') return n .. ' ' .. redis.call('DBSIZE')"
        ).split(separator: " ").compactMap { Int($0) }
        guard counts.count == 2, counts[1] == 0 else { throw FaultRunError.didNotFire("keys left: \(counts)") }
        return counts[0]
    }

    /// Forgets all loaded scripts; returns how many there were.
    func forgetScripts() async throws -> Int {
        let before = try await info("number_of_cached_scripts")
        try await console.run("SCRIPT", "FLUSH", "SYNC")
        return Int(before) ?? 0
    }

    /// Kills the process and deletes its files; returns how many keys are lost.
    func killAndDeleteFiles() async throws -> Int {
        let keys = try await console.run("DBSIZE")
        let folder = URL(fileURLWithPath: try await info("config_file")).deletingLastPathComponent().path
        try await server.kill()
        guard (try? await console.run("PING")) == nil else { throw FaultRunError.didNotFire("Redis answers") }
        try FileManager.default.removeItem(atPath: folder + "/appendonlydir")
        return Int(keys) ?? 0
    }

    /// Becomes a replica of another server and waits until it has everything.
    func follow(_ main: RedisServer) async throws {
        // Else it waits five seconds for other replicas to come.
        try await main.console.run("CONFIG", "SET", "repl-diskless-sync-delay", "0")
        try await console.run("REPLICAOF", "127.0.0.1", "\(main.port)")
        try await Wait.until("the replica has caught up") {
            let offsets = try await (info("slave_repl_offset"), main.info("master_repl_offset"))
            return try await info("master_link_status") == "up" && offsets.0 == offsets.1 && offsets.0 != "0"
                ? true : nil
        }
    }

    /// Stops following and takes writes.
    func promote() async throws { try await console.run("REPLICAOF", "NO", "ONE") }

    /// Runs a script without keys or arguments; its reply must be a text.
    func script(_ source: String) async throws -> String { try await console.run("EVAL", source, "0") }

    /// A field of INFO.
    func info(_ name: String) async throws -> String {
        let text = try await console.run("INFO", "everything")
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + ":") }
        guard let line else { throw FaultRunError("Redis tells no \(name)") }
        return String(line.dropFirst(name.count + 1))
    }
}
