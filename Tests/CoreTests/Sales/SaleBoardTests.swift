import Kernel
import Testing

@testable import Sales

@Suite struct SaleBoardTests {
    private let sale = Sale.testing()
    private let now = Instant.now

    /// A user at the limit was told `user_limit_exceeded` about items that no sale has.
    @Test func doesNotRefuseAnItemThatDoesNotExist() {
        let board = knowingBoard()
        var facts = CommittedFacts(sale: sale.id, epoch: RecordIdentity(system: 1, timeline: 1).epoch(sale.gateEpoch))
        facts.full = [UserID(stored: "anna")]
        board.learn(facts)

        #expect(refuses(board, number: sale.totalItems))
        #expect(!refuses(board, number: sale.totalItems + 1))
    }

    /// While PostgreSQL is away nothing is learnt, and that can be seen.
    @Test func tellsHowOldItsKnowledgeIs() {
        #expect(SaleBoard().recordAge(at: now) == nil)
        #expect(knowingBoard().recordAge(at: now + .seconds(7)) == .seconds(7))
    }

    @Test func tellsWhichSalesAreOpen() {
        let board = knowingBoard()
        let untilTheEnd = sale.endsAt.since(sale.startsAt) - .seconds(60)

        #expect(SaleBoard().openSales(at: now) == [])
        #expect(board.openSales(at: now).map(\.id) == [sale.id])
        #expect(board.openSales(at: now + untilTheEnd) == [])
    }

    @Test func namesOpenSalesToBatchesOnlyWhileItKnowsThemFreshly() {
        let board = knowingBoard()
        let untilTheEnd = sale.endsAt.since(sale.startsAt) - .seconds(60)
        let unknown = SaleID(number: sale.id.number + 1)

        #expect(board.openSales([sale.id], at: now)?.sales == [sale.id: sale])
        #expect(board.openSales([sale.id], at: now)?.clock == sale.startsAt.adding(seconds: 60))
        #expect(board.openSales([sale.id, unknown], at: now) == nil)
        #expect(board.openSales([sale.id], at: now + SaleBoard.maxAge + .milliseconds(1)) == nil)
        let late = SaleBoard()
        let identity = RecordIdentity(system: 1, timeline: 1)
        late.learn(LiveSales(sales: [sale], now: sale.endsAt, identity: identity), at: now + untilTheEnd)
        #expect(late.openSales([sale.id], at: now + untilTheEnd) == nil)
    }

    /// What a slow answer says of the clock must not spoil what a quick one has said, nor be written down itself.
    @Test func believesQuickAnswersAboutTheClock() {
        let board = SaleBoard()
        let identity = RecordIdentity(system: 1, timeline: 1)
        let start = sale.startsAt.adding(seconds: 60)
        func learn(off wrong: Duration, after: Duration, took: Duration) {
            let live = LiveSales(sales: [sale], now: start.adding(after + wrong), identity: identity)
            board.learn(live, at: now + after - took / 2, answered: now + after + took / 2)
        }

        learn(off: .milliseconds(150), after: .zero, took: .milliseconds(300))
        #expect(board.openSales([sale.id], at: now + .milliseconds(200)) == nil)
        learn(off: .zero, after: .seconds(1), took: .milliseconds(2))
        learn(off: .milliseconds(-90), after: .seconds(2), took: .milliseconds(200))
        #expect(board.openSales([sale.id], at: now + .seconds(3))?.clock == start.adding(seconds: 3))
        #expect(board.recordAge(at: now + .seconds(3)) == .milliseconds(900))
    }

    @Test func picksSoldItemsOut() {
        let board = knowingBoard()
        var facts = CommittedFacts(sale: sale.id, epoch: RecordIdentity(system: 1, timeline: 1).epoch(sale.gateEpoch))
        facts.sold = [2]
        board.learn(facts)
        let items = (1...3).map { ItemKey(sale: sale.id, number: $0) }

        #expect(board.soldItems(among: items) == [items[1]])
    }

    private func knowingBoard() -> SaleBoard {
        let board = SaleBoard()
        let identity = RecordIdentity(system: 1, timeline: 1)
        board.learn(LiveSales(sales: [sale], now: sale.startsAt.adding(seconds: 60), identity: identity), at: now)
        return board
    }

    private func refuses(_ board: SaleBoard, number: Int32) -> Bool {
        let key = ItemKey(sale: sale.id, number: number)
        let advice = board.advice(for: UserID(stored: "anna"), ItemID(generated: key), key, at: now)
        if case .refuse(.userLimit, _) = advice { return true }
        return false
    }
}
