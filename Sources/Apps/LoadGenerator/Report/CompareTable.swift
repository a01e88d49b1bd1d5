/// Two sets of runs side by side: medians and their ratios, for each label that both have.
enum CompareTable {
    /// - Throws: ``LoadFault`` where they have no label in common.
    static func text(_ base: [RunReport], _ other: [RunReport]) throws -> String {
        let others = Dictionary(uniqueKeysWithValues: RunReport.grouped(other).map { ($0.label, $0.runs) })
        let rows = RunReport.grouped(base).flatMap { label, runs in
            others[label].map { self.rows(label, .median(of: runs), .median(of: $0)) } ?? []
        }
        guard !rows.isEmpty else { throw LoadFault("the files have no label in common") }
        return TextTable.render(["median of the runs", "base", "other", "ratio"], rows)
    }

    private static func rows(_ label: String, _ base: RunReport, _ other: RunReport) -> [[String]] {
        var rows = [row(label, "operations/s", base.throughput, other.throughput)]
        for (name, step) in base.steps.sorted(by: { $0.key < $1.key }) {
            guard let counterpart = other.steps[name] else { continue }
            rows.append(row(label, "\(name) p50 ms", Double(step.p50) / 1000, Double(counterpart.p50) / 1000))
            rows.append(row(label, "\(name) p99 ms", Double(step.p99) / 1000, Double(counterpart.p99) / 1000))
        }
        for (name, used) in base.cpu.sorted(by: { $0.key < $1.key }) {
            guard let counterpart = other.cpu[name] else { continue }
            let figures = (used.microsecondsPerRequest, counterpart.microsecondsPerRequest)
            rows.append(row(label, "\(name) µs a request", figures.0, figures.1))
        }
        return rows
    }

    private static func row(_ label: String, _ figure: String, _ base: Double, _ other: Double) -> [String] {
        let places = max(base, other) >= 1000 ? 0 : 2
        return [
            "\(label), \(figure)", TextTable.decimal(base, places), TextTable.decimal(other, places),
            base > 0 ? TextTable.decimal(other / base, 2) : "-",
        ]
    }
}
