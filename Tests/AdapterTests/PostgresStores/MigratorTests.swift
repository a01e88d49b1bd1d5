import Migrations
import Postgres
import TestSupport
import Testing

@testable import PostgresStores

@Suite struct MigratorTests {
    @Test func bringsCartsAndOutcomesOfTheFirstSchemaAlong() async throws {
        try await Self.withConnection { connection in
            _ = try Migrator(connection: connection, migrations: Array(Migrations.all.prefix(4))).migrate()
            try connection.execute(Self.saleOfTheFirstSchema, within: .seconds(10))

            #expect(try Migrator(connection: connection).migrate() == ["0005_slim_hot_tables"])

            #expect(
                try connection.strings("SELECT user_id || cart::text FROM buyers ORDER BY user_id") == [
                    "ann{}", "bob{3,1}",
                ]
            )
            #expect(try connection.strings("SELECT cart::text FROM purchases") == ["{2,4}"])
            #expect(try connection.strings("SELECT item_no::text FROM checkout_removals") == ["5"])
            #expect(try connection.strings("SELECT ver::text FROM buyers ORDER BY user_id") == ["4", "5"])
            #expect(try connection.strings("SELECT item_no::text FROM items WHERE sold ORDER BY 1") == ["2", "4"])
        }
    }

    @Test func appliesAHistoryOnceAndKnowsWhenItIsAnother() async throws {
        try await Self.withConnection { connection in
            let migrator = Migrator(connection: connection)
            #expect(throws: Migrator.Failure.missing(Migrations.all.map(\.fullName))) { try migrator.check() }
            #expect(try migrator.migrate() == Migrations.all.map(\.fullName))
            #expect(try migrator.migrate() == [])
            try migrator.check()

            let older = Migrator(connection: connection, migrations: Array(Migrations.all.dropLast()))
            #expect(throws: Migrator.Failure.newer(Migrations.all.last?.version ?? 0)) { try older.check() }
            try connection.execute("UPDATE schema_migrations SET sha256 = 'x' WHERE version = 2", within: .seconds(10))
            #expect(throws: Migrator.Failure.changed("0002_create_checkouts")) { try migrator.migrate() }
        }
    }

    private static func withConnection(_ body: (PostgresConnection) throws -> Void) async throws {
        let url = try await TestPostgres.shared().makeDatabase()
        let connection = try PostgresConnection(PostgresConfiguration(url: url), deadline: .now + .seconds(10))
        defer { connection.close() }
        try body(connection)
    }

    /// ann has bought items 2 and 4 of a cart that once held 5; bob has chosen 3, then 1.
    private static let saleOfTheFirstSchema = """
        INSERT INTO sales (name, starts_at, ends_at, lim, grace_seconds, total_items)
        VALUES ('old', now(), now() + interval '1 hour', 10, 60, 5);
        INSERT INTO items (sale_no, item_no, name, image_url, price_minor, currency)
        SELECT 1, number, 'thing', '/x', 100, 'EUR' FROM generate_series(1, 5) AS number;
        INSERT INTO checkouts VALUES
            (1, '00000000-0000-0000-0000-00000000000a', 'ann', now()),
            (1, '00000000-0000-0000-0000-00000000000b', 'bob', now());
        INSERT INTO checkout_items VALUES
            (1, '00000000-0000-0000-0000-00000000000a', 2, 1, now(), NULL),
            (1, '00000000-0000-0000-0000-00000000000a', 5, 1, now(), now()),
            (1, '00000000-0000-0000-0000-00000000000a', 4, 2, now(), NULL),
            (1, '00000000-0000-0000-0000-00000000000b', 3, 1, now(), NULL),
            (1, '00000000-0000-0000-0000-00000000000b', 1, 2, now(), NULL);
        INSERT INTO buyers VALUES
            (1, 'ann', 4, NULL, 0, 2, 10),
            (1, 'bob', 5, '00000000-0000-0000-0000-00000000000b', 2, 0, 10);
        INSERT INTO purchases VALUES (1, '00000000-0000-0000-0000-00000000000a', 'ann', 200, 'x', now());
        INSERT INTO purchase_items VALUES
            (1, 2, '00000000-0000-0000-0000-00000000000a'), (1, 4, '00000000-0000-0000-0000-00000000000a');
        UPDATE items SET sold = true, sold_code = '00000000-0000-0000-0000-00000000000a' WHERE item_no IN (2, 4);
        """
}

extension PostgresConnection {
    fileprivate func strings(_ sql: String) throws -> [String] {
        try query(PostgresStatement(name: "", sql), within: .seconds(10)).map { try $0.text(0) }
    }
}
