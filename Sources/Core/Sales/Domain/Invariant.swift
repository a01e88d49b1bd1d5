/// What must be true of a sale's record in every snapshot of it, and of the gate beside it.
public enum Invariant: String, Sendable, CaseIterable {
    /// The sale has as many items as it says.
    case stock
    /// Each sold unit belongs to one successful purchase, which asked for it.
    case soldUnit = "sold_unit"
    /// A successful purchase has a unit, a refused one has none.
    case outcome
    /// What a buyer's row says was bought is what the buyer's purchases hold.
    case buyerTotal = "buyer_total"
    /// Nobody has bought or chosen more than the limit.
    case userLimit = "user_limit"
    /// An open code was issued to its buyer and is not decided.
    case openCode = "open_code"
    /// The gate calls nothing sold and nobody full that the record does not.
    case gate
}
