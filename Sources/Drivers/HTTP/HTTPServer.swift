public import NIOCore
import NIOPosix
import Synchronization
import Traces

/// An HTTP/1.1 server.
///
/// `run()` serves; `drain()`, or cancelling the task of `run()`, ends it in good order.
public final class HTTPServer: Sendable {
    private struct Lifecycle {
        var hasRun = false
        var isStopped = false
        /// Clients were told of the end before it came.
        var isAnnounced = false
        var listener: (any Channel)?
        var port: Result<Int, HTTPServerError>?
        var waiters: [Int: CheckedContinuation<Result<Int, HTTPServerError>, Never>] = [:]
        var nextWaiter = 0
        var ended: CheckedContinuation<Void, Never>?
        var hasEnded = false
    }

    private let state: ServerState
    private let givenGroup: (any EventLoopGroup)?
    private let lifecycle = Mutex(Lifecycle())

    /// Makes a server that does nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: address and bounds.
    ///   - router: what answers; fixed from here on.
    ///   - eventLoopGroup: NIO's own multi-threaded group; the server makes one of `eventLoops` loops if `nil`.
    ///   - rejection: makes the answer to what the driver refuses, with the request id; runs on the event loop and
    ///     must be cheap. The driver adds `Allow` and closes where needed.
    ///   - observer: told of every request and connection.
    ///   - tracer: gives requests their places in traces; the spans of requests are the observer's affair.
    public init(
        configuration: HTTPServerConfiguration,
        router: HTTPRouter,
        eventLoopGroup: (any EventLoopGroup)? = nil,
        rejection: @escaping @Sendable (HTTPRejection, String) -> HTTPResponse = { rejection, _ in
            HTTPResponse(status: rejection.status)
        },
        observer: (any HTTPObserver)? = nil,
        tracer: Tracer? = nil
    ) {
        state = ServerState(
            configuration: configuration,
            router: router,
            rejection: rejection,
            observer: observer,
            tracer: tracer
        )
        givenGroup = eventLoopGroup
    }

    /// Open connections.
    public var connectionCount: Int { state.connections.load(ordering: .relaxed) }

    /// Requests whose handler runs.
    public var inFlightCount: Int { state.inFlight.load(ordering: .relaxed) }

