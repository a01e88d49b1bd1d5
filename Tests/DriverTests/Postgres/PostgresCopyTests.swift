import Postgres
import Testing

@Suite struct PostgresCopyTests {
    private struct Stop: Error {}

    private static let table = "CREATE TEMPORARY TABLE copied (id int8 PRIMARY KEY, name text)"

    @Test func copiesText() async throws {
        try await withPostgres { connection in
            try connection.execute(Self.table, within: .seconds(5))
            let count = try connection.copyIn("COPY copied FROM STDIN", within: .seconds(20)) { writer in
                for id in 0..<100_000 { try writer.write("\(id)\tname \(id)\n") }
            }

            #expect(count == 100_000)
            #expect(try connection.run("SELECT sum(id)::int8 FROM copied")[0].int64(0) == 4_999_950_000)
        }
    }

    @Test func copiesBinaryInPiecesOfAnySize() async throws {
        var bytes = [UInt8]("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let text = [UInt8](repeating: 0x78, count: 300_000)
        bytes += [0, 2, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 42]
        bytes += withUnsafeBytes(of: UInt32(text.count).bigEndian) { [UInt8]($0) } + text + [0xFF, 0xFF]
        let whole = bytes
        try await withPostgres { connection in
            try connection.execute(Self.table, within: .seconds(5))
            let count = try connection.copyIn("COPY copied FROM STDIN BINARY", within: .seconds(20)) { writer in
                try writer.write([])
                try writer.write(Array(whole[..<3]))
                try writer.write(Array(whole[3...]))
            }
            let row = try connection.run("SELECT id, length(name) FROM copied")[0]

            #expect(count == 1)
            #expect(try row.int64(0) == 42)
            #expect(try row.int32(1) == 300_000)
        }
    }

    @Test func abortsWhenTheWriterThrows() async throws {
        try await withPostgres { connection in
            try connection.execute(Self.table, within: .seconds(5))
            #expect(throws: Stop.self) {
                _ = try connection.copyIn("COPY copied FROM STDIN", within: .seconds(5)) { writer in
                    try writer.write("1\tone\n")
                    throw Stop()
                }
            }

            #expect(try connection.run("SELECT count(*) FROM copied")[0].int64(0) == 0)
        }
    }

    @Test func tellsTheServersError() async throws {
        try await withPostgres { connection in
            try connection.execute(Self.table, within: .seconds(5))
            let few = postgresError {
                _ = try connection.copyIn("COPY copied FROM STDIN", within: .seconds(5)) { try $0.write("x\ty\n") }
            }
            // Enough for the server to refuse while more is written.
            let many = postgresError {
                _ = try connection.copyIn("COPY copied FROM STDIN", within: .seconds(20)) { writer in
                    for _ in 0..<200_000 { try writer.write("1\t\(String(repeating: "x", count: 100))\n") }
                }
            }

            #expect(few?.sqlState?.description == "22P02")
            #expect(many?.sqlState == .uniqueViolation)
            #expect(try connection.run("SELECT count(*) FROM copied")[0].int64(0) == 0)
        }
    }

    @Test func refusesWhatIsNotACopy() async throws {
        try await withPostgres { connection in
            let unknown = postgresError {
                _ = try connection.copyIn("COPY no_such_table FROM STDIN", within: .seconds(5)) { _ in }
            }
            #expect(unknown?.sqlState == .undefinedTable)
            #expect(connection.isUsable)

            let other = postgresError { _ = try connection.copyIn("SELECT 1", within: .seconds(5)) { _ in } }
            #expect(other?.code == .configuration)
        }
    }
}
