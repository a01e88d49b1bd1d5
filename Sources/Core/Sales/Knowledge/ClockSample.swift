import Kernel

/// The record's clock at a point of monotonic time, and how far off that may be.
///
/// What was read between asking and answer was read in their middle, give or take half of the time between.
struct ClockSample {
    /// How far apart two clocks may run in a second: 200 ppm, what is usual for quartz several times over.
    private static let drift: Int32 = 5000

    let record: Timestamp
    let taken: Instant
    /// At the time of taking.
    let uncertainty: Duration

    init(record: Timestamp, asked: Instant, answered: Instant) {
        self.record = record
        uncertainty = (answered - asked) / 2
        taken = asked + uncertainty
    }

    func time(at now: Instant) -> Timestamp { record.adding(now - taken) }

    func uncertainty(at now: Instant) -> Duration { uncertainty + max(now - taken, .zero) / Self.drift }
}
