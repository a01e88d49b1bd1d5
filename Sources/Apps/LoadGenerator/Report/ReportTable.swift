/// Runs for people: a row a run, those of a label together, and their median where there are several.
enum ReportTable {
    static func text(of reports: [RunReport]) -> String {
        let names = processNames(reports)
        let head =
            ["run", "operations/s", "requests/s"] + names.map { "\($0) µs" } + names.map { "\($0) MiB" }
            + ["batches", "failed", "promises", "p50 / p99 / p99.9 ms"]
        let rows = RunReport.grouped(reports).flatMap { label, runs in
            guard runs.count > 1 else { return [row(runs[0], label, names)] }
            return runs.enumerated().map { row($1, "\(label) #\($0 + 1)", names) }
                + [row(.median(of: runs), "\(label) median", names)]
        }
        return """
            \(TextTable.render(head, rows))
            µs: processor time a request; MiB: largest memory; batches: members of a batch of checkouts, of purchases
            """
    }

    /// Everything else about one run.
    static func details(of report: RunReport) -> String {
        var lines = [list("answers", report.answers.mapValues(Double.init))]
        if !report.failures.isEmpty { lines.append(list("failures", report.failures.mapValues(Double.init))) }
        lines.append(list("check", report.check))
        if !report.metrics.isEmpty { lines.append(list("metrics", report.metrics)) }
        return (lines + report.notes.map { "note: \($0)" }).joined(separator: "\n")
    }

    private static func list(_ title: String, _ values: [String: Double]) -> String {
        let parts = values.sorted { $0.key < $1.key }.map { name, value in
            "\(name) \(TextTable.decimal(value, value == value.rounded() ? 0 : 3))"
        }
        return "\(title): \(parts.joined(separator: ", "))"
    }

    /// The usual ones first.
    private static func processNames(_ reports: [RunReport]) -> [String] {
        let names = Set(reports.flatMap(\.cpu.keys))
        let usual = ["service", "postgres", "redis", "load"]
        return usual.filter(names.contains) + names.subtracting(usual).sorted()
    }

    private static func row(_ report: RunReport, _ name: String, _ processes: [String]) -> [String] {
        var cells = [name, TextTable.decimal(report.throughput, 0), TextTable.decimal(report.requestsPerSecond, 0)]
        for process in processes {
            cells.append(report.cpu[process].map { TextTable.decimal($0.microsecondsPerRequest, 1) } ?? "-")
        }
        for process in processes {
            cells.append(report.memory[process].map { TextTable.decimal(Double($0.max) / 1024, 0) } ?? "-")
        }
        cells.append(batches(report))
        cells.append("\(report.failures.values.reduce(0, +))")
        cells.append(report.broken.isEmpty ? "kept" : "BROKEN")
        let steps = report.steps.filter { $0.value.count > 0 }.sorted { $0.key < $1.key }
        cells.append(
            steps.map { name, step in
                "\(name) " + [step.p50, step.p99, step.p999].map(TextTable.milliseconds).joined(separator: " / ")
            }.joined(separator: ", ")
        )
        return cells
    }

    private static func batches(_ report: RunReport) -> String {
        ["checkouts", "purchases"].map { writer in
            report.metrics["batch_mean{writer=\"\(writer)\"}"].map { TextTable.decimal($0, 0) } ?? "-"
        }.joined(separator: " ")
    }
}
