import Foundation
import TestSupport

/// The built binary as a child process, with its own ports; it ends with the test.
final class ServiceProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let adminToken = "test-token-0123456789"

    let port: Int
    let adminPort: Int
    let process: ChildProcess

    private init(process: ChildProcess, port: Int, adminPort: Int) {
        self.process = process
        self.port = port
        self.adminPort = adminPort
    }

    /// Starts `flashsale serve --migrate`, on free ports unless told which, and waits until it is ready unless told not
    /// to.
    static func start(
        database: String,
        redis: String,
        settings: [String: String] = [:],
        ports given: [Int]? = nil,
        untilReady: Bool = true
    ) async throws -> ServiceProcess {
        let ports = if let given { given } else { try FreePorts.take(2) }
        var environment = [
            "DATABASE_URL": database, "REDIS_URL": redis, "HTTP_HOST": "127.0.0.1", "HTTP_PORT": "\(ports[0])",
            "ADMIN_PORT": "\(ports[1])", "ADMIN_TOKEN": adminToken, "SALE_SCHEDULE": "off",
            "APP_ENV": "development", "REQUEST_DEADLINE_MS": "5000",
        ]
        // What the thread sanitizer is told holds for the service as well.
        for name in ["LD_PRELOAD", "TSAN_OPTIONS"] { environment[name] = ProcessInfo.processInfo.environment[name] }
        environment.merge(settings) { $1 }
        let process = try ChildProcess(binary, ["serve", "--migrate"], environment: environment)
        let service = ServiceProcess(process: process, port: ports[0], adminPort: ports[1])
        if untilReady { try await service.waitUntilReady() }
        return service
    }

    /// The binary beside the test bundle.
    static var binary: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("flashsale").path
    }

    var log: String { process.output }

    func waitUntilReady() async throws {
        for _ in 0..<600 {
            guard process.exitCode == nil else { throw Failure(description: "the service ended:\n\(log)") }
            if let client = try? await client() {
                let status = try? await client.get("/health/ready").status
                await client.close()
                if status == 200 { return }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "the service did not become ready:\n\(log)")
    }

    func client() async throws -> ServiceClient { try await ServiceClient.connect(port) }

    func operatorClient() async throws -> ServiceClient {
        try await ServiceClient.connect(adminPort, headers: "Authorization: Bearer \(Self.adminToken)\r\n")
    }

    /// Waits until a metric has reached a value, asking on a connection of its own unless one is given.
    func until(_ series: String, isAtLeast value: Double, asking given: ServiceClient? = nil) async throws {
        let client = if let given { given } else { try await client() }
        for _ in 0..<400 {
            if try await client.metric(series) >= value { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "\(series) did not reach \(value):\n\(log)")
    }

    /// Sends a signal.
    func signal(_ number: Int32) { process.signal(number) }

    /// Waits for the end and returns the exit code.
    func waitForExit() async throws -> Int32 {
        for _ in 0..<400 {
            if let code = process.exitCode { return code }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failure(description: "the service did not end:\n\(log)")
    }

    /// Ends it without a word, as a crash does.
    func crash() async throws {
        signal(SIGKILL)
        _ = try await waitForExit()
    }
}
