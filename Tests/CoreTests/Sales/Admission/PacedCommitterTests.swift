import Kernel
import Synchronization
import Testing

@testable import Sales

@Suite struct PacedCommitterTests {
    private static let rate = 100
    private static let far = Instant.now + .seconds(3600)

    @Test func issuesCodesNoFasterThanPurchasesAreLetIn() async {
        let shop = Shop(rate: Self.rate)

        let outcomes = await shop.checkouts(50)

        // What a tenth of a second may be ahead: ten, and the one that finds nobody before it.
        #expect(outcomes.filter { $0.isCommitted }.count == 11)
        #expect(outcomes.last?.code == .overloaded)
    }

    @Test func issuesNoCodesWhilePurchasesStandInLine() async {
        let shop = Shop(rate: Self.rate)
        for _ in 0..<50 { _ = shop.pacing.place(at: shop.time.now, by: Self.far) }

        #expect(await shop.checkouts(1).first?.code == .overloaded)
        shop.time.advance(by: .seconds(1))
        #expect(await shop.checkouts(1).first?.isCommitted == true)
    }

    @Test func chargesOnlyCheckoutsThatOpenACode() async {
        let shop = Shop(rate: Self.rate)
        for outcome in [
            CheckoutCommandOutcome.refused(.itemSold), .joined(Shop.checkout(items: 2), Allowance(limit: 9, left: 7)),
        ] {
            shop.committer.outcome.withLock { $0 = .committed(outcome) }

            let outcomes = await shop.checkouts(50)

            #expect(outcomes.allSatisfy { $0.isCommitted })
        }
    }

    @Test func chargesACheckoutWhoseCommitIsNotKnown() async {
        let shop = Shop(rate: Self.rate)
        shop.committer.outcome.withLock { $0 = .failed(StoreError(.unknown, "lost")) }
        _ = await shop.checkouts(11)
        shop.committer.outcome.withLock { $0 = .failed(StoreError(.unavailable, "away")) }

        #expect(await shop.checkouts(1).first?.code == .overloaded)
        shop.time.advance(by: .milliseconds(10))
        #expect(await shop.checkouts(2).map(\.code) == [.unavailable, .unavailable])
    }

    @Test func letsRemovalsPass() async {
        let shop = Shop(rate: 1)
        _ = await shop.checkouts(5)

        let removal = RemovalRequest(code: Shop.code, itemID: ItemID(generated: ItemKey(sale: Shop.sale, number: 1)))

        #expect(await shop.paced.commit(.remove(removal), by: Self.far).isCommitted)
    }

    @Test func givesEachPurchaseItsTurnAndRefusesThoseWhoWouldWaitTooLong() {
        let pacing = PurchasePacing(perSecond: Self.rate)
        let now = Instant.now

        let waits = (0..<70).map { _ in pacing.place(at: now, by: now + .seconds(2)) }

        #expect(waits[..<11].allSatisfy { $0 == .zero })
        // At its turn or a little later, together with others.
        for (place, turn) in [11: Duration.milliseconds(10), 60: .milliseconds(500)] {
            let wait = waits[place] ?? .zero
            #expect(wait >= turn && wait <= turn + PurchasePacing.tick)
        }
        #expect(waits[61...].allSatisfy { $0 == nil })
    }

    @Test func letsThoseWhoWaitInTogether() {
        let pacing = PurchasePacing(perSecond: 2000)
        let now = Instant.now

        let waits = (0..<1000).compactMap { _ in pacing.place(at: now, by: now + .seconds(4)) }.filter { $0 > .zero }

        // 800 of them in 400 ms, ten a tick.
        #expect(waits.count == 799)
        #expect((80...82).contains(Set(waits).count))
    }

    @Test func givesUpItsTurnWhenWhoWaitsHasGone() async {
        let pacing = PurchasePacing(perSecond: 1)
        let committer = OnePurchase()
        let paced = PacedPurchaseCommitter(committer, pacing: pacing, time: SystemTimeSource())
        // So many before it that a machine which stands still for seconds does not bring its turn.
        for _ in 0..<30 { _ = pacing.place(at: .now, by: Self.far) }

        let outcome = await withTaskGroup(of: Commitment<PurchaseOutcome>.self) { group in
            group.addTask { await paced.commit(PurchaseRequest(code: Shop.code, lock: nil), by: Self.far) }
            group.cancelAll()
            return await group.next()
        }

        #expect(outcome?.code == .timedOut)
        #expect(committer.calls.withLock { $0 } == 0)
    }
}

/// A paced committer over one that always answers the same, in held time.
private struct Shop {
    static let sale = SaleID(number: 1)
    static let code = CheckoutCode(sale: sale, secret: CodeSecret(storedHigh: 1, low: 1))

    let time = HeldTime()
    let committer = SameAnswer()
    let pacing: PurchasePacing
    let paced: PacedCheckoutCommitter

    init(rate: Int) {
        pacing = PurchasePacing(perSecond: rate)
        paced = PacedCheckoutCommitter(committer, pacing: pacing, time: time)
    }

    func checkouts(_ count: Int) async -> [Commitment<CheckoutCommandOutcome>] {
        var outcomes: [Commitment<CheckoutCommandOutcome>] = []
        for number in 0..<count {
            let request = CheckoutRequest(
                attemptID: UUIDv7(storedHigh: 1, low: UInt64(number)),
                userID: UserID(stored: "user-\(number)"),
                itemID: ItemID(generated: ItemKey(sale: Self.sale, number: 1)),
                item: nil,
                sale: nil,
                secret: Self.code.secret
            )
            outcomes.append(await paced.commit(.join(request), by: .now + .seconds(60)))
        }
        return outcomes
    }

    static func checkout(items: Int32) -> Checkout {
        Checkout(
            code: code,
            userID: UserID(stored: "anna"),
            status: .open,
            items: (1...items).map { ItemID(generated: ItemKey(sale: sale, number: $0)) },
            saleEndsAt: Timestamp(microseconds: 1)
        )
    }
}

/// Time that moves when told to.
private final class HeldTime: TimeSource {
    private let instant = Mutex(Instant.now)

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}

private final class SameAnswer: CheckoutCommitter {
    let outcome = Mutex<Commitment<CheckoutCommandOutcome>>(
        .committed(.joined(Shop.checkout(items: 1), Allowance(limit: 10, left: 9)))
    )

    func commit(_ command: CheckoutCommand, by deadline: Instant) async -> Commitment<CheckoutCommandOutcome> {
        outcome.withLock { $0 }
    }

    func record(_ attempt: CheckoutAttempt) -> Bool { true }
}

private final class OnePurchase: PurchaseCommitter {
    let calls = Mutex(0)

    func commit(_ request: PurchaseRequest, by deadline: Instant) async -> Commitment<PurchaseOutcome> {
        calls.withLock { $0 += 1 }
        return .committed(.refused(.checkoutEmpty))
    }
}

extension Commitment {
    fileprivate var isCommitted: Bool { if case .committed = self { true } else { false } }

    fileprivate var code: StoreError.Code? { if case .failed(let error) = self { error.code } else { nil } }
}
