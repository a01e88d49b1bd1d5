import Kernel
import Sales

/// A request as the witness remembers it.
struct Question: Sendable {
    /// What was asked.
    enum Kind: Hashable, Sendable {
        case join(ItemID)
        case remove(CheckoutCode, ItemID)
        case purchase(CheckoutCode)
    }

    /// What became of it.
    enum Fate: Sendable {
        /// No answer, or one that leaves it open.
        case open
        /// Answered for good.
        case settled
        /// Answered: surely not done.
        case notDone
    }

    let user: UserID
    let kind: Kind
    let askedAt: VirtualTime
    let deadline: VirtualTime
    let host: Host
    /// Whether its code was decided when it was asked.
    let wasDecided: Bool
    var fate = Fate.open

    /// The code that a purchase presents.
    var purchasedCode: CheckoutCode? { if case .purchase(let code) = kind { code } else { nil } }
}

/// Names the attempts that cannot be told apart from outside.
struct AttemptKind: Hashable, Sendable {
    let user: UserID
    let item: ItemID
    let outcome: String

    init(_ attempt: CheckoutAttempt) {
        self.init(user: attempt.userID, item: attempt.itemID, outcome: attempt.outcome)
    }

    init(user: UserID, item: ItemID, outcome: String) {
        self.user = user
        self.item = item
        self.outcome = outcome
    }
}
