/// How an instance does, in the figures that operators look at first.
public struct ServiceFigures: Sendable {
    /// How long answers took over the last seconds, in milliseconds; `nil` where there were none.
    public struct Latency: Sendable {
        /// Half of them took at most this.
        public var p50: Double?
        /// All but one of a hundred took at most this.
        public var p99: Double?

        /// Puts a latency together.
        public init(p50: Double?, p99: Double?) {
            self.p50 = p50
            self.p99 = p99
        }
    }

    /// Requests of shoppers answered a second.
    public var requests: Double
    /// Purchases answered a second.
    public var purchases: Double
    /// Checkouts answered a second.
    public var checkouts: Double
    /// Refusals a second by reason.
    public var refusals: [String: Double]
    /// Of checkouts.
    public var checkoutLatency: Latency
    /// Of purchases.
    public var purchaseLatency: Latency
    /// What the instance works without.
    public var degraded: [String]
    /// Facts that audits found to break an invariant.
    public var violations: Int
    /// Requests that wait for a batch, by queue.
    public var queues: [String: Int]
    /// Seconds since the last audit of this instance; `nil` where it made none.
    public var lastAudit: Double?

    /// Puts figures together.
    public init(
        requests: Double,
        purchases: Double,
        checkouts: Double,
        refusals: [String: Double],
        checkoutLatency: Latency,
        purchaseLatency: Latency,
        degraded: [String],
        violations: Int,
        queues: [String: Int],
        lastAudit: Double?
    ) {
        self.requests = requests
        self.purchases = purchases
        self.checkouts = checkouts
        self.refusals = refusals
        self.checkoutLatency = checkoutLatency
        self.purchaseLatency = purchaseLatency
        self.degraded = degraded
        self.violations = violations
        self.queues = queues
        self.lastAudit = lastAudit
    }
}

extension JSONWriter {
    mutating func figures(_ figures: ServiceFigures) {
        member("requests_per_second", number: figures.requests)
        member("purchases_per_second", number: figures.purchases)
        member("checkouts_per_second", number: figures.checkouts)
        key("refusals_per_second")
        object { json in
            for (reason, rate) in figures.refusals.sorted(by: { $0.key < $1.key }) {
                json.member(dynamic: reason, number: rate)
            }
        }
        key("latency_ms")
        object { json in
            json.key("checkout")
            json.object { $0.latency(figures.checkoutLatency) }
            json.key("purchase")
            json.object { $0.latency(figures.purchaseLatency) }
        }
        key("degraded")
        array(figures.degraded.sorted()) { json, mode in json.string(mode) }
        member("violations", figures.violations)
        key("queues")
        object { json in
            for (queue, depth) in figures.queues.sorted(by: { $0.key < $1.key }) {
                json.member(dynamic: queue, number: Double(depth))
            }
        }
        member("last_audit_seconds", number: figures.lastAudit)
    }

    private mutating func latency(_ latency: ServiceFigures.Latency) {
        member("p50", number: latency.p50)
        member("p99", number: latency.p99)
    }
}
