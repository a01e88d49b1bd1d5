import Postgres
import Testing

@Suite struct PostgresArrayTests {
    @Test(arguments: [0, 1, 2, 1000])
    func roundTripsArraysOfEveryType(_ count: Int) async throws {
        let numbers = (0..<count).map { Int64($0) * 1_000_000_007 - 5 }
        let texts = numbers.map { "ü\($0)" } + (count > 0 ? [""] : [])
        let pairs = numbers.map { (UInt64(bitPattern: $0), ~UInt64(bitPattern: $0)) }
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.int64Array(numbers)
                $0.int32Array(numbers.lazy.map { Int32(truncatingIfNeeded: $0) })
                $0.int16Array(numbers.lazy.map { Int16(truncatingIfNeeded: $0) })
                $0.boolArray(numbers.lazy.map { $0 % 2 == 0 })
                $0.textArray(texts)
                $0.bytesArray(texts.lazy.map { [UInt8]($0.utf8) })
                $0.uuidArray(pairs)
                $0.timestampArray(microsecondsSince1970: numbers)
            }
            let row = try connection.run(
                """
                SELECT $1::int8[], $2::int4[], $3::int2[], $4::bool[], $5::text[], $6::bytea[], $7::uuid[],
                       $8::timestamptz[]
                """,
                parameters
            )[0]

            #expect(try row.int64Array(0) == numbers)
            #expect(try row.int32Array(1) == numbers.map { Int32(truncatingIfNeeded: $0) })
            #expect(try row.int16Array(2) == numbers.map { Int16(truncatingIfNeeded: $0) })
            #expect(try row.boolArray(3) == numbers.map { $0 % 2 == 0 })
            #expect(try row.textArray(4) == texts)
            #expect(try row.bytesArray(5) == texts.map { [UInt8]($0.utf8) })
            #expect(try row.uuidArray(6).elementsEqual(pairs) { $0 == $1 })
            #expect(try row.timestampArray(7) == numbers)
        }
    }

    @Test func roundTripsArraysWithNulls() async throws {
        let numbers: [Int64?] = [nil, 1, nil, .min]
        let texts: [String?] = ["", nil, "日本"]
        let pairs: [(UInt64, UInt64)?] = [(1, 2), nil]
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.optionalInt64Array(numbers)
                $0.optionalTextArray(texts)
                $0.optionalUUIDArray(pairs)
                $0.optionalTimestampArray(microsecondsSince1970: numbers)
                $0.optionalInt32Array([nil, 7])
            }
            let row = try connection.run(
                """
                SELECT $1::int8[], $2::text[], $3::uuid[], $4::timestamptz[], array_position($1::int8[], NULL),
                       ($5::int4[])[1], ($5::int4[])[2]
                """,
                parameters
            )[0]

            #expect(try row.optionalInt64Array(0) == numbers)
            #expect(try row.optionalTextArray(1) == texts)
            #expect(try row.optionalUUIDArray(2).count == 2)
            #expect(try row.optionalUUIDArray(2)[1] == nil)
            #expect(try row.optionalTimestampArray(3) == numbers)
            #expect(try row.int32(4) == 1)
            #expect(try row.optionalInt32(5) == nil)
            #expect(try row.optionalInt32(6) == 7)
            #expect(postgresError { _ = try row.int64Array(0) }?.code == .decoding)
            #expect(postgresError { _ = try row.textArray(1) }?.code == .decoding)
        }
    }

    @Test func unnestsArraysSideBySide() async throws {
        try await withPostgres { connection in
            let parameters = PostgresParameters {
                $0.int64Array([3, 1, 2])
                $0.textArray(["c", "a", "b"])
            }
            let rows = try connection.run(
                "SELECT id, name FROM unnest($1::int8[], $2::text[]) AS t (id, name) ORDER BY id",
                parameters
            )

            #expect(try rows.map { try $0.text(1) } == ["a", "b", "c"])
        }
    }

    @Test func refusesArraysOfSeveralDimensionsAndNullArrays() async throws {
        try await withPostgres { connection in
            let row = try connection.run("SELECT ARRAY[[1, 2], [3, 4]]::int8[], NULL::int8[]")[0]

            #expect(postgresError { _ = try row.int64Array(0) }?.code == .decoding)
            #expect(postgresError { _ = try row.int64Array(1) }?.code == .decoding)
        }
    }
}
