import Kernel
import Postgres
import PostgresStores
import Sales
import Synchronization
import TestSupport
import Testing

extension StoreHarness: RecordUnderTest {
    var factsTold: [CommittedFacts] { gate.facts }

    func checkoutTransaction(
        between: @escaping @Sendable () -> Void
    ) -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        checkoutTransaction(url: nil, between: between)
    }

    func purchaseTransaction(between: @escaping @Sendable () -> Void) -> Instance<PurchaseRequest, PurchaseOutcome> {
        purchaseTransaction(url: nil, between: between)
    }

    func checkoutTransaction(
        meeting fault: CommitFault,
        between: @escaping @Sendable () -> Void
    ) throws -> Instance<CheckoutCommand, CheckoutCommandOutcome> {
        checkoutTransaction(url: try url(meeting: fault), between: between)
    }

    func purchaseTransaction(meeting fault: CommitFault) throws -> Instance<PurchaseRequest, PurchaseOutcome> {
        purchaseTransaction(url: try url(meeting: fault))
    }

    func letHeldFlushArrive() async throws {
        for proxy in proxies.withLock({ $0 }) { proxy.release() }
        try await untilEachWriterHasOneSession()
    }

    /// The server's own clock decides when the window has closed.
    func waitUntilTheEnd(of sale: Sale) {
        let sql = "SELECT pg_sleep(greatest(0, extract(epoch FROM ends_at - clock_timestamp()) + 0.05)) FROM sales"
        do {
            let connection = try PostgresConnection(PostgresConfiguration(url: url), deadline: .now + .seconds(5))
            defer { connection.close() }
            try connection.execute(sql, within: .seconds(10))
        } catch { Issue.record(error) }
    }

    func counts() async throws -> RecordCounts {
        RecordCounts(
            sold: try await number("SELECT count(*) FROM items WHERE sold"),
            purchases: try await number("SELECT count(*) FROM purchases"),
            checkouts: try await number("SELECT count(*) FROM checkouts"),
            attempts: try await number("SELECT count(*) FROM checkout_attempts"),
            buyers: try await number("SELECT count(*) FROM buyers"),
            bought: try await number("SELECT coalesce(sum(bought), 0) FROM buyers")
        )
    }

    /// The harness' database through a proxy that breaks the next COMMIT.
    func url(meeting fault: CommitFault) throws -> String {
        let proxy = try FaultProxy(target: port)
        proxies.withLock { $0.append(proxy) }
        switch fault {
        case .loseReply: proxy.breakOnce(at: "\0COMMIT", .loseReply)
        case .holdRequest: proxy.breakOnce(at: "\0COMMIT", .holdRequest)
        }
        return url.replacing(":\(port)/", with: ":\(proxy.port)/")
    }

    private var port: UInt16 {
        let tail = url.drop { $0 != "@" }.drop { $0 != ":" }.dropFirst()
        return UInt16(tail.prefix { $0.isNumber }) ?? 0
    }

    /// Waits until the server has ended the sessions that their clients have given up.
    ///
    /// A pooler keeps sessions that are idle, under the name of whoever had them last.
    private func untilEachWriterHasOneSession() async throws {
        let sql = """
            SELECT coalesce(max(sessions), 0) FROM (
                SELECT count(*) AS sessions FROM pg_stat_activity
                WHERE datname = current_database() AND application_name IN ('flashsale purchases', 'flashsale checkouts')
                  \(isPooled ? "AND state <> 'idle'" : "")
                GROUP BY application_name) AS writers
            """
        for _ in 0..<500 {
            if try await number(sql) <= 1 { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the cut-off session did not end")
    }
}
