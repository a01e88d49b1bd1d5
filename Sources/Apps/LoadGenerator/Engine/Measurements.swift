/// What a run has measured.
struct Measurements: Sendable {
    /// The names of the scenario's steps.
    let steps: [String]
    var statistics: [StepStatistics]
    /// Latencies of answers that turn away, whatever the step; they are in the step's as well.
    var turnedAway = StepStatistics()
    var answers = AnswerCounts()
    /// Requests without an answer, by kind.
    var failures: [String: Int] = [:]
    /// Operations that got what they came for.
    var operations = 0
    /// Operations that were refused it.
    var refused = 0
    /// Answered requests.
    var requests = 0
    /// The length of the measured part.
    var seconds = 0.0
    /// Why the run ended before its time.
    var endedBecause: String?

    init(steps: [String]) {
        self.steps = steps
        statistics = steps.map { _ in StepStatistics() }
    }

    /// Latencies for the report, by step.
    var summaries: [String: StepReport] {
        var summaries = Dictionary(uniqueKeysWithValues: zip(steps, statistics.map(\.summary)))
        if turnedAway.count > 0 { summaries["turned away"] = turnedAway.summary }
        return summaries
    }

    /// Takes the latency of an answer, in nanoseconds.
    mutating func count(_ answer: Answer, step: Int, after latency: UInt64) {
        statistics[step].record(latency)
        if answer.turnsAway { turnedAway.record(latency) }
        answers.count(answer, step: step)
    }

    /// Ends a second of the percentiles that are kept by the second.
    mutating func endSecond() {
        for step in statistics.indices { statistics[step].endSecond() }
        turnedAway.endSecond()
    }

    /// Requests without an answer and server faults, by kind.
    var allFailures: [String: Int] {
        failures.merging(answers.faults(steps).map { ("answered \($0.key)", $0.value) }, uniquingKeysWith: +)
    }

    /// For the progress line.
    var progress: Progress {
        Progress(
            operations: operations,
            requests: requests,
            p99: statistics.map(\.p99),
            refused: answers.refused,
            failed: allFailures.values.reduce(0, +)
        )
    }

    /// Sums since the measured part began; latencies in microseconds, one a step.
    struct Progress: Sendable {
        var operations = 0
        var requests = 0
        var p99: [UInt64] = []
        var refused = 0
        var failed = 0
    }
}
