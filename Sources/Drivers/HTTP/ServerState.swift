import Synchronization
import Traces

/// Whether a connection is served, or only told that there are too many.
enum ConnectionKind {
    case regular
    /// One request of it is answered.
    case surplus
}

/// What all event loops of one server share.
final class ServerState: Sendable {
    let configuration: HTTPServerConfiguration
    let router: HTTPRouter
    let rejection: @Sendable (HTTPRejection, String) -> HTTPResponse
    let observer: (any HTTPObserver)?
    let tracer: Tracer?

    /// Open connections, without surplus ones.
    let connections = Atomic<Int>(0)
    /// Connections beyond `maxConnections`, which are being told so.
    let surplus = Atomic<Int>(0)
    /// Running handlers, those whose client has been answered or has gone included.
    let inFlight = Atomic<Int>(0)
    /// Bytes of request bodies held.
    let bodyBytes = Atomic<Int>(0)
    /// Each response ends its connection.
    let isDraining = Atomic<Bool>(false)
    /// Connections on which nothing was asked are closed, new ones at once.
    let isClosing = Atomic<Bool>(false)
    /// Told whenever a connection or a handler ends while draining.
    private let whenLess = Mutex<(@Sendable () -> Void)?>(nil)

    init(
        configuration: HTTPServerConfiguration,
        router: HTTPRouter,
        rejection: @escaping @Sendable (HTTPRejection, String) -> HTTPResponse,
        observer: (any HTTPObserver)?,
        tracer: Tracer? = nil
    ) {
        self.configuration = configuration
        self.router = router
        self.rejection = rejection
        self.observer = observer
        self.tracer = tracer
    }

    var isIdle: Bool {
        connections.load(ordering: .acquiring) == 0 && surplus.load(ordering: .acquiring) == 0
            && inFlight.load(ordering: .acquiring) == 0
    }

    /// Counts a connection that was accepted; `nil` where there is no room for it at all.
    func connectionBegan() -> ConnectionKind? {
        for (kind, limit) in [
            (ConnectionKind.regular, configuration.maxConnections), (.surplus, configuration.maxSurplusConnections),
        ] {
            if count(kind, 1) <= limit { return kind }
            count(kind, -1)
        }
        return nil
    }

    @discardableResult
    private func count(_ kind: ConnectionKind, _ change: Int) -> Int {
        switch kind {
        case .regular: connections.add(change, ordering: .acquiringAndReleasing).newValue
        case .surplus: surplus.add(change, ordering: .acquiringAndReleasing).newValue
        }
    }

    /// Calls `body` now if nothing is left, else when that may be so; only used while draining.
    func onLess(_ body: @escaping @Sendable () -> Void) {
        whenLess.withLock { $0 = body }
        body()
    }

    func connectionEnded(_ kind: ConnectionKind) {
        count(kind, -1)
        tell()
    }

    func handlerEnded() {
        inFlight.subtract(1, ordering: .acquiringAndReleasing)
        tell()
    }

    private func tell() {
        guard isDraining.load(ordering: .acquiring) else { return }
        whenLess.withLock { $0 }?()
    }
}
