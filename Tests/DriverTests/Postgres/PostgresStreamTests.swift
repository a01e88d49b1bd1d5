import Foundation
import Postgres
import Testing

@Suite struct PostgresStreamTests {
    private struct Stop: Error {}

    private static let series = PostgresStatement(
        name: "series",
        "SELECT i::int8, repeat('x', 5000)::text FROM generate_series(1, $1::int8) AS i"
    )

    /// Resident memory of this process in bytes.
    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return (Int(fields[1]) ?? 0) * 4096
    }

    @Test func handsOverManyRowsInBoundedMemory() async throws {
        try await withPostgres { connection in
            let before = try residentBytes()
            var largest = before
            var count = 0
            var sum: Int64 = 0
            let parameters = PostgresParameters { $0.int64(100_000) }
            try connection.stream(Self.series, parameters, within: .seconds(20)) { row in
                count += 1
                sum += try row.int64(0)
                if count % 10_000 == 0 { largest = max(largest, try residentBytes()) }
            }

            #expect(count == 100_000)
            #expect(sum == 5_000_050_000)
            #expect(largest - before < 300_000_000, "500 MB were sent")
            #expect(try connection.run("SELECT 1::int8")[0].int64(0) == 1)
        }
    }

    @Test func streamsNothing() async throws {
        try await withPostgres { connection in
            var count = 0
            try connection.stream(Self.series, PostgresParameters { $0.int64(0) }, within: .seconds(5)) { _ in
                count += 1
            }

            #expect(count == 0)
            #expect(connection.isUsable)
        }
    }

    @Test func endsTheConnectionWhenTheReaderThrows() async throws {
        try await withPostgres { connection in
            #expect(throws: Stop.self) {
                try connection.stream(Self.series, PostgresParameters { $0.int64(1_000_000) }, within: .seconds(5)) {
                    _ in
                    throw Stop()
                }
            }

            #expect(!connection.isUsable)
        }
    }

    @Test func throwsAnErrorThatComesAfterSomeRows() async throws {
        let failing = PostgresStatement(name: "failing", "SELECT 10 / (5 - i) FROM generate_series(1, 10) AS i")
        try await withPostgres { connection in
            var count = 0
            let error = postgresError { try connection.stream(failing, within: .seconds(5)) { _ in count += 1 } }
            let next = try connection.run("SELECT 1::int8")

            #expect(count == 4)
            #expect(error?.code == .server)
            #expect(error?.statementName == "failing")
            #expect(try next[0].int64(0) == 1)
        }
    }

    @Test func refusesOtherWorkMeanwhile() async throws {
        try await withPostgres { connection in
            var inner: PostgresError?
            try connection.stream(Self.series, PostgresParameters { $0.int64(2) }, within: .seconds(5)) { _ in
                inner = postgresError { try connection.run("SELECT 1") } ?? inner
            }

            #expect(inner?.code == .configuration)
            #expect(connection.isUsable)
        }
    }
}
