import Kernel

/// How many requests of each class may be under way, learnt from how long answers take.
///
/// Two bounds hold. All requests together: the less urgent a class, the earlier it is turned away. And each class by
/// itself: an answer that took more than half of its time says that too much is under way, so its class and every less
/// urgent one may have half as much; one that took less than a quarter makes room for one more. In between nothing
/// changes, because an answer tells how it was when its request came, and twice as much may be under way by then. What
/// is let in is therefore answered in time even where the record has become much slower, the rest is refused at once.
struct InFlightBounds: Sendable {
    /// A class always has so many, or its bound could never rise again.
    static let floor = 64

    private struct Load {
        var count = 0
        var bound: Int
        let most: Int
    }

    private var loads: [Load]
    private var total = 0
    private var nextCut: Instant?

    /// Bounds for at most `limit` requests together.
    init(limit: Int) {
        loads = Urgency.allCases.map { urgency in
            let most = max(1, Int((Double(limit) * urgency.share).rounded()))
            return Load(bound: most, most: most)
        }
    }

    /// Requests of a class that are under way.
    func count(_ urgency: Urgency) -> Int { loads[urgency.rawValue].count }

    /// How many of them there may be now.
    func bound(_ urgency: Urgency) -> Int { loads[urgency.rawValue].bound }

    /// Whether one more request of a class may begin, which it has then.
    mutating func begin(_ urgency: Urgency) -> Bool {
        let load = loads[urgency.rawValue]
        guard total < load.most, load.count < load.bound else { return false }
        total += 1
        loads[urgency.rawValue].count += 1
        return true
    }

    /// A request has been answered after `duration` of the `patience` it had.
    mutating func finish(_ urgency: Urgency, took duration: Duration, of patience: Duration, now: Instant) {
        let double = duration + duration  // adding is a few instructions, multiplying two hundred
        if double > patience {
            cut(urgency, patience, now)
        } else if double + double < patience, loads[urgency.rawValue].bound < loads[urgency.rawValue].most {
            loads[urgency.rawValue].bound += 1
        }
        total -= 1
        loads[urgency.rawValue].count -= 1
    }

    /// Once in half the time that requests have: those that are under way were let in before the last cut.
    private mutating func cut(_ urgency: Urgency, _ patience: Duration, _ now: Instant) {
        if let nextCut, now < nextCut { return }
        nextCut = now + patience / 2
        for index in 0...urgency.rawValue {
            let half = max(Self.floor, min(loads[index].bound, loads[index].count) / 2)
            loads[index].bound = min(half, loads[index].most)
        }
    }
}
