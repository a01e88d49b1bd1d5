import Kernel
import Postgres
import Sales
import TestSupport
import Testing

@testable import PostgresStores

/// COMMIT is sent and its answer never comes: the batch is run again until its fate is known.
@Suite struct UnknownCommitTests {
    @Test(arguments: RecordKind.allCases)
    func findsItsOwnPurchaseWhenTheReplyToCommitWasLost(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1], in: sale)
            let transaction = try harness.purchaseTransaction(meeting: .loseReply)

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            let second = await transaction.attempt([PurchaseRequest(code)], isRerun: true)

            guard case .unknown = first, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            #expect(outcomes.first?.text == "\(code)|\(ItemID(generated: ItemKey(sale: sale.id, number: 1)))|")
            let stored = try await harness.outcome(code)
            #expect(stored.map { String(decoding: $0.body, as: UTF8.self) } == outcomes.first?.text)
            #expect(try await harness.counts().purchases == 1)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func keepsAFlushThatArrivesLateFromCommitting(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let code = try await harness.checkoutTransaction().fill("anna", [1, 2], in: sale)
            let transaction = try harness.purchaseTransaction(meeting: .holdRequest)

            let first = await transaction.attempt([PurchaseRequest(code)], isRerun: false)
            // Nothing is on record, and that means nothing: the flush is still on its way.
            let absent = try await harness.outcome(code) == nil
            let second = await transaction.attempt([PurchaseRequest(code)], isRerun: true)
            try await harness.letHeldFlushArrive()

            guard case .unknown = first, absent, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            let stored = try await harness.outcome(code)
            #expect(stored.map { String(decoding: $0.body, as: UTF8.self) } == outcomes.first?.text)
            #expect(try await harness.counts().sold == 2)
            #expect(try await harness.counts().bought == 2)
        }
    }

    /// The rerun used to be answered by what it decided itself, while the record kept what the late flush had decided.
    @Test(arguments: RecordKind.allCases)
    func answersWhatALateFlushPutOnRecordBetweenTheFlushesOfTheRerun(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            try await harness.control(.pause, sale)
            let late = OnceOnly { await_ { try await harness.letHeldFlushArrive() } }
            let isResumed = OnceOnly {}
            let transaction = try harness.checkoutTransaction(meeting: .holdRequest) {
                if isResumed.result != nil { late.run() }
            }
            let wish = CheckoutCommand.join(.of("anna", 1, in: sale))

            let first = await transaction.attempt([wish], isRerun: false)
            try await harness.control(.resume, sale)
            isResumed.run()
            let second = await transaction.attempt([wish], isRerun: true)
            let third = await transaction.attempt([wish], isRerun: true)

            guard case .unknown = first, case .conflict = second, case .committed(let outcomes) = third else {
                return #expect(Bool(false), "\(first), then \(second), then \(third)")
            }
            #expect(outcomes == [.refused(.saleNotActive(opensAt: nil))])
            #expect(try await harness.counts() == RecordCounts(attempts: 1))
        }
    }

    @Test(arguments: RecordKind.allCases)
    func writesAPromisedAttemptOnce(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let transaction = try harness.checkoutTransaction(meeting: .loseReply)
            let promised = CheckoutAttempt(
                id: UUIDv7(storedHigh: 0x0199_0000_0000_7000, low: .random(in: 1 << 63..<3 << 62)),
                userID: UserID(stored: "anna"),
                itemID: ItemID(generated: ItemKey(sale: sale.id, number: 1)),
                item: ItemKey(sale: sale.id, number: 1),
                code: nil,
                outcome: CheckoutRefusal.itemSold.outcome,
                attemptedAt: try await harness.sales.now()
            )
            let batch = [CheckoutCommand.record(promised), .join(.of("anna", 2, in: sale))]

            let first = await transaction.attempt(batch, isRerun: false)
            let second = await transaction.attempt(batch, isRerun: true)

            guard case .unknown = first, case .committed(let outcomes) = second else {
                return #expect(Bool(false), "\(first), then \(second)")
            }
            #expect(outcomes.first == .recorded)
            #expect(try await harness.counts().attempts == 2)
        }
    }

    @Test(arguments: RecordKind.allCases)
    func recordsAnAttemptOnceWhenTheReplyToCommitWasLost(kind: RecordKind) async throws {
        try await kind.with { harness in
            let sale = try await harness.makeSale()
            let transaction = try harness.checkoutTransaction(meeting: .loseReply)
            let batch = [
                CheckoutCommand.join(.of("anna", 1, in: sale)), .join(.of("anna", 99, in: sale)),
            ]

            let first = await transaction.attempt(batch, isRerun: false)
            let second = await transaction.attempt(batch, isRerun: true)

            guard case .unknown = first, case .committed(let outcomes) = second,
                case .joined(let checkout, _)? = outcomes.first
            else { return #expect(Bool(false), "\(first), then \(second)") }
            #expect(checkout.items.count == 1)
            #expect(outcomes.last == .refused(.itemNotFound))
            #expect(try await harness.counts().attempts == 2)
            #expect(try await harness.counts().checkouts == 1)
        }
    }
}
