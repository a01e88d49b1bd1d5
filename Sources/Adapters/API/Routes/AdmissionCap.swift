import Kernel
import Synchronization

/// The most purchases a second that this instance lets in: a bucket of a tenth of a second, filled steadily.
///
/// The generic cell rate algorithm: one point in time is its whole state.
public final class AdmissionCap: Sendable {
    private let interval: Duration
    private let tolerance: Duration
    private let nextArrival = Mutex<Instant?>(nil)

    /// A cap of so many purchases a second, at least one.
    public init(perSecond: Int) {
        precondition(perSecond > 0, "a cap lets something in")
        interval = .nanoseconds(1_000_000_000 / perSecond)
        tolerance = max(.milliseconds(100), interval)
    }

    /// Whether one more may come in at `now`.
    func admit(at now: Instant) -> Bool {
        nextArrival.withLock { next in
            let due = max(next ?? now, now)
            guard due - now <= tolerance else { return false }
            next = due + interval
            return true
        }
    }
}
