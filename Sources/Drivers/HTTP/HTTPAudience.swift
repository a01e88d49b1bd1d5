import Synchronization

/// How many responses may be fed by broadcasts at a time, and what became of them.
public final class HTTPAudience: Sendable {
    /// Most readers.
    public let limit: Int

    private let seats = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)

    /// An audience of at most `limit` readers.
    public init(limit: Int) { self.limit = limit }

    /// Readers that are there or have a seat.
    public var count: Int { seats.load(ordering: .relaxed) }
    /// Pieces written to readers, counted once for each of them.
    public var sentCount: Int { sent.load(ordering: .relaxed) }
    /// Readers that were dropped because they did not take what was sent.
    public var droppedCount: Int { dropped.load(ordering: .relaxed) }
    /// How often there was no seat.
    public var refusedCount: Int { refused.load(ordering: .relaxed) }

    /// A seat for one more reader; `nil` where all are taken.
    public func admit() -> HTTPSeat? {
        guard seats.add(1, ordering: .relaxed).newValue <= limit else {
            seats.subtract(1, ordering: .relaxed)
            refused.add(1, ordering: .relaxed)
            return nil
        }
        return HTTPSeat(audience: self)
    }

    func left() { seats.subtract(1, ordering: .relaxed) }

    func took(_ pieces: Int) { sent.add(pieces, ordering: .relaxed) }

    func droppedOne() { dropped.add(1, ordering: .relaxed) }
}

/// One reader's place in an audience, which is free again when nobody holds this any more.
public final class HTTPSeat: Sendable {
    let audience: HTTPAudience

    init(audience: HTTPAudience) { self.audience = audience }

    deinit { audience.left() }
}
