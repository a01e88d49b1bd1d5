import Kernel
import Postgres
import Sales
import TestSupport
import Testing

@testable import PostgresStores

/// COMMIT is sent and its answer never comes: the batch is run again until its fate is known.
@Suite struct UnknownCommitTests {
    @Test func findsItsOwnPurchaseWhenTheReplyToCommitWasLost() async throws {
        try await StoreHarness.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let proxy = try harness.proxy()
            defer { proxy.stop() }
            let transaction = harness.purchaseTransaction(url: harness.url(through: proxy))
            proxy.breakOnce(at: "commit\0COMMIT", .loseReply)

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            let second = await transaction.attempt([PurchaseRequest(code)], isRerun: true)

            guard case .unknown = first, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            #expect(outcomes.first?.text == "\(code)|\(ItemID(generated: ItemKey(sale: sale.id, number: 1)))|")
            let stored = try await harness.checkouts.outcome(code, by: .now + .seconds(10))
            #expect(stored.map { String(decoding: $0.body, as: UTF8.self) } == outcomes.first?.text)
            #expect(try await harness.number("SELECT count(*) FROM purchases") == 1)
        }
    }

    @Test func keepsAFlushThatArrivesLateFromCommitting() async throws {
        try await StoreHarness.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1, 2], in: sale)
            let proxy = try harness.proxy()
            defer { proxy.stop() }
            let transaction = harness.purchaseTransaction(url: harness.url(through: proxy))
            proxy.breakOnce(at: "commit\0COMMIT", .holdRequest)

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            // Nothing is on record, and that means nothing: the flush is still on its way.
            let absent = try await harness.checkouts.outcome(code, by: .now + .seconds(10)) == nil
            let second = await transaction.attempt([PurchaseRequest(code)], isRerun: true)
            proxy.release()
            try await harness.untilNobodyElseIsConnected(except: 1)

            guard case .unknown = first, absent, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            let stored = try await harness.checkouts.outcome(code, by: .now + .seconds(10))
            #expect(stored.map { String(decoding: $0.body, as: UTF8.self) } == outcomes.first?.text)
            #expect(try await harness.number("SELECT count(*) FROM items WHERE sold") == 2)
            #expect(try await harness.number("SELECT bought FROM buyers") == 2)
        }
    }

    @Test func recordsAnAttemptOnceWhenTheReplyToCommitWasLost() async throws {
        try await StoreHarness.with { harness in
            let sale = try await harness.makeSale()
            let proxy = try harness.proxy()
            defer { proxy.stop() }
            let transaction = harness.checkoutTransaction(url: harness.url(through: proxy))
            let batch = [
                CheckoutCommand.join(.of("anna", 1, in: sale)), .join(.of("anna", 99, in: sale)),
            ]
            proxy.breakOnce(at: "commit\0COMMIT", .loseReply)

            let first = await transaction.attempt(batch, isRerun: false)
            let second = await transaction.attempt(batch, isRerun: true)

            guard case .unknown = first, case .committed(let outcomes) = second,
                case .joined(let checkout, _)? = outcomes.first
            else { return #expect(Bool(false), "\(first), then \(second)") }
            #expect(checkout.items.count == 1)
            #expect(outcomes.last == .refused(.itemNotFound))
            #expect(try await harness.number("SELECT count(*) FROM checkout_attempts") == 2)
            #expect(try await harness.number("SELECT count(*) FROM checkouts") == 1)
        }
    }
}

extension StoreHarness {
    /// A fault proxy in front of the server.
    fileprivate func proxy() throws -> FaultProxy { try FaultProxy(target: port) }

    /// The harness' database, reached through a proxy.
    fileprivate func url(through proxy: FaultProxy) -> String {
        url.replacing(":\(port)/", with: ":\(proxy.port)/")
    }

    private var port: UInt16 {
        let tail = url.drop { $0 != "@" }.drop { $0 != ":" }.dropFirst()
        return UInt16(tail.prefix { $0.isNumber }) ?? 0
    }

    /// Waits until the server has ended the sessions of purchase writers but so many.
    fileprivate func untilNobodyElseIsConnected(except count: Int64) async throws {
        let sql = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'flashsale purchases'
            """
        for _ in 0..<200 {
            if try await number(sql) <= count { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the cut-off session did not end")
    }
}
