import Kernel
import Sales

/// Where batches tell what they learnt: sales and clock with every read, facts after every confirmed commit.
public struct BatchKnowledge: Sendable {
    private let board: SaleBoard
    private let time: any TimeSource
    private let gate: any CheckoutGate
    /// What the batches left on record; `nil` where each is to read first.
    let memory: BatchMemory?

    /// Tells the instance's board and the gate; with `remembers`, batches also tell each other.
    public init(board: SaleBoard, gate: any CheckoutGate, time: any TimeSource, remembers: Bool = true) {
        self.board = board
        self.gate = gate
        self.time = time
        memory = remembers ? BatchMemory() : nil
    }

    func learn(
        _ sales: some Sequence<Sale>,
        clock: Timestamp,
        identity: RecordIdentity,
        items: [ItemID: ItemKey],
        asked: Instant
    ) {
        board.learn(sales, clock: clock, identity: identity, items: items, asked: asked, at: time.now)
    }

    func publish(_ facts: [CommittedFacts]) {
        for entry in facts { board.learn(entry) }
        gate.observe(facts)
    }

    var now: Instant { time.now }

    func item(of id: ItemID) -> ItemKey? { board.item(of: id) }

    func openSales(_ ids: Set<SaleID>) -> (clock: Timestamp, sales: [SaleID: Sale])? {
        board.openSales(ids, at: time.now)
    }

    func soldItems(among items: some Sequence<ItemKey>) -> Set<ItemKey> { board.soldItems(among: items) }
}
