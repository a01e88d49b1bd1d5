import CLibPQ
import Synchronization

/// Asks the server, from any thread, to cancel what a connection is running.
///
/// `@unchecked Sendable`: a `PGcancel` is never changed after it is made, and libpq documents `PQcancel` as usable from
/// any thread; it is freed with the last reference.
public final class PostgresCancelHandle: @unchecked Sendable {
    private static let running = Atomic<Int>(0)
    private static let runningLimit = 16
    private let pointer: OpaquePointer

    init?(_ connection: OpaquePointer) {
        guard let pointer = PQgetCancel(connection) else { return nil }
        self.pointer = pointer
    }

    deinit {
        PQfreeCancel(pointer)
    }

    /// Sends the request and waits until the server has taken it; `false` when it could not be delivered.
    ///
    /// Blocks without a limit of its own when the server hangs, so call it on a thread that can be spared. A request
    /// that arrives late hits whatever the session runs by then.
    @discardableResult
    public func cancel() -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { PQcancel(pointer, $0.baseAddress, 256) == 1 }
    }

    /// Sends the request from a thread of its own; left out when as many as may be are still under way.
    func cancelInBackground() {
        guard Self.running.wrappingAdd(1, ordering: .relaxed).newValue <= Self.runningLimit else {
            Self.running.wrappingSubtract(1, ordering: .relaxed)
            return
        }
        let isStarted = DedicatedThread.start(name: "postgres-cancel") { [self] in
            cancel()
            Self.running.wrappingSubtract(1, ordering: .relaxed)
        }
        if !isStarted { Self.running.wrappingSubtract(1, ordering: .relaxed) }
    }
}
