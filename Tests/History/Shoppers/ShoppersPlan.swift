/// What the shoppers of a run do.
public struct ShoppersPlan: Sendable {
    /// Where an instance listens.
    public struct Address: Hashable, Sendable {
        /// An IPv4 address.
        public var host: String
        /// 1 to 65535.
        public var port: Int

        /// Loopback, unless told otherwise.
        public init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// The instances; a node's number is its place here.
    public var nodes: [Address]
    /// The sale's id, `S-…`.
    public var sale: String
    /// The ids of all its items.
    public var items: [String]
    /// Decides everything that is drawn; what the service answers and how threads interleave is not in it.
    public var seed: UInt64
    /// How many shop at once, a thread and a connection to each instance for each.
    public var clients = 16
    /// At most so many calls, the retries of the last ones not counted.
    public var maxOperations = 5000
    /// Whether to stop when every unit is sold; else they go on asking until ``maxOperations``.
    public var untilSoldOut = false
    /// At most so many calls a second over all clients; `nil` for as many as go.
    public var operationsPerSecond: Int?
    /// How long an answer is waited for.
    public var deadline = Duration.seconds(2)
    /// How long a call whose answer is unknown is tried again, on one instance after the other.
    public var patience = Duration.seconds(15)
    /// How many unsold items compete for attention: fewer are fought over harder.
    public var window = 48
    /// Of a hundred visits, those in which a second device of somebody else's account is used.
    public var sharedUsers = 20
    /// Of a hundred visits, those in which an item is put back.
    public var removals = 12
    /// Of a hundred items asked for, those known to be sold.
    public var soldItems = 12
    /// Of a hundred purchases, those sent again.
    public var replays = 25
    /// Begins every user's name, so that runs on one sale do not meet.
    public var userPrefix = "u"

    /// A plan for a sale on some instances; the rest has values that suit a fault run.
    public init(nodes: [Address], sale: String, items: [String], seed: UInt64) {
        self.nodes = nodes
        self.sale = sale
        self.items = items
        self.seed = seed
    }
}
