public import NIOCore
import Synchronization

/// Runs tasks on an event loop, so that a handler and the connection it serves share a thread.
///
/// Use as `executorPreference` of a task. `of(_:)` gives the same object for the same loop, so that a task that
/// prefers it is recognised as being there already.
public final class EventLoopExecutor: TaskExecutor, SerialExecutor {
    private struct Entry: Sendable {
        weak var executor: EventLoopExecutor?
    }

    /// An executor keeps its loop alive, so an entry that is not `nil` names a loop that still exists.
    private static let known = Mutex<[ObjectIdentifier: Entry]>([:])

    private let eventLoop: any EventLoop

    private init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The executor of a loop.
    public static func of(_ eventLoop: any EventLoop) -> EventLoopExecutor {
        known.withLock { known in
            if let executor = known[ObjectIdentifier(eventLoop)]?.executor { return executor }
            known = known.filter { $0.value.executor != nil }
            let executor = EventLoopExecutor(eventLoop)
            known[ObjectIdentifier(eventLoop)] = Entry(executor: executor)
            return executor
        }
    }

    /// Queues a job behind the loop's other work of this turn.
    public func enqueue(_ job: consuming ExecutorJob) {
        eventLoop.enqueue(job)
    }

    /// The executor itself, as the runtime wants it.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}
