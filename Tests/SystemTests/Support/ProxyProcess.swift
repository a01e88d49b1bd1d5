import Foundation
import TestSupport

/// Debian's nginx or HAProxy with the configuration of `deploy`, in which nothing but addresses is changed.
struct ProxyProcess: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case nginx
        case haproxy

    }

    let port: Int
    private let process: ChildProcess
    private let folder: URL

    /// Runs `body` with a proxy in front of two instances, and ends it whatever came of that.
    static func with<Value: Sendable>(
        _ kind: Kind,
        before instances: [Int],
        _ body: (ProxyProcess) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "flashsale-proxy-\(UUID().uuidString)")
        try FileManager.default.copyItem(at: deploy.appending(path: kind.rawValue), to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }  // nothing but copies in it
        let port = try FreePorts.take(1)[0]
        let process =
            switch kind {
            case .nginx: try nginx(folder, port, instances)
            case .haproxy: try haproxy(folder, port, instances)
            }
        let proxy = ProxyProcess(port: port, process: process, folder: folder)
        let result: Result<Value, any Error>
        do {
            try await proxy.untilItListens()
            result = .success(try await body(proxy))
        } catch {
            result = .failure(error)
        }
        try await proxy.stop()
        return try result.get()
    }

    var log: String { process.output }

    private static func nginx(_ folder: URL, _ port: Int, _ instances: [Int]) throws -> ChildProcess {
        try change("instances.conf", in: folder, ["127.0.0.1:8080": "127.0.0.1:\(instances[0])"])
        try change("instances.conf", in: folder, ["127.0.0.1:8082": "127.0.0.1:\(instances[1])"])
        try change("flashsale.conf", in: folder, ["listen 80 ": "listen 127.0.0.1:\(port) "])
        try change("nginx.conf", in: folder, ["/tmp/nginx-": "\(folder.path)/nginx-"])
        let main = "daemon off; pid \(folder.path)/pid; error_log stderr notice;"
        return try ChildProcess(
            "nginx",
            ["-p", folder.path, "-c", "nginx.conf", "-e", "stderr", "-g", main],
            environment: ["PATH": path]
        )
    }

    private static func haproxy(_ folder: URL, _ port: Int, _ instances: [Int]) throws -> ChildProcess {
        try ChildProcess(
            "haproxy",
            ["-db", "-f", "\(folder.path)/haproxy.cfg"],
            environment: [
                "PATH": path, "FLASHSALE_LISTEN": "127.0.0.1:\(port)",
                "FLASHSALE_1": "127.0.0.1:\(instances[0])", "FLASHSALE_2": "127.0.0.1:\(instances[1])",
            ]
        )
    }

    /// Replaces each text, which must be there.
    private static func change(_ name: String, in folder: URL, _ texts: [String: String]) throws {
        let file = folder.appending(path: name)
        var text = try String(contentsOf: file, encoding: .utf8)
        for (old, new) in texts {
            guard text.contains(old) else { throw ServiceProcess.Failure(description: "\(name) lacks \(old)") }
            text = text.replacing(old, with: new)
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    private func untilItListens() async throws {
        for _ in 0..<400 {
            guard process.exitCode == nil else { break }
            if let client = try? await ServiceClient.connect(port) { return await client.close() }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "the proxy does not listen:\n\(log)")
    }

    private func stop() async throws {
        process.signal(SIGTERM)
        for _ in 0..<400 {
            if process.exitCode != nil { return }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "the proxy did not end:\n\(log)")
    }

    /// Both programs are where users do not look.
    private static var path: String { "/usr/sbin:/sbin:" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin") }

    private static let deploy = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy")
}
