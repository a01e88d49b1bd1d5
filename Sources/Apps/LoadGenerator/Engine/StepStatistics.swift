import Histogram

/// The latencies of one step of a scenario, in microseconds, as a whole and second by second.
struct StepStatistics: Sendable {
    /// Longer ones count as this, in microseconds.
    private static let longest: UInt64 = 120_000_000

    private var whole = Histogram<UInt64>(highestTrackableValue: longest, numberOfSignificantValueDigits: .three)
    private var second = Histogram<UInt64>(highestTrackableValue: longest, numberOfSignificantValueDigits: .three)
    private var worstSecond: UInt64 = 0
    private(set) var count = 0

    /// Takes a latency in nanoseconds.
    mutating func record(_ nanoseconds: UInt64) {
        let value = min(nanoseconds / 1000, Self.longest)
        whole.record(value)
        second.record(value)
        count += 1
    }

    /// Ends a second; one with less than a hundred answers has no percentile worth comparing, unless it is the only one.
    mutating func endSecond() {
        let answers = second.totalCount
        if answers >= 100 || (worstSecond == 0 && answers > 0) {
            worstSecond = max(worstSecond, second.valueAtPercentile(99))
        }
        second.reset()
    }

    /// So far, in microseconds.
    var p99: UInt64 { count == 0 ? 0 : whole.valueAtPercentile(99) }

    /// For the report.
    var summary: StepReport {
        StepReport(
            count: count,
            p50: percentile(50),
            p90: percentile(90),
            p99: percentile(99),
            p999: percentile(99.9),
            max: count == 0 ? 0 : whole.max,
            worstSecondP99: max(worstSecond, second.totalCount >= 100 ? second.valueAtPercentile(99) : 0)
        )
    }

    private func percentile(_ percent: Double) -> UInt64 { count == 0 ? 0 : whole.valueAtPercentile(percent) }
}
