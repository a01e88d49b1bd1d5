import Foundation
import TestSupport

/// The built binary as a child process, with its own ports; it ends with the test.
final class ServiceProcess: @unchecked Sendable {  // the process handle is only read after it was started
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let adminToken = "test-token-0123456789"

    let port: Int
    let adminPort: Int
    private let process: Process
    private let logFile: URL

    private init(process: Process, port: Int, adminPort: Int, logFile: URL) {
        self.process = process
        self.port = port
        self.adminPort = adminPort
        self.logFile = logFile
    }

    /// Starts `flashsale serve --migrate` and, unless told otherwise, waits until it is ready.
    static func start(
        database: String,
        redis: String,
        settings: [String: String] = [:],
        untilReady: Bool = true
    ) async throws -> ServiceProcess {
        let ports = try FreePorts.take(2)
        var environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "DATABASE_URL": database, "REDIS_URL": redis,
            "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "\(ports[0])", "ADMIN_PORT": "\(ports[1])",
            "ADMIN_TOKEN": adminToken, "SALE_SCHEDULE": "off", "APP_ENV": "development",
            "REQUEST_DEADLINE_MS": "5000",
        ]
        environment.merge(settings) { $1 }
        let logFile = URL(fileURLWithPath: NSTemporaryDirectory() + "flashsale-test-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: logFile.path, contents: nil)
        let log = try FileHandle(forWritingTo: logFile)
        let process = Process()
        process.executableURL = binary
        process.arguments = ["serve", "--migrate"]
        process.environment = environment
        process.standardOutput = log
        process.standardError = log
        try process.run()
        let service = ServiceProcess(process: process, port: ports[0], adminPort: ports[1], logFile: logFile)
        if untilReady { try await service.waitUntilReady() }
        return service
    }

    /// The binary beside the test bundle.
    static var binary: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("flashsale")
    }

    var isRunning: Bool { process.isRunning }

    var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    func waitUntilReady() async throws {
        for _ in 0..<600 {
            guard process.isRunning else { throw Failure(description: "the service ended:\n\(log)") }
            if let status = try? await client().get("/health/ready").status, status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "the service did not become ready:\n\(log)")
    }

    func client() async throws -> ServiceClient { try await ServiceClient.connect(port) }

    func operatorClient() async throws -> ServiceClient {
        try await ServiceClient.connect(adminPort, headers: "Authorization: Bearer \(Self.adminToken)\r\n")
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end and returns the exit code.
    func waitForExit() async throws -> Int32 {
        for _ in 0..<400 {
            if !process.isRunning { return process.terminationStatus }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "the service did not end:\n\(log)")
    }

    /// Ends it without a word, as a crash does.
    func crash() async throws {
        signal(SIGKILL)
        _ = try await waitForExit()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: logFile)
    }
}

/// Ports below the kernel's range for outgoing connections, each given out once.
enum FreePorts {
    static func take(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for _ in 0..<500 where ports.count < count {
            let port = Int.random(in: 20_000..<32_000)
            if isFree(port), !ports.contains(port) { ports.append(port) }
        }
        guard ports.count == count else { throw ServiceProcess.Failure(description: "no free ports") }
        return ports
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
