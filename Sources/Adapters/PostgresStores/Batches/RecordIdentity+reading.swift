import Kernel
import Postgres
import Sales

extension RecordIdentity {
    /// Reads the timeline from the first eight hexadecimal digits of a WAL file's name; a standby fails, it is no record.
    static let statement = PostgresStatement(name: "record_identity", query)

    /// Fails with a division by zero where a transaction is not on the record that ``PostgresParameters/record(of:)``
    /// names.
    static let isUnchanged = PostgresStatement(
        name: "same_record",
        """
        SELECT 1 / count(*) FROM (\(query)) AS record (system, timeline, fsync, database)
        WHERE system = $1::text AND timeline = $2::text AND database = $3::int8
        """
    )

    private static let query = """
        SELECT (SELECT system_identifier FROM pg_control_system())::text,
               substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), current_setting('fsync'),
               (SELECT oid FROM pg_database WHERE datname = current_database())::int8
        """

    /// Reads which record a connection leads to; it cannot change while the connection lives, and where a pooler could
    /// change it, each transaction makes sure.
    ///
    /// - Throws: ``PostgresError`` when it cannot be read; ``UndurableServer`` when the server runs without fsync.
    static func read(from connection: PostgresConnection, requiresDurability: Bool) throws -> RecordIdentity {
        let rows = try connection.query(statement, PostgresParameters(), within: .seconds(2))
        if requiresDurability, try rows.first?.text(2) != "on" { throw UndurableServer() }
        return try RecordIdentity(rows)
    }

    /// The same of any server.
    static func read(from connection: PostgresConnection) throws(PostgresError) -> RecordIdentity {
        try RecordIdentity(try connection.query(statement, PostgresParameters(), within: .seconds(2)))
    }

    /// Reads the result of ``statement``.
    init(_ rows: PostgresRows) throws(PostgresError) {
        guard let row = rows.first, let system = UInt64(try row.text(0)),
            let timeline = UInt32(try row.text(1), radix: 16)
        else { throw .refused("the server does not say which record it is") }
        // Two databases of one cluster are two records: the oid goes into the identity, so that facts of one are
        // never taken for the other's when both are pointed at one Redis.
        let database = UInt64(bitPattern: try row.int64(3)) &* 0x9e37_79b9_7f4a_7c15
        self.init(system: system ^ database, timeline: timeline)
    }
}

extension PostgresParameters {
    /// Names the record that a connection leads to, for ``RecordIdentity/isUnchanged``.
    static func record(of connection: PostgresConnection) throws(PostgresError) -> PostgresParameters {
        let rows = try connection.query(RecordIdentity.statement, PostgresParameters(), within: .seconds(2))
        guard let row = rows.first else { throw .refused("the server does not say which record it is") }
        let (system, timeline, database) = (try row.text(0), try row.text(1), try row.int64(3))
        return PostgresParameters { parameters in
            parameters.text(system)
            parameters.text(timeline)
            parameters.int64(database)
        }
    }
}

/// The server runs with `fsync = off`: an acknowledged purchase could be lost.
public struct UndurableServer: Error, CustomStringConvertible {
    /// Makes sure that a connection's server keeps what it acknowledges.
    ///
    /// - Throws: ``UndurableServer`` when it does not; `PostgresError` when it cannot be asked.
    public static func refuse(on connection: PostgresConnection) throws {
        _ = try RecordIdentity.read(from: connection, requiresDurability: true)
    }

    /// What is wrong, for the operator.
    public var description: String {
        "the PostgreSQL server runs with fsync = off, which can lose acknowledged purchases"
    }
}
