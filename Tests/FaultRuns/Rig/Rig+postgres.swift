import Foundation
import Postgres
import TestSupport

// What happens to PostgreSQL, and what shows it.
extension Rig {
    /// Whether a process exists.
    static func isAlive(_ process: Int) -> Bool { Foundation.kill(pid_t(process), 0) == 0 }

    /// Holds a lock for a while; fails unless the service has waited for it.
    func whileLocked(by sql: String, for time: Duration) async throws -> String {
        let (record, end) = (record, ContinuousClock.now + time)
        let waiting = try await record.holding(sql) {
            var most = 0
            while ContinuousClock.now < end {
                most = max(most, try await record.sessions(where: "wait_event_type = 'Lock'"))
                try await Task.sleep(for: .milliseconds(50))
            }
            return most
        }
        guard waiting > 0 else { throw FaultRunError.didNotFire("nobody waited for the lock") }
        return "\(waiting) sessions of the service waited for it"
    }

    /// Takes every connection of the server and keeps them while `body` runs.
    func withoutFreeConnections(_ body: () async throws -> Void) async throws -> String {
        let own = try PostgresConnection(PostgresConfiguration(url: record.url), deadline: .now + .seconds(5))
        defer { own.close() }
        func number(_ sql: String) throws -> Int {
            let statement = PostgresStatement(name: "", "SELECT (\(sql))::int8")
            return Int(try own.query(statement, PostgresParameters(), within: .seconds(5))[0].int64(0))
        }
        var others: [IdleSession] = []
        do {
            try await Wait.until("all connections are taken", within: .seconds(20), every: .zero) {
                if let session = try await IdleSession.open(port: record.port) {
                    others.append(session)
                    return nil as Bool?
                }
                // Full: whoever of the service holds a place is put out, and somebody else takes it.
                return try number(
                    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                        + "WHERE \(Record.ofService)"
                ) == 0 ? true : nil
            }
            try await body()
            let left = try number("SELECT count(*) FROM pg_stat_activity WHERE \(Record.ofService)")
            for session in others { await session.close() }
            guard left == 0 else { throw FaultRunError.didNotFire("the service had \(left) sessions") }
            return "\(others.count) sessions of others, none of the service"
        } catch {
            for session in others { await session.close() }
            throw error
        }
    }

    /// Fills the disk of the tables for a while; fails unless PostgreSQL has refused the service's writes by that.
    func whileDiskIsFull(for time: Duration) async throws -> String {
        guard let smallDisk else { throw FaultRunError("there is no small disk") }
        let before = try noSpaceLeft()
        try smallDisk.fill()
        try await Task.sleep(for: time)
        try smallDisk.empty()
        let refusals = try noSpaceLeft() - before
        guard refusals > 0 else { throw FaultRunError.didNotFire("PostgreSQL has refused nothing") }
        return "\(refusals) statements of the service refused: no space left"
    }

    /// How often PostgreSQL has complained of a full disk.
    private func noSpaceLeft() throws -> Int {
        try postgres.log.split(separator: "\n").count { $0.contains("No space left on device") }
    }

    /// Fills the disk of the write-ahead log, writes until the server has ended by that, and starts it again.
    func untilLogHasFilledItsDisk() async throws -> String {
        guard let smallDisk else { throw FaultRunError("there is no small disk") }
        let before = try noSpaceLeft()
        try smallDisk.fill()
        var refusals = 0
        try await Wait.until("PostgreSQL has ended", within: .seconds(20), every: .milliseconds(100)) {
            do {
                try await record.execute("SELECT pg_switch_wal(); CREATE TABLE IF NOT EXISTS one_more (n int)")
                refusals = 0
            } catch {
                refusals += 1
            }
            return refusals >= 8 ? true : nil
        }
        try smallDisk.empty()
        try await postgres.start()
        try await Wait.until("PostgreSQL is back") { try await record.number("SELECT 1") }
        let hasPanicked = try postgres.log.contains("PANIC:") && noSpaceLeft() > before
        guard hasPanicked else { throw FaultRunError.didNotFire("PostgreSQL has not panicked for want of space") }
        return "PANIC: no space left; the server's processes gone, recovered by its log"
    }
}

/// A session with PostgreSQL that does nothing but be there.
struct IdleSession: Sendable {
    private let client: HTTPTestClient

    /// Logs in; `nil` when the server has no place left.
    static func open(port: UInt16) async throws -> IdleSession? {
        let client = try await HTTPTestClient.connect(Int(port))
        let words = Array("user\0flashsale\0database\0postgres\0application_name\0idle\0\0".utf8)
        let length = UInt32(words.count + 8).bigEndian
        let version = UInt32(3 << 16).bigEndian
        try await client.send(
            withUnsafeBytes(of: length) { Array($0) } + withUnsafeBytes(of: version) { Array($0) } + words
        )
        let first = try await client.wait { bytes, isClosed in bytes.first ?? (isClosed ? UInt8(ascii: "E") : nil) }
        if first == UInt8(ascii: "R") { return IdleSession(client: client) }
        await client.close()
        return nil
    }

    func close() async { await client.close() }
}
