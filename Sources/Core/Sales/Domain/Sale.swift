import Kernel

/// A time window with a fixed stock.
public struct Sale: Hashable, Sendable {
    /// What operators have made of it.
    public enum State: String, Sendable, CaseIterable {
        /// Follows its window.
        case open
        /// Sells nothing until it is resumed.
        case paused
        /// Ended by an operator; sells nothing ever again.
        case ended
    }

    /// What happens at the planned end.
    public enum AfterEnd: String, Sendable, CaseIterable {
        /// The window closes; issued codes can be redeemed during grace.
        case close
        /// Goes on until the last unit is sold.
        case runOut = "run_out"
    }

    /// Its name and the number behind it.
    public let id: SaleID
    /// For people.
    public var name: String
    /// The window is half-open: `startsAt` is in it.
    public var startsAt: Timestamp
    /// The planned end, the first moment after the window.
    public var endsAt: Timestamp
    /// What operators have made of it.
    public var state: State
    /// What happens at the planned end.
    public var afterEnd: AfterEnd
    /// The purchase limit of a user; frozen at creation.
    public var itemsPerUser: Int32
    /// How long after the planned end issued codes can be redeemed, in seconds.
    public var graceSeconds: Int32
    /// The stock.
    public var totalItems: Int32
    /// Raised by every operator's change; a batch commits only against the version it decided by.
    public var controlVersion: Int64
    /// Raised when a fact about the sale ceases to be true.
    public var gateEpoch: Int64
    /// When it was put on record.
    public var createdAt: Timestamp

    /// Takes a sale back from storage.
    public init(
        stored id: SaleID,
        name: String,
        startsAt: Timestamp,
        endsAt: Timestamp,
        state: State,
        afterEnd: AfterEnd,
        itemsPerUser: Int32,
        graceSeconds: Int32,
        totalItems: Int32,
        controlVersion: Int64,
        gateEpoch: Int64,
        createdAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.state = state
        self.afterEnd = afterEnd
        self.itemsPerUser = itemsPerUser
        self.graceSeconds = graceSeconds
        self.totalItems = totalItems
        self.controlVersion = controlVersion
        self.gateEpoch = gateEpoch
        self.createdAt = createdAt
    }
}
