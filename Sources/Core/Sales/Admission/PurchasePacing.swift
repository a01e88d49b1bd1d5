import Kernel
import Synchronization

/// Lets in so many purchases a second, and issues codes no faster, so that whoever holds a code can redeem it.
///
/// A purchase that comes too fast waits in line, up to a quarter of the time it has, which evens out what shoppers'
/// habits bunch together; only beyond that it is refused. New codes are issued at the same pace, and not at all while
/// purchases stand in line: of two who come to a crowded shop, the one at the till is served first.
public final class PurchasePacing: Sendable {
    /// So much may come at once before anybody waits.
    static let burst = Duration.milliseconds(100)
    /// No new codes while purchases wait longer than this.
    static let crowded = Duration.milliseconds(50)

    /// Those who wait are let in together at so many points in time: a batch costs about as much as its first purchase.
    static let tick = Duration.milliseconds(5)

    private struct Lines {
        var codes: ArrivalPace
        var purchases: ArrivalPace
    }

    private let origin = Instant.now
    private let lines: Mutex<Lines>

    /// A pace of so many purchases a second, at least one.
    public init(perSecond: Int) {
        lines = Mutex(Lines(codes: ArrivalPace(perSecond: perSecond), purchases: ArrivalPace(perSecond: perSecond)))
    }

    /// Whether one more code may be issued; one that was not issued after all is to be given back.
    func admitsCode(at now: Instant) -> Bool {
        lines.withLock { lines in
            guard lines.purchases.lead(at: now) <= Self.burst + Self.crowded else { return false }
            return lines.codes.take(at: now, upTo: Self.burst) != nil
        }
    }

    /// Takes back a code that was admitted and not issued.
    func giveCodeBack() { lines.withLock { $0.codes.giveBack() } }

    /// A place in the line of purchases: how long to wait for one's turn; `nil` where that is too long.
    func place(at now: Instant, by deadline: Instant) -> Duration? {
        let patience = max(.zero, (deadline - now) / 4)
        let lead = lines.withLock { $0.purchases.take(at: now, upTo: Self.burst + patience) }
        guard let lead else { return nil }
        return lead <= Self.burst ? .zero : nextTick(from: now + (lead - Self.burst)) - now
    }

    private func nextTick(from turn: Instant) -> Instant {
        origin + Self.tick * ((turn - origin) / Self.tick).rounded(.up)
    }
}
