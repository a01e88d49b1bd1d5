import Kernel
import Sales
import Synchronization

/// The gate in memory: what Redis keeps, and what its scripts do with it.
///
/// Contract tests hold it to the real one. Times are monotonic; whatever has expired counts as absent.
public final class InMemoryGate: Sendable {
    /// What the gate holds of a sale, by its keys' nouns.
    public struct Keys: Sendable {
        /// The epoch's text.
        public var epoch: String?
        /// Sold units.
        public var sold: Set<Int32> = []
        /// Users at the limit.
        public var full: Set<UserID> = []
        /// The published filter.
        public var bloom: SoldItemFilter?
        /// Outcomes with the epoch they were told under.
        public var done: [CheckoutCode: (epoch: String, outcome: StoredOutcome, until: Instant)] = [:]
        /// Locks on codes.
        public var locks: [CheckoutCode: (token: LockToken, until: Instant)] = [:]

        /// Nothing.
        public init() {}
    }

    struct State: Sendable {
        var sales: [SaleID: Keys] = [:]
        var leases: [LeaseName: (token: UInt64, until: Instant)] = [:]
    }

    static let lockExpiry = Duration.milliseconds(1000)
    static let outcomeExpiry = Duration.seconds(30)

    private let state = Mutex(State())
    private let time: any TimeSource
    let bug: PlantedBug?

    /// An empty gate.
    public init(time: any TimeSource, bug: PlantedBug? = nil) {
        self.time = time
        self.bug = bug
    }

    /// What it holds of a sale.
    public func keys(of sale: SaleID) -> Keys { state.withLock { $0.sales[sale] ?? Keys() } }

    /// Makes it hold something else of a sale: what a server that forgets or goes back in time does.
    public func set(_ keys: Keys, of sale: SaleID) { state.withLock { $0.sales[sale] = keys } }

    /// Forgets everything.
    public func forgetAll() { state.withLock { $0 = State() } }

    func run<Answer>(_ sale: SaleID, _ script: (inout Keys, Instant) -> sending Answer) -> sending Answer {
        let now = time.now
        return state.withLock { script(&$0.sales[sale, default: Keys()], now) }
    }

    /// `lease_take`: claims work, or renews one's own claim.
    public func take(_ name: LeaseName, token: UInt64, for duration: Duration) -> LeaseAnswer {
        let now = time.now
        return state.withLock { state in
            if let lease = state.leases[name], lease.token != token, lease.until > now { return .held }
            state.leases[name] = (token, now + duration)
            return .taken
        }
    }

    /// `lease_release`: gives a claim back.
    public func release(_ name: LeaseName, token: UInt64) {
        state.withLock { state in if state.leases[name]?.token == token { state.leases[name] = nil } }
    }
}

/// Claims on work in an ``InMemoryGate``, under the token of one instance.
public struct InMemoryLeases: Leases {
    private let gate: InMemoryGate
    private let token: UInt64

    /// Claims under a token that no other instance has.
    public init(gate: InMemoryGate, token: UInt64) {
        self.gate = gate
        self.token = token
    }

    /// Claims the work of a name for `duration`, or renews one's own claim.
    public func take(_ name: LeaseName, for duration: Duration) async -> LeaseAnswer {
        gate.take(name, token: token, for: duration)
    }

    /// Gives a claim back, if it is still one's own.
    public func release(_ name: LeaseName) { gate.release(name, token: token) }
}
