import Kernel
import Postgres
import Sales
import Testing

@testable import PostgresStores

/// Reports on a sale whose every row is written by hand, so that every number is known.
@Suite struct SaleReportTests {
    @Test func countsStockAndMoney() async throws {
        try await Self.withHistory { report in
            #expect(report.sold == 7 && report.left == 3 && !report.isSoldOut && report.isFinal)
            #expect(report.status == .ended)
            #expect(
                report.values == [
                    .init(currency: "EUR", items: 8, worth: 3600, sold: 5, soldWorth: 1500),
                    .init(currency: "USD", items: 2, worth: 1900, sold: 2, soldWorth: 1900),
                ]
            )
        }
    }

    @Test func countsWhoCameAndWhoBought() async throws {
        try await Self.withHistory { report in
            var shoppers = SaleReport.Shoppers()
            shoppers.tried = 5
            shoppers.bought = 3
            shoppers.atLimit = 1
            shoppers.brackets = UnitsBracket.of([(bought: 2, users: 2), (bought: 3, users: 1)])
            #expect(report.shoppers == shoppers)
            #expect(shoppers.brackets.map(\.units) == [4, 3])
        }
    }

    @Test func tellsWhatBecameOfEachCode() async throws {
        try await Self.withHistory { report in
            var codes = SaleReport.Codes()
            codes.issued = 8
            codes.redeemed = 4
            codes.allSold = 1
            codes.atLimit = 1
            codes.leftFilled = 1
            codes.leftEmpty = 1
            codes.unitsAsked = 11
            codes.unitsLeft = 2
            codes.medianRedemption = .milliseconds(500)
            codes.slowRedemption = .milliseconds(29_800)
            #expect(report.codes == codes)
        }
    }

    @Test func countsAttemptsOfTheSalesTimeByReason() async throws {
        try await Self.withHistory { report in
            #expect(report.attempts.since.description == "2026-01-31T11:30:00.000000Z")
            #expect(report.attempts.until.description == "2026-01-31T14:01:00.000000Z")
            #expect(report.attempts.accepted == 8 && report.attempts.refused == 5)
            #expect(
                report.attempts.refusals == [
                    .init(outcome: "item_already_sold", count: 4), .init(outcome: "sale_not_active", count: 1),
                ]
            )
        }
    }

    @Test func chartsSalesAndAttemptsUpToTheLastPurchase() async throws {
        try await Self.withHistory { report in
            let chart = report.sellThrough
            #expect(chart.step == .seconds(5) && chart.buckets.count == 51)
            let busy = chart.buckets.enumerated().filter { $1.units + $1.accepted + $1.refused > 0 }
            #expect(busy.map(\.offset) == [0, 4, 6, 48, 50])
            #expect(busy.map(\.element.units) == [4, 0, 2, 0, 1])
            #expect(busy.map(\.element.accepted) == [5, 2, 0, 1, 0])
            #expect(busy.map(\.element.refused) == [3, 0, 0, 0, 0])
            #expect(busy[2].element.at.description == "2026-01-31T12:00:30.000000Z")
            #expect(chart.milestones.map(\.percent) == [50, 90, 100] && chart.milestones.map(\.units) == [5, 9, 10])
            #expect(chart.milestones.map { $0.at?.description } == ["2026-01-31T12:00:30.500000Z", nil, nil])
        }
    }

    @Test func namesTheItemsThatWereRefusedMost() async throws {
        try await Self.withHistory { report in
            #expect(report.contended.map(\.id.description) == ["I-0000000001-1", "shoe"])
            #expect(report.contended.map(\.name) == ["Item 1", "Red shoe"])
            #expect(report.contended.map(\.accepted) == [2, 1] && report.contended.map(\.refused) == [4, 1])
            #expect(
                report.contended.map { $0.soldAt?.description } == [
                    "2026-01-31T12:00:01.000000Z", "2026-01-31T12:00:30.500000Z",
                ]
            )
        }
    }

    @Test func listsWhatWasChanged() async throws {
        try await Self.withHistory { report in
            #expect(report.changes.map(\.action) == ["create", "end"])
            #expect(report.changes.map(\.actor.name) == ["schedule", "operator"])
            #expect(
                report.changes.last?.detail == "ended" && report.changes.last?.at.description.contains("13:00") == true
            )
        }
    }

    @Test func reportsOnASaleThatHasSoldNothing() async throws {
        try await StoreHarness.with { store in
            for sql in SaleReportHistory.statements { try await store.change(sql) }
            let report = try #require(try await Self.reports(store).report(on: SaleID(number: 3)))

            #expect(report.sold == 0 && report.left == 0 && !report.isFinal && report.status == .scheduled)
            #expect(report.values.isEmpty && report.contended.isEmpty && report.changes.isEmpty)
            #expect(report.sellThrough.step == nil && report.sellThrough.buckets.isEmpty)
            #expect(report.sellThrough.milestones.isEmpty && report.codes == SaleReport.Codes())
        }
    }

    @Test func chartsUpToNowWhileTheSaleRuns() async throws {
        try await StoreHarness.with { store in
            for sql in SaleReportHistory.statements { try await store.change(sql) }
            try await store.change(
                "UPDATE sales SET state = 'open', total_items = 2, starts_at = now() - interval '50 minutes', "
                    + "ends_at = now() + interval '1 hour' WHERE sale_no = 2"
            )
            let report = try #require(try await Self.reports(store).report(on: SaleID(number: 2)))

            #expect(!report.isFinal && report.status == .active)
            #expect(report.sellThrough.step == .seconds(60))
            #expect([51, 52].contains(report.sellThrough.buckets.count))
        }
    }

    @Test func sumsUpWhatBatchesWrote() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(limit: 3)
            let checkouts = store.checkoutTransaction()
            let code = try await checkouts.fill("ann", [1, 2], in: sale)
            _ = await store.purchaseTransaction().settle([PurchaseRequest(code)])
            _ = try await checkouts.fill("bob", [3], in: sale)

            let report = try #require(try await Self.reports(store).report(on: sale.id))

            #expect(report.sold == 2 && report.sellThrough.buckets.reduce(0) { $0 + $1.units } == 2)
            #expect(report.attempts.accepted == 3 && report.sellThrough.buckets.reduce(0) { $0 + $1.accepted } == 3)
            #expect(report.shoppers.tried == 2 && report.shoppers.bought == 1)
            #expect(report.codes.issued == 2 && report.codes.redeemed == 1 && report.codes.leftFilled == 1)
            #expect(report.codes.medianRedemption != nil && !report.isFinal)
        }
    }

    @Test func thereIsNoneOfASaleThatIsNotThere() async throws {
        try await StoreHarness.with { store in
            let report = try await Self.reports(store).report(on: SaleID(number: 99))
            #expect(report == nil)
        }
    }

    @Test func oneIsMadeAtATime() async throws {
        try await StoreHarness.with { store in
            let sale = try await store.makeSale(limit: 3)
            let other = try PostgresConnection(PostgresConfiguration(url: store.url), deadline: .now + .seconds(10))
            try other.execute("SELECT pg_advisory_lock(hashtext('flashsale report'))", within: .seconds(10))
            let refusal = await #expect(throws: StoreError.self) { try await Self.reports(store).report(on: sale.id) }
            other.close()

            let later = try await Self.untilFree { try await Self.reports(store).report(on: sale.id) }

            #expect(refusal?.code == .overloaded && later?.sale == sale)
        }
    }

    /// The server takes a moment to notice that a session has gone.
    private static func untilFree(_ report: () async throws -> SaleReport?) async throws -> SaleReport? {
        for _ in 0..<200 {
            do { return try await report() } catch let error as StoreError where error.code == .overloaded {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return nil
    }

    private static func reports(_ store: StoreHarness) -> PostgresSaleReports {
        PostgresSaleReports(changes: RecordPool(store.pool, limit: .seconds(30)))
    }

    private static func withHistory(_ body: @escaping @Sendable (SaleReport) throws -> Void) async throws {
        try await StoreHarness.with { store in
            for sql in SaleReportHistory.statements { try await store.change(sql) }
            try body(try #require(try await reports(store).report(on: SaleID(number: 1))))
        }
    }
}
