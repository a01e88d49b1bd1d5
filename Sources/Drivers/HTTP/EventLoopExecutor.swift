public import NIOCore
import Synchronization

/// Runs tasks on an event loop, so that a handler and the connection it serves share a thread.
///
/// Use as `executorPreference` of a task. `of(_:)` gives the same object for the same loop, so that a task that
/// prefers it is recognised as being there already: it goes from one asynchronous function to the next without a
/// queue in between. Jobs that come while some wait, as when a batch of callers is answered, cost the loop one task and one wake.
public final class EventLoopExecutor: TaskExecutor {
    private struct Entry: Sendable {
        weak var executor: EventLoopExecutor?
    }

    private struct Jobs: Sendable {
        var waiting: [UnownedJob] = []
        /// Empty; takes its turn as `waiting`, so that neither is allocated anew.
        var spare: [UnownedJob] = []
    }

    /// An executor keeps its loop alive, so an entry that is not `nil` names a loop that still exists.
    private static let known = Mutex<[ObjectIdentifier: Entry]>([:])

    private let eventLoop: any EventLoop
    private let jobs = Mutex(Jobs())

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
        let job = UnownedJob(job)
        let isFirst = jobs.withLock { jobs in
            jobs.waiting.append(job)
            return jobs.waiting.count == 1
        }
        if isFirst { eventLoop.execute { self.runWaiting() } }
    }

    /// Runs what waits now; what these jobs queue is for the next turn.
    ///
    /// In the name of the executor: run in the loop's, each call of an asynchronous function would queue once more.
    private func runWaiting() {
        var jobs = self.jobs.withLock { jobs in
            let waiting = jobs.waiting
            jobs.waiting = jobs.spare
            jobs.spare = []
            return waiting
        }
        let executor = asUnownedTaskExecutor()
        for job in jobs { job.runSynchronously(on: executor) }
        jobs.removeAll(keepingCapacity: true)
        self.jobs.withLock { $0.spare = jobs }
    }
}
