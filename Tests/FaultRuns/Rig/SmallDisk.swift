import Foundation
import TestSupport

/// A disk in memory that a run can fill; only root may make one.
final class SmallDisk: Sendable {
    let folder: String
    private var ballast: String { folder + "/ballast" }

    private init(folder: String) { self.folder = folder }

    /// Mounts an empty disk of that size that user postgres may use.
    static func mount(megabytes: Int) async throws -> SmallDisk {
        guard geteuid() == 0 else {
            throw FaultRunError("a disk can be filled only where root may mount a tmpfs; this is user \(geteuid())")
        }
        let disk = SmallDisk(folder: "/var/tmp/flashsale-small-disk-\(UUID().uuidString.lowercased())")
        try FileManager.default.createDirectory(atPath: disk.folder, withIntermediateDirectories: false)
        try await Command.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", disk.folder)
        try await Command.run("chown", "postgres:", disk.folder)
        return disk
    }

    /// Makes a database whose files are on this disk; the write-ahead log stays elsewhere.
    func makeDatabase(on postgres: TestPostgres) async throws -> String {
        let tables = folder + "/tables"
        try await Command.run("install", "-d", "-o", "postgres", "-m", "700", tables)
        let record = Record(url: postgres.url)
        try await record.execute("CREATE TABLESPACE small LOCATION '\(tables)'")
        try await record.execute("CREATE DATABASE on_small_disk TABLESPACE small")
        guard var parts = URLComponents(string: postgres.url) else { throw FaultRunError("no URL: \(postgres.url)") }
        parts.path = "/on_small_disk"
        return parts.string ?? postgres.url
    }

    /// Moves a server's write-ahead log here, with room for a few segments.
    func takeLog(of postgres: TestPostgres) async throws {
        let record = Record(url: postgres.url)
        for setting in ["min_wal_size = '32MB'", "max_wal_size = '64MB'"] {
            try await record.execute("ALTER SYSTEM SET \(setting)")
        }
        try await record.execute("CHECKPOINT")
        let log = try await record.text("current_setting('data_directory')") + "/pg_wal"
        try await postgres.stop()
        try await Command.run("cp", "-a", log, folder + "/pg_wal")
        try await Command.run("rm", "-rf", log)
        try await Command.run("ln", "-s", folder + "/pg_wal", log)
        try await postgres.start()
    }

    /// Takes all room that is left.
    func fill() throws {
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw FaultRunError("cannot write \(ballast)") }
        defer { close(file) }
        for size in [1 << 20, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 1, count: size)
            while write(file, bytes, size) == size {}
        }
        guard errno == ENOSPC else { throw FaultRunError.didNotFire("the disk is not full, error \(errno)") }
    }

    /// Gives the room back.
    func empty() throws { try FileManager.default.removeItem(atPath: ballast) }

    func remove() async throws {
        try await Command.run("umount", "--lazy", folder)
        try FileManager.default.removeItem(atPath: folder)
    }
}
