import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A TCP proxy on loopback that breaks a connection at a chosen byte pattern, between two instances of anything.
///
/// Each connection has a thread; everything ends with ``stop()``.
public final class FaultProxy: Sendable {
    /// What happens when the client has sent the pattern.
    public enum Fault: Sendable {
        /// The server gets everything, the client loses the connection before any answer.
        case loseReply
        /// The client loses the connection; the server gets the bytes only after ``FaultProxy/release()``.
        case holdRequest
    }

    private struct State {
        var fault: Fault?
        var pattern: [UInt8] = []
        var fired = 0
        var isReleased = false
        var isStopped = false
    }

    /// Where to connect to.
    public let port: UInt16
    private let listener: Int32
    private let target: UInt16
    private let state = Mutex(State())

    /// A proxy in front of a port of 127.0.0.1.
    public init(target: UInt16) throws {
        self.target = target
        (listener, port) = try Self.listening()
        Self.thread { [self] in accept() }
    }

    private static func listening() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isListening else { throw ProxyFault() }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    /// Breaks the next connection on which the client sends `pattern`, once.
    public func breakOnce(at pattern: String, _ fault: Fault) {
        state.withLock {
            $0.fault = fault
            $0.pattern = Array(pattern.utf8)
        }
    }

    /// Lets the server have what was held back.
    public func release() { state.withLock { $0.isReleased = true } }

    /// How often a fault has happened.
    public var fired: Int { state.withLock { $0.fired } }

    /// Ends every connection and the listener.
    public func stop() {
        state.withLock { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            Self.thread { [self] in serve(client) }
        }
        close(listener)
    }

    private func serve(_ client: Int32) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(client)
            close(server)
        }
        var address = Self.loopback(target)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return }
        while !isStopped {
            var ready = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ready, 2, 50) >= 0 else { return }
            if ready[1].revents != 0 {
                guard let bytes = Self.read(server), Self.write(bytes, to: client) else { return }
            }
            if ready[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                if let fault = takeFault(for: bytes) { return strike(fault, bytes, client: client, server: server) }
                guard Self.write(bytes, to: server) else { return }
            }
        }
    }

    private func takeFault(for bytes: [UInt8]) -> Fault? {
        state.withLock { state in
            guard let fault = state.fault, bytes.contains(state.pattern) else { return nil }
            state.fault = nil
            return fault
        }
    }

    private func strike(_ fault: Fault, _ bytes: [UInt8], client: Int32, server: Int32) {
        switch fault {
        case .loseReply:
            _ = Self.write(bytes, to: server)
            // The server has worked on it when it answers; then nobody is told.
            _ = Self.read(server)
            shutdown(client, Int32(SHUT_RDWR))
            state.withLock { $0.fired += 1 }
        case .holdRequest:
            shutdown(client, Int32(SHUT_RDWR))
            state.withLock { $0.fired += 1 }
            while !state.withLock({ $0.isReleased || $0.isStopped }) { usleep(5000) }
            _ = Self.write(bytes, to: server)
            _ = Self.read(server)
        }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var id = pthread_t()
        _ = pthread_create(&id, nil, runThreadBody, box.toOpaque())
        pthread_detach(id)
    }
}

/// The proxy cannot listen.
struct ProxyFault: Error {}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run() }
    return nil
}

extension [UInt8] {
    /// Whether `pattern` occurs in the bytes.
    func contains(_ pattern: [UInt8]) -> Bool {
        guard !pattern.isEmpty, count >= pattern.count else { return false }
        return (0...(count - pattern.count)).contains { self[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }
}
