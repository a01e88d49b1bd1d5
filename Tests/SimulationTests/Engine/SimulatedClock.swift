import Kernel

/// Virtual time as the service sees it: its monotonic clock, and what it waits by.
struct SimulatedClock: Clock, TimeSource {
    let scheduler: Scheduler
    /// What virtual zero is in monotonic time; nothing may depend on it.
    private let zero = ContinuousClock.now

    var now: Instant { zero + scheduler.now.duration }
    var minimumResolution: Duration { .microseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        await scheduler.sleep(max(time(of: deadline) - scheduler.now, .zero))
    }

    /// The virtual time of a point in monotonic time.
    func time(of instant: Instant) -> VirtualTime { VirtualTime(instant - zero) }

    /// The point in monotonic time `span` from now.
    func after(_ span: VirtualTime) -> Instant { now + span.duration }
}
