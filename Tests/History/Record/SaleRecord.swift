import Kernel

/// What PostgreSQL says about a sale: its rows as they are, read without the service.
public struct SaleRecord: Sendable {
    /// The sale's own row; times in microseconds since 1970.
    public struct Window: Hashable, Sendable {
        /// The first moment.
        public var startsAt: Int64
        /// The first moment after it.
        public var endsAt: Int64
        /// Seconds in which codes can still be redeemed.
        public var graceSeconds: Int64
        /// Whether it goes on after its planned end.
        public var runsOut: Bool
        /// The purchase limit.
        public var limit: Int
        /// Units on record as its stock.
        public var totalItems: Int
    }

    /// One row of `purchases`.
    public struct Purchase: Hashable, Sendable {
        /// Whose it is.
        public var user: ExactText
        /// The HTTP status.
        public var status: Int
        /// The bytes, as text.
        public var body: String
        /// What the code held.
        public var cart: [ExactText]
        /// By PostgreSQL's clock, in microseconds since 1970.
        public var decidedAt: Int64
    }

    /// One row of `buyers`.
    public struct Buyer: Hashable, Sendable {
        /// The open code.
        public var openCode: String?
        /// The items of the open code.
        public var cart: [ExactText]
        /// Units bought.
        public var bought: Int
    }

    /// One row of `checkout_attempts`.
    public struct Attempt: Hashable, Sendable {
        /// Who tried.
        public var user: ExactText
        /// What for.
        public var item: ExactText
        /// The code it went under.
        public var code: String?
        /// `accepted` or a refusal's word.
        public var outcome: String
        /// By PostgreSQL's clock, in microseconds since 1970.
        public var attemptedAt: Int64
    }

    /// PostgreSQL's clock beside the machine's monotonic one, read at one moment.
    public struct Clocks: Hashable, Sendable {
        /// Microseconds since 1970.
        public var record: Int64
        /// Nanoseconds.
        public var monotonic: Int64
        /// How far they may be apart, in nanoseconds.
        public var uncertainty: Int64
    }

    /// The sale.
    public var window: Window
    /// Every unit, with the code that bought it.
    public var units: [ExactText: String?]
    /// Outcomes by code.
    public var purchases: [String: Purchase]
    /// Buyers by name.
    public var buyers: [ExactText: Buyer]
    /// Codes that were issued, with their users.
    public var checkouts: [String: ExactText]
    /// Items that left a cart.
    public var removals: [(code: String, item: ExactText)]
    /// Attempts, in no order.
    public var attempts: [Attempt]
    /// For comparing the clients' times with the record's.
    public var clocks: Clocks

    /// A time of the record on the clients' clock.
    func monotonic(_ record: Int64) -> Int64 { clocks.monotonic + (record - clocks.record) * 1000 }
}
