import Migrations
import Postgres

/// Brings a database to the schema's present version, forward only.
///
/// Instances that start together take turns; each migration is one transaction together with its entry.
public struct Migrator {
    /// Why a database cannot be used.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// Migrations of these names are missing.
        case missing([String])
        /// A migration that was applied has other text now.
        case changed(String)
        /// The database has a version that this program does not know.
        case newer(Int32)

        /// What to do about it, for the operator.
        public var description: String {
            switch self {
            case .missing(let names):
                "the database lacks \(names.count) migration(s): \(names.joined(separator: ", ")); run 'flashsale migrate'"
            case .changed(let name): "the migration \(name) was applied with another text than this program has"
            case .newer(let version): "the database has version \(version), which is newer than this program"
            }
        }
    }

    private let connection: PostgresConnection
    private let migrations: [Migrations.Migration]

    /// Works on a connection of its own, which it does not close.
    public init(connection: PostgresConnection) { self.init(connection: connection, migrations: Migrations.all) }

    /// The same for another history, such as the beginning of this one.
    init(connection: PostgresConnection, migrations: [Migrations.Migration]) {
        self.connection = connection
        self.migrations = migrations
    }

    /// Applies what is missing and returns the names.
    ///
    /// - Throws: ``Failure`` when the database's history is not this program's; `PostgresError` when a step fails.
    public func migrate() throws -> [String] {
        var applied: [String] = []
        try connection.execute("BEGIN; \(Self.takeTurn); \(Self.createTable); COMMIT", within: Self.patience)
        while let name = try applyNext() { applied.append(name) }
        return applied
    }

    /// Applies the first migration that is missing; `nil` where none is.
    private func applyNext() throws -> String? {
        // One instance at a time, and a lock of the transaction: a pooler would leave one of the session to others.
        try connection.execute("BEGIN; \(Self.takeTurn)", within: Self.patience)
        do {
            let next = try missingMigrations().first
            let step = next.map { "\($0.sql);\n\(Self.entry(of: $0)); COMMIT" }
            try connection.execute(step ?? "ROLLBACK", within: Self.patience)
            return next?.fullName
        } catch {
            // The transaction must not outlive its failure; a connection that cannot end it is closed.
            do { try connection.execute("ROLLBACK", within: Self.patience) } catch { connection.close() }
            throw error
        }
    }

    /// Makes sure that nothing is missing and nothing has changed.
    ///
    /// - Throws: ``Failure`` when something is; `PostgresError` when the database cannot be read.
    public func check() throws {
        let exists = try connection.query(Self.findTable, PostgresParameters(), within: Self.patience)
        guard try exists.first?.bool(0) == true else {
            throw Failure.missing(migrations.map(\.fullName))
        }
        let missing = try missingMigrations()
        if !missing.isEmpty { throw Failure.missing(missing.map(\.fullName)) }
    }

    private func missingMigrations() throws -> [Migrations.Migration] {
        let known = Dictionary(uniqueKeysWithValues: migrations.map { ($0.version, $0) })
        var applied: Set<Int32> = []
        for row in try connection.query(Self.readTable, PostgresParameters(), within: Self.patience) {
            let version = try row.int32(0)
            guard let migration = known[version] else { throw Failure.newer(version) }
            let rows = try connection.query(
                Self.digest,
                PostgresParameters { $0.text(migration.sql) },
                within: Self.patience
            )
            guard try rows.first?.text(0) == row.text(1) else { throw Failure.changed(migration.fullName) }
            applied.insert(version)
        }
        return migrations.filter { !applied.contains($0.version) }
    }

    private static func entry(of migration: Migrations.Migration) -> String {
        // Dollar quoting: the text goes in as it is, and the server takes its digest.
        """
        INSERT INTO schema_migrations (version, name, sha256)
        VALUES (\(migration.version), '\(migration.name)',
                encode(sha256(convert_to($migration_text$\(migration.sql)$migration_text$, 'UTF8')), 'hex'))
        """
    }

    private static let patience = Duration.seconds(60)

    private static let takeTurn = "SELECT pg_advisory_xact_lock(hashtext('flashsale migrations'))"
    private static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version    integer PRIMARY KEY,
            name       text        NOT NULL,
            sha256     text        NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        )
        """
    private static let findTable = PostgresStatement(
        name: "find_migrations_table",
        "SELECT to_regclass('schema_migrations') IS NOT NULL"
    )
    private static let readTable = PostgresStatement(
        name: "read_migrations",
        "SELECT version, sha256 FROM schema_migrations ORDER BY version"
    )
    private static let digest = PostgresStatement(
        name: "digest",
        "SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex')"
    )
}

extension Migrations.Migration {
    /// `0001_create_sales`, as the file is called.
    var fullName: String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + name
    }
}
