import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A TCP proxy on loopback whose network is as bad as told, and which breaks connections at a chosen byte pattern.
///
/// Between two instances of anything; without a fault it passes bytes on as they come. Each connection has a thread;
/// everything ends with ``stop()``.
public final class FaultProxy: Sendable {
    /// What happens when the client has sent the pattern.
    public enum Fault: Sendable {
        /// The server gets everything, the client loses the connection before any answer.
        case loseReply
        /// The server gets nothing from the pattern on, the client loses the connection.
        case loseRequest
        /// The client loses the connection; the server gets the bytes only after ``FaultProxy/release()``.
        case holdRequest
    }

    /// How ``cut(_:)`` ends connections.
    public enum Cut: Sendable {
        /// In order: whoever reads finds the end.
        case close
        /// At once: whoever reads or writes fails.
        case reset
    }

    struct State {
        var target: UInt16
        var fault: (kind: Fault, pattern: [UInt8], rest: Int)?
        var fired = 0
        var conditions = NetworkConditions()
        var troubledBytes = 0
        var connections: [ObjectIdentifier: ProxiedConnection] = [:]
        var releases = 0
        var isStopped = false
    }

    /// Where to connect to.
    public let port: UInt16
    private let listener: Int32
    private let state: Mutex<State>

    /// A proxy in front of a port of 127.0.0.1.
    public init(target: UInt16) throws {
        state = Mutex(State(target: target))
        (listener, port) = try LoopbackSocket.listening()
        DetachedThread.start { [self] in accept() }
    }

    /// Breaks the next connection on which the client sends `pattern`, once.
    public func breakOnce(at pattern: String, _ fault: Fault) { breakConnections(at: pattern, fault, times: 1) }

    /// Breaks the next connections on which the client sends `pattern`, so many in all.
    public func breakConnections(at pattern: String, _ fault: Fault, times: Int) {
        state.withLock { state in
            state.fault = (fault, Array(pattern.utf8), times)
        }
    }

    /// Lets the server have what has been held back so far.
    public func release() { state.withLock { $0.releases += 1 } }

    /// How often a fault has happened at a pattern.
    public var fired: Int { state.withLock { $0.fired } }

    /// Connections that are open.
    public var connectionCount: Int { state.withLock { $0.connections.count } }

    /// What the network is like from now on, for open connections and new ones.
    public func impose(_ conditions: NetworkConditions) { state.withLock { $0.conditions = conditions } }

    /// How many bytes met a bad network: were slowed down, held or lost.
    public var troubledBytes: Int { state.withLock { $0.troubledBytes } }

    /// Ends all open connections; returns how many there were.
    @discardableResult
    public func cut(_ kind: Cut) -> Int {
        let connections = state.withLock { Array($0.connections.values) }
        for connection in connections { connection.end(kind) }
        return connections.count
    }

    /// Sends new connections to another port, and ends those that lead to the old one.
    public func retarget(_ target: UInt16) {
        state.withLock { $0.target = target }
        cut(.reset)
    }

    /// Ends every connection and the listener.
    public func stop() {
        state.withLock { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
        cut(.close)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            DetachedThread.start { [self] in serve(client) }
        }
        close(listener)
    }

    private func serve(_ client: Int32) {
        let (target, isRefused) = state.withLock { ($0.target, $0.conditions.isRefusing || $0.isStopped) }
        guard !isRefused, let server = LoopbackSocket.connected(to: target) else {
            LoopbackSocket.reset(client)
            close(client)
            return
        }
        LoopbackSocket.sendAtOnce(client)
        let connection = ProxiedConnection(client: client, server: server)
        let id = ObjectIdentifier(connection)
        let isLate = state.withLock { state in
            state.connections[id] = connection
            // Conditions may have come and gone while it was being made; those who cut it have not seen it.
            return state.isStopped || state.conditions.isRefusing || state.target != target
        }
        if !isLate { connection.relay(by: self) }
        state.withLock { $0.connections[id] = nil }
        connection.close()
    }
}

// What connections ask of their proxy.
extension FaultProxy {
    var conditions: NetworkConditions { state.withLock { $0.conditions } }
    /// How often ``release()`` was called: what was held back before a call goes with it.
    var releases: Int { state.withLock { $0.releases } }
    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// The pattern that clients' bytes are to be searched for.
    var pattern: [UInt8]? { state.withLock { $0.fault?.pattern } }

    /// The fault of `pattern`, which has been met; `nil` when it has happened often enough.
    func strike(at pattern: [UInt8]) -> Fault? {
        state.withLock { state in
            guard let fault = state.fault, fault.pattern == pattern else { return nil }
            state.fault = fault.rest > 1 ? (fault.kind, fault.pattern, fault.rest - 1) : nil
            return fault.kind
        }
    }

    func count(troubled bytes: Int) { state.withLock { $0.troubledBytes += bytes } }
    func countFault() { state.withLock { $0.fired += 1 } }
}
