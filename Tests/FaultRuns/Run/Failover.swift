/// Runs of one fail-over, of which the worst counts.
struct Failover: Sendable {
    var fault: String
    var runs: [FaultResult] = []

    var calls: Int { runs.reduce(0) { $0 + $1.operations } }
    /// Answered with a 5xx.
    var turnedAway: Int { runs.reduce(0) { $0 + $1.turnedAway } }
    /// Without an answer that says what was done.
    var unknown: Int { runs.reduce(0) { $0 + $1.unknown } - turnedAway }
    var lost: Int { runs.reduce(0) { $0 + ($1.violations["noLostAcknowledgement"] ?? 0) } }
    /// The worst time in milliseconds without a success of anybody; `nil` where a run says nothing.
    var outage: Int? { worst { $0.recovery?.outage } }
    /// The worst time in milliseconds until another server did the work of the one that was lost.
    var away: Int? { worst { $0.awayMilliseconds } }
    var isGreen: Bool { runs.allSatisfy { $0.isGreen } }

    private func worst(_ figure: (FaultResult) -> Int?) -> Int? {
        let figures = runs.map(figure)
        return figures.contains { $0 == nil } ? nil : figures.compactMap { $0 }.max()
    }

    /// A line for the terminal.
    var line: String {
        "\(isGreen ? "✓" : "✗") \(fault), \(runs.count) times: \(calls) calls, \(turnedAway) turned away, \(unknown) with an "
            + "unknown answer, \(lost) acknowledgements lost, at most \(outage.map { "\($0) ms" } ?? "?") without a success"
    }
}
