import Metrics
import NIOCore
import ServiceLifecycle
import Synchronization

/// Measures how late event loops come to what is due, ten times a second each: what a request that arrives would wait.
final class EventLoopLag: Service {
    private static let interval = TimeAmount.milliseconds(100)

    private let group: any EventLoopGroup
    private let lag = Metrics.Timer(label: "flashsale_eventloop_lag_seconds")
    private let isStopped = Atomic<Bool>(false)

    init(group: any EventLoopGroup) { self.group = group }

    func run() async throws {
        defer { isStopped.store(true, ordering: .relaxed) }
        for loop in group.makeIterator() { measure(loop, at: .now() + Self.interval) }
        try await gracefulShutdown()
    }

    private func measure(_ loop: any EventLoop, at due: NIODeadline) {
        loop.scheduleTask(deadline: due) { [self] in
            let now = NIODeadline.now()
            lag.recordNanoseconds((now - due).nanoseconds)
            if !isStopped.load(ordering: .relaxed) { measure(loop, at: now + Self.interval) }
        }
    }
}
