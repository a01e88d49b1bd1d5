import Kernel
import Sales

/// The way from an instance's writer to the record: where answers get lost.
public protocol RecordLink: Sendable {
    /// Opens a connection where there is none; `false` when the record is away.
    func connect() async -> Bool

    /// Performs the first flush; `nil` when the link broke before its answer.
    func read<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer?

    /// Performs the deciding flush; `nil` when its answer was lost: it was performed, never will be, or yet will be.
    func flush(_ body: @escaping @Sendable () -> FlushAnswer) async -> FlushAnswer?
}

/// What an instance's batches tell: its board and the gate.
public struct InMemoryKnowledge: Sendable {
    let board: SaleBoard
    let gate: any CheckoutGate
    let time: any TimeSource

    /// Tells the board and the gate.
    public init(board: SaleBoard, gate: any CheckoutGate, time: any TimeSource) {
        self.board = board
        self.gate = gate
        self.time = time
    }

    func learn(_ sales: [SaleID: Sale], at now: Timestamp, _ identity: RecordIdentity, items: [ItemID: ItemKey] = [:]) {
        board.learn(sales.values, clock: now, identity: identity, items: items, at: time.now)
    }

    func publish(_ facts: [CommittedFacts]) {
        for entry in facts { board.learn(entry) }
        gate.observe(facts)
    }
}
