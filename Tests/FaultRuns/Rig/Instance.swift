import Foundation
import Synchronization
import TestSupport

/// One instance of the service: a place with its ports, where a process runs, or no longer, or again.
final class Instance: Sendable {
    let number: Int
    let port: Int
    let adminPort: Int
    private let program: String
    private let environment: [String: String]
    private let process = Mutex<ChildProcess?>(nil)

    init(_ number: Int, program: String, environment: [String: String]) throws {
        let ports = try FreePorts.take(2)
        self.number = number
        self.program = program
        port = ports[0]
        adminPort = ports[1]
        let places = ["HTTP_HOST": "127.0.0.1", "HTTP_PORT": "\(port)", "ADMIN_PORT": "\(adminPort)"]
        self.environment = environment.merging(places) { $1 }
    }

    /// Starts a process; returns before it is ready.
    func start() throws {
        let child = try ChildProcess(program, ["serve", "--migrate"], environment: environment)
        process.withLock { $0 = child }
    }

    /// Waits until it takes traffic; returns how long that took.
    @discardableResult
    func untilReady() async throws -> Duration {
        let start = ContinuousClock.now
        try await Wait.until("instance \(number) is ready", every: .milliseconds(5)) {
            if let code = self.child?.exitCode { throw FaultRunError("it ended with \(code):\n\(self.log)") }
            return try await Caller.call("GET", "/health/ready", port: port).status == 200 ? true : nil
        }
        return ContinuousClock.now - start
    }

    /// Kills the process with a signal that it cannot see; returns the proof.
    func kill() async throws -> String {
        guard let child else { throw FaultRunError.didNotFire("instance \(number) was not running") }
        child.signal(SIGKILL)
        let code = try await untilEnded()
        guard code == 128 + SIGKILL else { throw FaultRunError.didNotFire("it ended with \(code)") }
        return "process \(child.id) gone"
    }

    /// Tells it to stop and waits until it has drained; returns how long that took.
    func terminate() async throws -> Duration {
        let start = ContinuousClock.now
        guard let child, child.exitCode == nil else {
            throw FaultRunError.didNotFire("instance \(number) was not running")
        }
        child.signal(SIGTERM)
        let code = try await untilEnded()
        guard code == 0 else { throw FaultRunError("drained with exit code \(code):\n\(log)") }
        return ContinuousClock.now - start
    }

    func signal(_ number: Int32) { child?.signal(number) }

    /// The kernel's letter for what the process is doing; `T` is stopped.
    var processState: Character? {
        guard let child, let text = try? String(contentsOfFile: "/proc/\(child.id)/stat", encoding: .utf8) else {
            return nil  // no such process
        }
        return text[(text.lastIndex(of: ")") ?? text.startIndex)...].dropFirst(2).first
    }

    /// What it has written.
    var log: String { child?.output ?? "" }

    private var child: ChildProcess? { process.withLock { $0 } }

    private func untilEnded() async throws -> Int32 {
        try await Wait.until("instance \(number) has ended", every: .milliseconds(5)) { self.child?.exitCode }
    }
}
