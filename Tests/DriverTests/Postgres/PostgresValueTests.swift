import Postgres
import Testing

@Suite struct PostgresValueTests {
    @Test func roundTripsIntegersAndBooleans() async throws {
        try await withPostgres { connection in
            for value in [0, 1, -1, .max, .min] as [Int64] {
                let parameters = PostgresParameters {
                    $0.int64(value)
                    $0.int32(Int32(truncatingIfNeeded: value))
                    $0.int16(Int16(truncatingIfNeeded: value))
                    $0.bool(value > 0)
                }
                let row = try connection.run("SELECT $1::int8, $2::int4, $3::int2, $4::bool", parameters)[0]

                #expect(try row.int64(0) == value)
                #expect(try row.int32(1) == Int32(truncatingIfNeeded: value))
                #expect(try row.int16(2) == Int16(truncatingIfNeeded: value))
                #expect(try row.bool(3) == (value > 0))
            }
        }
    }

    @Test(arguments: ["", "a", "naïve Zoë 🛒 \u{1F468}\u{200D}\u{1F469}", "'; DROP TABLE x; --\\\n\t", "日本語"])
    func roundTripsText(_ text: String) async throws {
        let read = try await withPostgres { connection in
            try connection.run("SELECT $1::text, length($1::text)", PostgresParameters { $0.text(text) })[0].text(0)
        }

        #expect(read == text)
    }

    @Test func roundTripsBigValues() async throws {
        let text = String(repeating: "ü", count: 3_000_000)
        let bytes = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0) }
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.text(text)
                $0.bytes(bytes)
            }
            let row = try connection.run("SELECT $1::text, $2::bytea", parameters)[0]

            #expect(try row.text(0) == text)
            #expect(try row.bytes(1) == bytes)
        }
    }

    @Test func roundTripsBytesAndUUIDs() async throws {
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.bytes([0, 255, 10, 0])
                $0.bytes([])
                $0.uuid((0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210))
            }
            let row = try connection.run("SELECT $1::bytea, $2::bytea, $3::uuid, $3::uuid::text", parameters)[0]

            #expect(try row.bytes(0) == [0, 255, 10, 0])
            #expect(try row.bytes(1) == [])
            #expect(try row.uuid(2) == (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210))
            #expect(try row.text(3) == "01234567-89ab-cdef-fedc-ba9876543210")
        }
    }

    @Test func roundTripsTimestamps() async throws {
        let values: [Int64] = [0, -1, 1_767_225_600_000_001, 946_684_800_000_000, .max, .min]
        try await withPostgres { connection in
            for value in values {
                let parameters = PostgresParameters { $0.timestamp(microsecondsSince1970: value) }
                #expect(try connection.run("SELECT $1::timestamptz", parameters)[0].timestamp(0) == value)
            }
            let row = try connection.run(
                "SELECT '2026-01-01T00:00:00.000001Z'::timestamptz, 'infinity'::timestamptz, '-infinity'::timestamptz"
            )[0]

            #expect(try row.timestamp(0) == 1_767_225_600_000_001)
            #expect(try row.timestamp(1) == .max)
            #expect(try row.timestamp(2) == .min)
        }
    }

    @Test func roundTripsNulls() async throws {
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.int64(nil)
                $0.text(nil)
                $0.null()
            }
            let row = try connection.run(
                """
                SELECT $1::int8, $2::text, $3::bool, NULL::int4, NULL::int2, NULL::bytea, NULL::uuid, NULL::timestamptz
                """,
                parameters
            )[0]

            #expect(try row.optionalInt64(0) == nil)
            #expect(try row.optionalText(1) == nil)
            #expect(try row.optionalBool(2) == nil)
            #expect(try row.optionalInt32(3) == nil)
            #expect(try row.optionalInt16(4) == nil)
            #expect(try row.optionalBytes(5) == nil)
            #expect(try row.optionalUUID(6) == nil)
            #expect(try row.optionalTimestamp(7) == nil)
            #expect(try row.isNull(0))
        }
    }

    @Test func roundTripsOptionalsThatHaveValues() async throws {
        try await withPostgres { connection in
            let row = try connection.run("SELECT 7::int8, 'x'::text, true, '2000-01-01Z'::timestamptz")[0]

            #expect(try row.optionalInt64(0) == 7)
            #expect(try row.optionalText(1) == "x")
            #expect(try row.optionalBool(2) == true)
            #expect(try row.optionalTimestamp(3) == 946_684_800_000_000)
            #expect(try !row.isNull(0))
        }
    }

    @Test func readsEveryKindOfText() async throws {
        try await withPostgres { connection in
            try connection.execute("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'happy')", within: .seconds(5))
            let row = try connection.run(
                "SELECT 'v'::varchar(9), 'n'::name, 'c'::char(3), '{}'::json, 'happy'::pg_temp.mood"
            )[0]

            #expect(try (0..<5).map { try row.text($0) } == ["v", "n", "c  ", "{}", "happy"])
        }
    }

    @Test func refusesWrongTypesNullsAndColumns() async throws {
        try await withPostgres { connection in
            let row = try connection.run("SELECT 1::int4 AS number, NULL::int8, 'x'::text")[0]

            #expect(postgresError { _ = try row.int64(0) }?.code == .decoding)
            #expect(postgresError { _ = try row.int64(0) }?.message.contains("column 0 (number)") == true)
            #expect(postgresError { _ = try row.optionalText(0) }?.code == .decoding)
            #expect(postgresError { _ = try row.int64(1) }?.code == .decoding)
            #expect(postgresError { _ = try row.uuid(2) }?.code == .decoding)
            #expect(postgresError { _ = try row.text(3) }?.code == .decoding)
            #expect(postgresError { _ = try row.text(-1) }?.code == .decoding)
            #expect(postgresError { _ = try row.int64Array(1) }?.code == .decoding)
        }
    }

    @Test func tellsTagsCountsAndColumns() async throws {
        try await withPostgres { connection in
            try connection.execute("CREATE TEMPORARY TABLE tagged (id int8)", within: .seconds(5))
            let inserted = try connection.run("INSERT INTO tagged SELECT generate_series(1, 5)")
            let selected = try connection.run("SELECT id, id FROM tagged WHERE id > 3 ORDER BY id")
            let nothing = try connection.run("SELECT id FROM tagged WHERE false")

            #expect(inserted.commandTag == "INSERT 0 5")
            #expect(inserted.affectedRows == 5)
            #expect(inserted.isEmpty)
            #expect(selected.count == 2)
            #expect(selected.columnCount == 2)
            #expect(try selected.map { try $0.int64(0) } == [4, 5])
            #expect(nothing.isEmpty)
            #expect(nothing.columnCount == 1)
        }
    }

    @Test func keepsRowsAliveAfterTheConnection() async throws {
        let rows = try await withPostgres { connection in try connection.run("SELECT 'still here'::text") }

        #expect(try rows[0].text(0) == "still here")
    }
}
