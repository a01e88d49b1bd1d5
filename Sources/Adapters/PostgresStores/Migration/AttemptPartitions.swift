import Kernel
import Postgres

/// Keeps partitions ready for the attempts of the coming days.
public struct AttemptPartitions: Sendable {
    private let changes: RecordPool

    /// Works through the pool of operators' work.
    public init(changes: RecordPool) { self.changes = changes }

    /// Prepares the coming week; returns how many partitions were made.
    ///
    /// - Throws: ``StoreError`` when the record is away; attempts of unprepared days go to the default partition.
    public func prepare() async throws(StoreError) -> Int {
        try await changes.transaction { connection in
            let rows = try connection.query(Self.statement, PostgresParameters(), within: RecordPool.step)
            return Int(try rows.first?.int32(0) ?? 0)
        }
    }

    private static let statement = PostgresStatement(
        name: "prepare_attempt_days",
        "SELECT prepare_attempt_days((clock_timestamp() AT TIME ZONE 'UTC')::date - 1, 9)"
    )
}
