import Foundation
import Postgres
import TestSupport

extension Stage {
    var databaseName: String { String(database.split(separator: "/").last ?? "") }

    /// Runs statements behind the service's back.
    func execute(_ sql: String) async throws {
        try await onConnection { try $0.execute(sql, within: .seconds(60)) }
    }

    /// One number that a statement gives.
    func number(_ sql: String) async throws -> Int64 {
        try await onConnection { connection in
            let statement = PostgresStatement(name: "", "SELECT (\(sql))::int8")
            return try connection.query(statement, PostgresParameters(), within: .seconds(60))[0].int64(0)
        }
    }

    private func onConnection<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let pool = PostgresPool(PostgresPoolConfiguration(connection: PostgresConfiguration(url: database), size: 1))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            defer { group.cancelAll() }
            return try await pool.withConnection(deadline: .now + .seconds(60), body)
        }
    }

    /// Puts purchases of all units but one on record, as batches would have left them.
    func sellAllBut(_ sale: TestSale, last: Int) async throws {
        let number = Int(sale.id.dropFirst(2), radix: 32) ?? 0
        try await execute(
            """
            INSERT INTO buyers (sale_no, user_id, ver, bought, lim) SELECT \(number), 'crowd', 2, \(last - 1), 10000;
            INSERT INTO checkouts SELECT \(number), '00000000-0000-0000-0000-000000000001', 'crowd', now();
            INSERT INTO purchases SELECT \(number), '00000000-0000-0000-0000-000000000001', 'crowd', 200, '{}', now();
            UPDATE items SET sold = true, sold_code = '00000000-0000-0000-0000-000000000001'
                WHERE sale_no = \(number) AND item_no < \(last);
            """
        )
    }

    /// Waits until an instance is in the middle of making a sale.
    func untilItemsAreBeingInserted() async throws {
        // Not this look itself, nor the one before it, whose session may not have ended yet.
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '%INTO items%' AND query NOT LIKE '%pg_stat_activity%'
            """
        for _ in 0..<2000 {
            if try await number(sql) > 0 { return }
        }
        throw ServiceProcess.Failure(description: "no sale was being prepared")
    }

    /// Waits until Redis holds the facts of a sale.
    func untilGateIsOpen(of sale: TestSale) async throws {
        for _ in 0..<200 {
            if try await redis.command("EXISTS", "fs:{\(sale.number)}:epoch") == "1" { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ServiceProcess.Failure(description: "the gate was not opened")
    }

    /// Publishes a filter that answers yes for everything, of a generation that nothing overtakes.
    func publishSaturatedFilter(of sale: TestSale) async throws {
        try await untilGateIsOpen(of: sale)
        // A generation far ahead, one probe, one word of ones.
        let script = "return redis.call('SET', KEYS[1], '09000000000000000000\\n\\1' .. string.rep('\\255', 8))"
        try await redis.command("EVAL", script, "1", "fs:{\(sale.number)}:bloom")
    }

    /// Waits until a service has loaded a filter of 64 bits.
    func untilFilterIsLoaded(by service: ServiceProcess) async throws {
        let client = try await service.client()
        for _ in 0..<200 {
            if try await client.get("/metrics").text.contains("flashsale_bloom_size_bytes 8\n") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ServiceProcess.Failure(description: "the filter was not loaded:\n\(service.log)")
    }
}

/// A command of the binary, run to its end.
enum Tool {
    static func run(_ arguments: [String], _ environment: [String: String]) async throws -> (
        code: Int32, output: String
    ) {
        try await run(ServiceProcess.binary, arguments, environment)
    }

    static func run(
        _ program: String,
        _ arguments: [String],
        _ environment: [String: String] = [:]
    ) async throws -> (code: Int32, output: String) {
        let process = try ChildProcess(program, arguments, environment: environment)
        for _ in 0..<1200 {
            if let code = process.exitCode { return (code, process.output) }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw ServiceProcess.Failure(description: "\(arguments) did not end:\n\(process.output)")
    }
}
