import NIOCore

/// How long and how hard a scenario is run.
struct RunPlan: Sendable {
    /// What makes operations begin.
    enum Pacing: Sendable, Equatable {
        /// Each connection begins its next operation when the last one has ended.
        case closed
        /// So many a second, at even distances, whatever becomes of them.
        case open(perSecond: Double)
        /// The scenario's shoppers say when; `fromWish` measures from then, also while all connections are busy.
        case shoppers(fromWish: Bool)
    }

    /// The instances; connections are spread over them.
    var endpoints: [Endpoint]
    var connections: Int
    var pacing: Pacing
    /// Not counted, in seconds.
    var warmUp: Double
    /// The measured part, in seconds.
    var duration: Double
    /// Ends the run after so many operations.
    var count: Int?
    /// After which a request counts as failed, in seconds.
    var timeout: Double
    /// When the warm-up begins, by the monotonic clock; `nil` is at once.
    var startsAt: NIODeadline?

    /// Most operations that wait for a connection; more are failures.
    static let maxQueue = 100_000
}
