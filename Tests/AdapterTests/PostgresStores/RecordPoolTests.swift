import Dispatch
import Kernel
import Postgres
import TestSupport
import Testing

@testable import PostgresStores

@Suite struct RecordPoolTests {
    /// Too many readers are no outage: clients are told that the service is at its capacity.
    @Test func saysThatItIsOverloadedWhereTooManyWaitForAConnection() async throws {
        let url = try await TestPostgres.shared().makeDatabase()
        let connection = PostgresConfiguration(url: url)
        let pool = PostgresPool(PostgresPoolConfiguration(connection: connection, size: 1, waitingLimit: 1))
        let records = RecordPool(pool, limit: .seconds(60))
        let done = DispatchSemaphore(value: 0)

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await pool.run() }
            async let busy: Void = records.run { _ in done.wait() }
            while pool.statistics.busy == 0 { try await Task.sleep(for: .milliseconds(1)) }
            async let waiting: Void = records.run { _ in }
            while pool.statistics.waiting == 0 { try await Task.sleep(for: .milliseconds(1)) }

            let refused = await #expect(throws: StoreError.self) { try await records.run { _ in } }
            done.signal()
            _ = try await (busy, waiting)
            group.cancelAll()

            #expect(refused?.code == .overloaded)
        }
    }
}
