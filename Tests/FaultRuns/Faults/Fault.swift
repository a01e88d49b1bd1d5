/// One thing that goes wrong while shoppers shop, and how it is put right again.
struct Fault: Sendable {
    /// Where a proxy stands, one for each instance, because the network is what fails.
    enum Link: Sendable {
        case postgres
        case redis
        case shoppers
    }

    /// What PostgreSQL keeps on a disk so small that the run can fill it.
    enum SmallDisk: Sendable {
        case nothing
        case tables
        case log
    }

    /// The word by which it is chosen.
    let name: String
    /// What happens, for the report.
    let summary: String
    /// How many instances sell.
    var instances = 2
    /// What leads through proxies.
    var links: Set<Link> = []
    /// What lies on a small disk.
    var smallDisk = SmallDisk.nothing
    /// By how many seconds the clock of each instance is off; those not named are right.
    var clockShifts: [Int] = []
    /// Whether an old replica of Redis stands ready to take over.
    var hasReplica = false
    /// Whether PostgreSQL is a pair of its own: a primary and its synchronous standby.
    var hasStandby = false
    /// Whether Redis is a group of its own: a master, two replicas, and three sentinels that watch them.
    var hasSentinels = false
    /// Whether instances reach PostgreSQL by way of a pooler, with fewer sessions than they would like.
    var isPooled = false
    /// Makes it happen, waits, puts it right, and returns what proves that it happened.
    ///
    /// - Throws: ``FaultRunError`` where it did not happen.
    let strike: @Sendable (Rig) async throws -> String
}

extension Fault {
    /// Whether another server takes over from one that is lost, as is set up for production.
    var isFailover: Bool { hasStandby || hasSentinels || isPooled }

    /// Every fault, in the order of the report.
    static let all = service + clock + postgres + promotion + pooler + commit + redis + network

    /// Some of each kind, for a run of a minute.
    static let short = [
        "service-killed", "postgres-crash", "commit-reply-lost", "redis-emptied", "network-half-open-postgres",
        "pooler-killed",
    ]
}
