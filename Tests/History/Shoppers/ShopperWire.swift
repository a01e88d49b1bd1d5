import Glibc

/// A blocking HTTP/1.1 connection for one thread: a request at a time, each with a deadline.
///
/// Blocking, because a debug build then sends thousands of requests a second; its thread is its own.
final class ShopperWire {
    /// What became of a request.
    enum Reply {
        case response(ShopperResponse)
        /// Nobody listens; the service has seen nothing.
        case notSent
        /// It was sent, and the connection ended or broke.
        case lost
        /// It was sent, and no whole response came in time.
        case timedOut
    }

    private let address: ShoppersPlan.Address
    private var descriptor: Int32 = -1

    init(_ address: ShoppersPlan.Address) { self.address = address }

    deinit { close() }

    /// Sends a request and waits for its response until `deadline`, in nanoseconds of the monotonic clock.
    ///
    /// Never sends anything twice.
    func exchange(_ request: String, deadline: Int64) -> Reply {
        if descriptor >= 0, hasEnded() { close() }
        guard descriptor >= 0 || connect() else { return .notSent }
        guard send(request) else {
            close()
            return .lost
        }
        let reply = receive(until: deadline)
        if case .response(let response) = reply, !response.closes { return reply }
        close()
        return reply
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// Whether the other side has closed an idle connection.
    private func hasEnded() -> Bool {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&ready, 1, 0) != 0
    }

    private func connect() -> Bool {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(truncatingIfNeeded: address.port).bigEndian
        target.sin_addr.s_addr = inet_addr(address.host)
        let connected = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if connected != 0 { close() }
        return connected == 0
    }

    private func send(_ request: String) -> Bool {
        var rest = Array(request.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func receive(until deadline: Int64) -> Reply {
        var bytes: [UInt8] = []
        while true {
            let remaining = (deadline - HistoryRecorder.now) / 1_000_000
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard remaining > 0, poll(&ready, 1, Int32(clamping: remaining)) > 0 else { return .timedOut }
            let count = withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 1) { buffer in
                let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
                return count
            }
            guard count > 0 else { return .lost }
            if let response = ShopperResponse(bytes) { return .response(response) }
        }
    }
}
