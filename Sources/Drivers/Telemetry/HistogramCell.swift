import Glibc
import Metrics
import Synchronization

/// A histogram: how many values lie in each bucket, and their sum.
///
/// A value costs a search over at most ``maximumBounds`` bounds and two atomic operations. Count and sum are not read
/// at one instant: a scrape may see a value in one and not yet in the other.
///
/// `@unchecked Sendable`: the pointer is never changed, its memory lives as long as the object and holds atomics only.
final class HistogramCell: RecorderHandler, TimerHandler, @unchecked Sendable {
    static let maximumBounds = 20

    /// Upper bounds, ascending; the bucket without a bound follows the last.
    let bounds: [Double]
    private let nanosecondBounds: [Int64]
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sumOfValues = Atomic<Double>(0)
    private let sumOfNanoseconds = Atomic<Int64>(0)
    private let exemplar: (@Sendable () -> Exemplar?)?
    /// One place a bucket, once there is anything to put there.
    private let recorded = Mutex<[RecordedExemplar?]>([])

    /// A histogram with `bounds`, of which those that are no number or exceed ``maximumBounds`` are left out.
    ///
    /// `exemplar` is asked with each value for the request behind it.
    init(bounds: [Double], exemplar: (@Sendable () -> Exemplar?)? = nil) {
        self.exemplar = exemplar
        let usable = Set(bounds.filter(\.isFinite)).sorted().prefix(Self.maximumBounds)
        self.bounds = Array(usable)
        nanosecondBounds = usable.map { Int64(max(-9e18, min(9e18, ($0 * 1e9).rounded()))) }
        counts = .allocate(capacity: usable.count + 1)
        for index in 0...usable.count { (counts + index).initialize(to: Atomic(0)) }
    }

    deinit {
        counts.deinitialize(count: bounds.count + 1)
        counts.deallocate()
    }

    var sum: Double {
        sumOfValues.load(ordering: .relaxed) + Double(sumOfNanoseconds.load(ordering: .relaxed)) / 1e9
    }

    /// Values in each bucket, the one without a bound last; not cumulated.
    var bucketCounts: [UInt64] { (0...bounds.count).map { counts[$0].load(ordering: .relaxed) } }

    /// The last value of each bucket that a request is known for; empty where there is none at all.
    var exemplars: [RecordedExemplar?] { recorded.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    /// Counts a value; what is no number is ignored.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        var index = 0
        while index < bounds.count, value > bounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sumOfValues.add(value)
        if let exemplar { note(exemplar(), value, in: index) }
    }

    /// Counts a duration as seconds; a negative one, which a clock set back gives, is zero.
    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        var index = 0
        while index < nanosecondBounds.count, duration > nanosecondBounds[index] { index += 1 }
        counts[index].wrappingAdd(1, ordering: .relaxed)
        sumOfNanoseconds.wrappingAdd(duration, ordering: .relaxed)
        if let exemplar { note(exemplar(), Double(duration) / 1e9, in: index) }
    }

    private func note(_ exemplar: Exemplar?, _ value: Double, in bucket: Int) {
        guard let exemplar else { return }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let seconds = Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1000
        recorded.withLock { recorded in
            if recorded.isEmpty { recorded = Array(repeating: nil, count: bounds.count + 1) }
            recorded[bucket] = RecordedExemplar(exemplar: exemplar, value: value, time: seconds)
        }
    }
}
