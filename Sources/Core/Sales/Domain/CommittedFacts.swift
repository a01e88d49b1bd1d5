import Kernel

/// What stays true about a sale within an epoch: units sold, users at the limit, outcomes of codes.
///
/// Made only after the command tag of a COMMIT, or from rows that were read; the epoch is the one that the same
/// transaction read.
public struct CommittedFacts: Sendable {
    /// An outcome that somebody who holds the lock on the code waits for.
    public struct DecidedCode: Sendable {
        /// The code.
        public let code: CheckoutCode
        /// Its outcome.
        public let outcome: StoredOutcome
        /// The lock to release with it.
        public let lock: LockToken

        /// Puts a decided code together from its parts.
        public init(code: CheckoutCode, outcome: StoredOutcome, lock: LockToken) {
            self.code = code
            self.outcome = outcome
            self.lock = lock
        }
    }

    /// The sale they are about.
    public let sale: SaleID
    /// The epoch under which they are true.
    public let epoch: GateEpoch
    /// Numbers of sold items.
    public var sold: [Int32] = []
    /// Users who have bought the limit.
    public var full: [UserID] = []
    /// Decided codes that were presented more than once.
    public var decided: [DecidedCode] = []

    /// No facts yet about `sale` under `epoch`.
    public init(sale: SaleID, epoch: GateEpoch) {
        self.sale = sale
        self.epoch = epoch
    }
}
