import Kernel
import Logging
import Postgres
import Sales
import TestSupport
import Testing

@testable import PostgresStores

/// A primary and its synchronous standby: what is told survives, and who is past is not listened to.
@Suite(.serialized) struct PromotionTests {
    /// The wait of the first commit is cut short, so its purchase is on record and may be lost with the server: that
    /// used to be told as bought by whoever looked next.
    @Test func tellsAnOutcomeOnlyOnceTheStandbyHasIt() async throws {
        try await Self.withPair { primary, standby in
            try await StoreHarness.with(on: primary) { store in
                let sale = try await store.makeSale()
                let code = try await store.checkoutTransaction().fill("anna", [1], in: sale)
                let (buyer, other) = (store.purchaseTransaction(), store.purchaseTransaction())
                try await standby.suspend()

                let first = await buyer.attempt([PurchaseRequest(code)], isRerun: false)
                // The server does as it is told at its leisure.
                while try await store.counts().purchases == 0 { try await Task.sleep(for: .milliseconds(20)) }
                async let second = buyer.attempt([PurchaseRequest(code)], isRerun: true)
                async let third = other.attempt([PurchaseRequest(code)], isRerun: false)
                let looked = try? await store.checkouts.outcome(code, by: .now + .seconds(1))
                let told = await (second, third)
                try await standby.resume()
                let last = await other.settle([PurchaseRequest(code)])

                guard case .unknown = first else { return #expect(Bool(false), "\(first)") }
                #expect(looked == nil)
                #expect(!told.0.isCommitted && !told.1.isCommitted, "\(told)")
                #expect(last.first?.text?.hasPrefix("\(code)|") == true)
                #expect(try await store.outcome(code) != nil)
            }
        }
    }

    @Test func goesOverToTheNewPrimaryAndNeverBack() async throws {
        try await Self.withPair { primary, standby in
            let database = try await primary.makeDatabase()
            let both = PostgresConfiguration(url: try primary.either(or: standby, database))
            let fence = RecordFence(log: Logger(label: "test"))
            let guarded = fence.guarding(both)
            let old = try Self.session(guarded)
            let before = try RecordIdentity.read(from: old)

            try await standby.promote()
            let unaware = old.isWelcome
            fence.look(at: guarded)
            let aware = old.isWelcome
            let new = try Self.session(guarded)
            let after = try RecordIdentity.read(from: new)
            let unguarded = try RecordIdentity.read(from: Self.session(both))

            #expect(unaware && !aware)
            #expect(new.isWelcome)
            #expect(after.system == before.system)
            #expect(after.timeline > before.timeline)
            #expect(after.epoch(1) != before.epoch(1))
            // The old primary still lets in whoever has not heard.
            #expect(unguarded == before)
        }
    }

    @Test func passesOverAStandbyThatNobodyExcluded() async throws {
        try await Self.withPair { primary, standby in
            let url = try standby.either(or: primary, standby.url).replacing(
                "?target_session_attrs=read-write",
                with: ""
            )
            let configuration = PostgresConfiguration(url: url)
            let led = try Self.session(configuration)
            let guarded = try Self.session(RecordFence(log: Logger(label: "test")).guarding(configuration))

            #expect(throws: PostgresError.self) { try RecordIdentity.read(from: led) }
            #expect(try RecordIdentity.read(from: guarded).timeline > 0)
        }
    }

    private static func session(_ configuration: PostgresConfiguration) throws -> PostgresConnection {
        try PostgresConnection(configuration, deadline: .now + .seconds(10))
    }

    private static func withPair(_ body: (TestPostgres, TestPostgres) async throws -> Void) async throws {
        let primary = try await TestPostgres.privateServer()
        do {
            let standby = try await primary.synchronousStandby()
            do { try await body(primary, standby) } catch {
                try await standby.remove()
                throw error
            }
            try await standby.remove()
        } catch {
            try await primary.remove()
            throw error
        }
        try await primary.remove()
    }
}

extension Attempt {
    fileprivate var isCommitted: Bool {
        if case .committed = self { true } else { false }
    }
}
