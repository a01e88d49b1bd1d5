import Synchronization

/// The process that an instance is: it can die or be stopped for a while between any two awaits.
///
/// What runs in it goes through ``pass()`` wherever it meets the world outside, and has no effect there once it is dead.
final class Host: Sendable {
    private struct State {
        var isAlive = true
        var isDraining = false
        var pausedUntil = VirtualTime.zero
        var lastPause = VirtualTime.zero
    }

    private let state = Mutex(State())
    private let scheduler: Scheduler

    init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    var isAlive: Bool { state.withLock { $0.isAlive } }
    var isDraining: Bool { state.withLock { $0.isDraining } }

    func die() { state.withLock { $0.isAlive = false } }
    func drain() { state.withLock { $0.isDraining = true } }
    func resume() { state.withLock { $0.pausedUntil = .zero } }

    func pause(for span: VirtualTime) {
        let end = scheduler.now + span
        state.withLock { state in
            state.pausedUntil = end
            state.lastPause = end
        }
    }

    /// Whether it was stopped at some moment since `time`.
    func wasPaused(since time: VirtualTime) -> Bool { state.withLock { $0.lastPause } >= time }

    /// Goes on when it is not stopped; `false` when it is dead.
    func pass() async -> Bool {
        while true {
            let (isAlive, until) = state.withLock { ($0.isAlive, $0.pausedUntil) }
            guard isAlive else { return false }
            let rest = until - scheduler.now
            guard rest > .zero else { return true }
            await scheduler.sleep(rest)
        }
    }

    /// Does `work` until it dies, with a pause of `interval` after each time.
    func repeatedly(every interval: VirtualTime, _ work: @escaping @Sendable () async throws -> Void) {
        scheduler.spawn {
            while await self.pass() {
                // A failure is tried again after the interval, as the service does.
                do { try await work() } catch {}
                await self.scheduler.sleep(interval)
            }
        }
    }
}
