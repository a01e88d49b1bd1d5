/// The outcome of asking a committer for something: decided and on disk, or a reason why there is no answer.
public enum Commitment<Outcome: Sendable>: Sendable {
    /// Decided, and the decision is committed.
    case committed(Outcome)
    /// No decision to tell; the error's code says whether it surely was not done.
    case failed(StoreError)

    /// The outcome, or the error thrown.
    public func get() throws(StoreError) -> Outcome {
        switch self {
        case .committed(let outcome): return outcome
        case .failed(let error): throw error
        }
    }
}

/// How one attempt at a transaction ended, with the members' outcomes in their order when it is on disk.
public enum Attempt<Outcome: Sendable>: Sendable {
    /// On disk.
    case committed([Outcome])
    /// Rolled back because of other work; again.
    case conflict
    /// Rolled back because of something in the batch itself.
    case rejected
    /// COMMIT was sent, its answer was lost.
    case unknown
    /// Surely not done: no connection, or it broke before the deciding flush.
    case unavailable

    /// The same end, with what `transform` makes of the outcomes.
    public func map<New>(_ transform: ([Outcome]) -> [New]) -> Attempt<New> {
        switch self {
        case .committed(let outcomes): .committed(transform(outcomes))
        case .conflict: .conflict
        case .rejected: .rejected
        case .unknown: .unknown
        case .unavailable: .unavailable
        }
    }
}

/// One transaction for many requests: what a writer performs, without policy.
///
/// Used by one thread at a time; may block.
public protocol BatchTransaction<Request, Outcome> {
    /// What is asked.
    associatedtype Request: Sendable
    /// What is answered.
    associatedtype Outcome: Sendable

    /// Runs `batch` as one transaction, once.
    ///
    /// In a rerun an earlier attempt at some of the batch may have committed, or may still commit.
    func attempt(_ batch: [Request], isRerun: Bool) -> Attempt<Outcome>
}
