import Foundation

/// Puts a report together.
struct ReportBuilder {
    let label: String
    let scenario: ScenarioName
    let options: [String: String]
    let startedAt: Date

    func report(_ measured: Measurements, _ watch: RunWatch, _ check: SaleAudit.Findings) -> RunReport {
        let seconds = max(measured.seconds, 1e-9)
        var notes = watch.notes
        if measured.seconds == 0 { notes.append("ended before the measured part began") }
        if let reason = measured.endedBecause { notes.append("ended early: \(reason)") }
        return RunReport(
            label: label,
            scenario: scenario.rawValue,
            startedAt: startedAt.ISO8601Format(),
            options: options,
            seconds: (seconds * 1000).rounded() / 1000,
            operations: measured.operations,
            requests: measured.requests,
            throughput: (Double(measured.operations) / seconds * 10).rounded() / 10,
            requestsPerSecond: (Double(measured.requests) / seconds * 10).rounded() / 10,
            steps: measured.summaries,
            answers: measured.answers.named(measured.steps),
            failures: measured.allFailures.merging(check.failures, uniquingKeysWith: +),
            cpu: watch.processor(requests: measured.requests, operations: measured.operations),
            memory: watch.memory,
            metrics: watch.change,
            check: check.numbers,
            broken: check.broken,
            notes: notes
        )
    }
}
