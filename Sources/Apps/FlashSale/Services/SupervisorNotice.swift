import Foundation
import Glibc
import ServiceLifecycle

/// Tells systemd when the instance takes traffic and when it stops, where systemd wants to know (`Type=notify`).
///
/// The protocol of `sd_notify(3)`: a datagram to the socket that NOTIFY_SOCKET names.
struct SupervisorNotice: Service {
    private let address: sockaddr_un
    private let length: socklen_t
    private let isReady: @Sendable () async -> Bool

    /// `nil` where nobody wants to know, or the name is no socket's.
    init?(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isReady: @escaping @Sendable () async -> Bool
    ) {
        var name = Array((environment["NOTIFY_SOCKET"] ?? "").utf8)
        // A leading @ stands for a zero: a name that is in no directory.
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        var address = sockaddr_un()
        guard isAbstract || name.first == UInt8(ascii: "/"), name.count < MemoryLayout.size(ofValue: address.sun_path)
        else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        self.address = address
        let path = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        length = socklen_t(path + name.count + (isAbstract ? 0 : 1))
        self.isReady = isReady
    }

    /// Says once that the instance is ready, and waits for shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while await !isReady() {
                do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
            }
            tell("READY=1")
        }
        try await gracefulShutdown()
    }

    func isStopping() { tell("STOPPING=1") }

    private func tell(_ text: String) {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(text.utf8)
        var address = address
        // Whoever does not hear it takes the start for failed by its own time limit; nothing better can be done here.
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length)
            }
        }
    }
}
