import Foundation

/// A master with replicas of it and three sentinels that watch them, on loopback.
public final class TestSentinels: Sendable {
    /// A failure to prepare them.
    public struct Failure: Error, CustomStringConvertible {
        /// The reason.
        public let description: String
    }

    /// The name that the sentinels know the group by.
    public static let group = "flashsale"

    /// The master of the beginning, then its replicas.
    public let servers: [TestRedis]
    private let ports: [Int]
    private let folder: String
    private let processes: [ChildProcess]
    private let password: String?

    /// Starts everything and waits until every sentinel knows every replica and the other sentinels.
    ///
    /// - Parameters:
    ///   - replicas: how many follow the master.
    ///   - password: what the sentinels ask for, where they do.
    /// - Throws: ``Failure`` when they do not come to know each other; what cannot be started.
    public init(replicas: Int = 2, password: String? = nil) async throws {
        var servers = [try await TestRedis.privateServer()]
        for _ in 0..<replicas { servers.append(try await TestRedis.privateServer()) }
        let master = try servers[0].port
        for server in servers {
            // Else a replica that comes waits five seconds for others.
            _ = try await Self.ask(try server.port, ["CONFIG", "SET", "repl-diskless-sync-delay", "0"])
        }
        for replica in servers.dropFirst() {
            _ = try await Self.ask(try replica.port, ["REPLICAOF", "127.0.0.1", "\(master)"])
        }
        self.servers = servers
        self.password = password
        let ports = try FreePorts.take(3)
        let folder = NSTemporaryDirectory() + "flashsale-test-sentinels-\(UUID().uuidString.lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.ports = ports
        self.folder = folder
        processes = try ports.map { try Self.start($0, in: "\(folder)/\($0)", master: master, password) }
        try await until("they know each other") {
            for port in ports {
                let known = try await ask(port, "SENTINEL", "MASTER", Self.group).split(separator: "\n").map(
                    String.init
                )
                let fields = Dictionary(zip(known, known.dropFirst()), uniquingKeysWith: { first, _ in first })
                guard fields["num-slaves"] == "\(replicas)", fields["num-other-sentinels"] == "2" else { return false }
            }
            return true
        }
    }

    /// What a client is given.
    public var url: String {
        let hosts = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        return "redis+sentinel://\(hosts)/\(Self.group)/0" + (password.map { "?sentinel_password=\($0)" } ?? "")
    }

    /// The server that most sentinels call the master.
    public func master() async throws -> TestRedis {
        var votes: [String: Int] = [:]
        for port in ports {
            let answer = try await ask(port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self.group)
            votes[answer.split(separator: "\n").last.map(String.init) ?? "", default: 0] += 1
        }
        let port = votes.max { $0.value < $1.value }?.key ?? ""
        guard let server = try servers.first(where: { try "\($0.port)" == port }) else {
            throw Failure(description: "the sentinels name no server of theirs: \(votes)")
        }
        return server
    }

    /// Waits until the sentinels agree on another master than `server`; returns it.
    public func master(otherThan server: TestRedis) async throws -> TestRedis {
        var found = server
        try await until("another master is there") {
            found = try await master()
            guard found !== server else { return false }
            return try await Self.ask(found.port, ["ROLE"]).hasPrefix("master")
        }
        return found
    }

    /// Ends the sentinels, and the servers with their files.
    public func remove() async throws {
        for process in processes { process.signal(SIGKILL) }
        for server in servers { try await server.remove() }
        try FileManager.default.removeItem(atPath: folder)
    }

    private func ask(_ port: Int, _ words: String...) async throws -> String {
        try await Self.ask(port, (password.map { ["--no-auth-warning", "-a", $0] } ?? []) + words)
    }

    private static func ask(_ port: Int, _ words: [String]) async throws -> String {
        try await ServerScript.execute("redis-cli", ["-h", "127.0.0.1", "-p", "\(port)"] + words)
    }

    private static func start(
        _ port: Int,
        in folder: String,
        master: Int,
        _ password: String?
    ) throws -> ChildProcess {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // Sentinels write what they learn into this file.
        let settings = """
            port \(port)
            bind 127.0.0.1
            dir \(folder)
            \(password.map { "requirepass \($0)\nsentinel sentinel-pass \($0)" } ?? "")
            sentinel monitor \(group) 127.0.0.1 \(master) 2
            sentinel down-after-milliseconds \(group) 1000
            sentinel failover-timeout \(group) 3000

            """
        try settings.write(toFile: "\(folder)/sentinel.conf", atomically: true, encoding: .utf8)
        let environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"]
        return try ChildProcess("redis-server", ["\(folder)/sentinel.conf", "--sentinel"], environment: environment)
    }

    private func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
        var last = ""
        for _ in 0..<600 {
            do { if try await isSo() { return } } catch { last = ": \(error)" }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "waited in vain until \(what)\(last)\n\(processes.map(\.output).joined())")
    }
}
