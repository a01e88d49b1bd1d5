/// Several runs of one label as one.
extension RunReport {
    /// The runs of each label, in the order in which labels come first.
    static func grouped(_ reports: [RunReport]) -> [(label: String, runs: [RunReport])] {
        var order: [String] = []
        for report in reports where !order.contains(report.label) { order.append(report.label) }
        return order.map { label in (label, reports.filter { $0.label == label }) }
    }

    /// The median of each figure by itself; failures and broken promises of all runs.
    ///
    /// `runs` must not be empty.
    static func median(of runs: [RunReport]) -> RunReport {
        var median = runs[0]
        median.throughput = middle(runs.map(\.throughput))
        median.requestsPerSecond = middle(runs.map(\.requestsPerSecond))
        for name in median.steps.keys { median.steps[name] = StepReport.median(of: runs.compactMap { $0.steps[name] }) }
        for name in median.cpu.keys {
            let all = runs.compactMap { $0.cpu[name] }
            median.cpu[name] = Processor(
                microsecondsPerRequest: middle(all.map(\.microsecondsPerRequest)),
                microsecondsPerOperation: middle(all.map(\.microsecondsPerOperation)),
                seconds: middle(all.map(\.seconds))
            )
        }
        for name in median.memory.keys {
            let all = runs.compactMap { $0.memory[name] }
            median.memory[name] = Memory(
                start: middle(all.map(\.start)),
                end: middle(all.map(\.end)),
                max: middle(all.map(\.max))
            )
        }
        for name in median.metrics.keys { median.metrics[name] = middle(runs.map { $0.metrics[name] ?? 0 }) }
        median.failures = runs.map(\.failures).reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
        median.broken = runs.flatMap(\.broken)
        return median
    }

    /// The lower one of two in the middle.
    static func middle<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[(values.count - 1) / 2] }
}

extension StepReport {
    fileprivate static func median(of runs: [StepReport]) -> StepReport {
        func middle(_ figure: KeyPath<StepReport, UInt64>) -> UInt64 {
            RunReport.middle(runs.map { $0[keyPath: figure] })
        }
        return StepReport(
            count: RunReport.middle(runs.map(\.count)),
            p50: middle(\.p50),
            p90: middle(\.p90),
            p99: middle(\.p99),
            p999: middle(\.p999),
            max: middle(\.max),
            worstSecondP99: middle(\.worstSecondP99)
        )
    }
}
