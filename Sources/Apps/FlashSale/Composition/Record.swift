import Kernel
import Postgres
import PostgresStores
import Sales

/// PostgreSQL as repositories use it: two pools and what is read and changed through them.
struct Record: Sendable {
    let readPool: PostgresPool
    let changePool: PostgresPool
    let sales: PostgresSaleRepository
    let checkouts: PostgresCheckoutRepository
    let imports: PostgresItemImports
    let exports: PostgresSaleExports
    let reports: PostgresSaleReports
    let auditor: PostgresSaleAuditor
    let partitions: AttemptPartitions

    /// Pools for a database; they connect when they run and are used.
    ///
    /// A long query of theirs stays one process that compiles nothing: the other cores are with those who sell.
    init(_ postgres: PostgresConfiguration, readers: Int = 4, changers: Int = 4) {
        var reading = postgres
        reading.applicationName = "flashsale reads"
        reading.sessionSettings =
            Self.sparing + [
                ("statement_timeout", "1500ms"),
                // A default comes too late for the transaction in which it is set.
                (postgres.isPooled ? "transaction_read_only" : "default_transaction_read_only", "on"),
            ]
        var changing = postgres
        changing.applicationName = "flashsale operators"
        changing.sessionSettings =
            Self.sparing + [
                ("synchronous_commit", "on"), ("lock_timeout", "2s"), ("statement_timeout", "10min"),
                ("idle_in_transaction_session_timeout", "30s"),
            ]
        readPool = PostgresPool(PostgresPoolConfiguration(connection: reading, size: readers))
        changePool = PostgresPool(PostgresPoolConfiguration(connection: changing, size: changers))
        let reads = RecordPool(readPool, limit: .milliseconds(1500))
        let changes = RecordPool(changePool, limit: .seconds(600))
        sales = PostgresSaleRepository(reads: reads, changes: changes)
        checkouts = PostgresCheckoutRepository(reads: reads)
        imports = PostgresItemImports(changes: changes)
        exports = PostgresSaleExports(changes: changes)
        reports = PostgresSaleReports(changes: changes)
        auditor = PostgresSaleAuditor(changes: changes)
        partitions = AttemptPartitions(changes: changes)
    }

    private static let sparing: [(name: String, value: String)] = [
        ("jit", "off"), ("max_parallel_workers_per_gather", "0"),
    ]
}