    /// Binds and serves until drained or cancelled; may be called once.
    ///
    /// After cancellation it still finishes what is in flight, within `drainTimeout`.
    /// - Throws: ``HTTPServerError`` if it cannot listen.
    public func run() async throws(HTTPServerError) {
        let isFirst = lifecycle.withLock { lifecycle in
            defer { lifecycle.hasRun = true }
            return !lifecycle.hasRun
        }
        guard isFirst else { throw HTTPServerError(.alreadyRun, "the HTTP server runs once") }
        let group = givenGroup ?? MultiThreadedEventLoopGroup(numberOfThreads: state.configuration.eventLoops)
        let loops = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map {
                (ObjectIdentifier($0), ServerLoop(server: state, eventLoop: $0))
            }
        )
        for loop in loops.values { loop.eventLoop.execute { loop.start() } }
        let failure = await serve(on: group, loops)
        for loop in loops.values { loop.eventLoop.execute { loop.stop() } }
        if givenGroup == nil, state.inFlight.load(ordering: .acquiring) == 0 {
            // A failure to stop idle threads changes nothing: the server is at its end.
            try? await group.shutdownGracefully()
        }
        if let failure { throw failure }
    }

    private func serve(on group: any EventLoopGroup, _ loops: [ObjectIdentifier: ServerLoop]) async -> HTTPServerError?
    {
        let listener: any Channel
        do throws(HTTPServerError) {
            listener = try await HTTPListener(state: state, loops: loops).bind(on: group)
        } catch {
            settlePort(.failure(error))
            return error
        }
        let isStopped = lifecycle.withLock { lifecycle in
            lifecycle.listener = listener
            return lifecycle.isStopped
        }
        settlePort(.success(listener.localAddress?.port ?? state.configuration.port))
        if isStopped { listener.close(promise: nil) }
        await withTaskCancellationHandler {
            // Ends only because somebody closed the listener; how it closed does not matter.
            try? await listener.closeFuture.get()
        } onCancel: {
            drain()
        }
        await finish(loops, group)
        return nil
    }

    /// Waits until nothing is in flight, at most `drainTimeout`, then closes what is left.
    private func finish(_ loops: [ObjectIdentifier: ServerLoop], _ group: any EventLoopGroup) async {
        let patience = lifecycle.withLock { $0.isAnnounced } ? state.configuration.idleDrain : .zero
        let closing = group.next().scheduleTask(in: TimeAmount(patience)) { [state] in
            state.isClosing.store(true, ordering: .releasing)
            for loop in loops.values { loop.eventLoop.execute { loop.drain() } }
        }
        let limit = group.next().scheduleTask(in: TimeAmount(patience + state.configuration.drainTimeout)) {
            self.end()
        }
        await withCheckedContinuation { continuation in
            let hasEnded = lifecycle.withLock { lifecycle in
                if !lifecycle.hasEnded { lifecycle.ended = continuation }
                return lifecycle.hasEnded
            }
            if hasEnded { continuation.resume() }
            state.onLess { [weak self, state] in if state.isIdle { self?.end() } }
        }
        closing.cancel()
        limit.cancel()
        state.onLess {}
        for loop in loops.values {
            // Handlers past the limit are left behind; an event loop that has stopped has no connections.
            try? await loop.eventLoop.submit { loop.closeAll() }.get()
        }
    }

    private func end() {
        let continuation = lifecycle.withLock { lifecycle in
            lifecycle.hasEnded = true
            return lifecycle.ended.take()
        }
        continuation?.resume()
    }

    /// Stops accepting, closes idle connections, and lets `run()` return when the requests in flight are answered.
    ///
    /// Their responses say `Connection: close`. Bounded by `drainTimeout`. Returns at once; repeating it is harmless.
    ///
    /// With a delay everything is served meanwhile, new connections too, but each response ends its connection. So who
    /// keeps connections for later has none left to write to at the moment at which it closes, and who asks for
    /// readiness has time to go elsewhere. Then the listener ends without losing a connection (``ListenerEnd``), and
    /// connections on which nothing was asked are kept for `idleDrain` more.
    public func drain(after delay: Duration = .zero) {
        state.isDraining.store(true, ordering: .releasing)
        let listener = lifecycle.withLock { lifecycle in
            lifecycle.isAnnounced = delay > .zero && lifecycle.listener != nil
            lifecycle.isStopped = lifecycle.isStopped || !lifecycle.isAnnounced
            return lifecycle.listener
        }
        if delay > .zero, let listener {
            let end = ListenerEnd(channel: listener)
            _ = listener.eventLoop.scheduleTask(in: TimeAmount(delay)) { end.begin() }
        } else {
            state.isClosing.store(true, ordering: .releasing)
            listener?.close(promise: nil)
        }
    }

    /// Waits until the server listens; gives the port.
    ///
    /// - Throws: the error of binding, or `stopped` when the waiting task is cancelled.
    public func whenBound() async throws(HTTPServerError) -> Int {
        let id = lifecycle.withLock { lifecycle in
            lifecycle.nextWaiter += 1
            return lifecycle.nextWaiter
        }
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let stopped = HTTPServerError(.stopped, "stopped waiting for the HTTP server")
                let result = lifecycle.withLock { lifecycle in
                    let result = lifecycle.port ?? (Task.isCancelled ? .failure(stopped) : nil)
                    if result == nil { lifecycle.waiters[id] = continuation }
                    return result
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            let waiter = lifecycle.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.resume(returning: .failure(HTTPServerError(.stopped, "stopped waiting for the HTTP server")))
        }.get()
    }

    private func settlePort(_ result: Result<Int, HTTPServerError>) {
        let waiters = lifecycle.withLock { lifecycle in
            lifecycle.port = result
            defer { lifecycle.waiters = [:] }
            return lifecycle.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: result) }
    }
}
