/// What is checked of a run, by name.
public enum Check: String, CaseIterable, Codable, Hashable, Sendable {
    /// Never more units sold than there are, and no unit to two codes.
    case noOversell
    /// Every unit is sold; asked for only where the run demands it.
    case soldOut
    /// Units sold, units in purchases and buyers' totals are the same.
    case conservation
    /// Nobody bought, or holds, more than the limit.
    case limits
    /// What was acknowledged is on record: purchases with the same bytes, items in their code.
    case noLostAcknowledgement
    /// An item whose removal was acknowledged is not bought.
    case removalsHold
    /// Nothing is on record that nobody asked for.
    case noPhantom
    /// A decided code gives the same status and bytes, always and everywhere.
    case replaysIdentical
    /// Nothing is accepted outside the sale's window, or while it is paused.
    case windowRespected
    /// What was refused as sold was sold, and before that.
    case soldIsFinal
    /// Every other refusal has its reason.
    case refusalsHaveCause
    /// Every code is open or decided, and what was decided was decided for somebody who was not told no.
    case unknownsResolved
    /// A user has one open code at a time.
    case oneOpenCode
    /// Every checkout attempt is on record with the outcome that was answered.
    case attemptsPersisted
    /// Once a unit is known to be sold, every instance says so.
    case equalAnswers

    /// The promise of the architecture that it stands for.
    public var promise: String {
        switch self {
        case .noOversell, .conservation: "P1"
        case .soldOut, .soldIsFinal, .refusalsHaveCause: "P2"
        case .limits, .oneOpenCode: "P3"
        case .noLostAcknowledgement, .removalsHold, .noPhantom: "P4"
        case .replaysIdentical, .unknownsResolved: "P5"
        case .attemptsPersisted: "P6"
        case .equalAnswers: "P7"
        case .windowRespected: "P8"
        }
    }
}
