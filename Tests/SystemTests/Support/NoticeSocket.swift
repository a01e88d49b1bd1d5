import Foundation
import Glibc

/// Where systemd would listen for what its services tell it.
final class NoticeSocket: Sendable {
    let path: String
    private let descriptor: Int32

    init() throws {
        path = NSTemporaryDirectory() + "notice-\(UInt32.random(in: 0 ... .max)).sock"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isBound else { throw ServiceProcess.Failure(description: "cannot listen on \(path)") }
    }

    /// The next datagram, if there is one.
    var next: String? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Waits for the next datagram.
    func told() async throws -> String {
        for _ in 0..<600 {
            if let next { return next }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ServiceProcess.Failure(description: "nothing was told")
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}
