/// One direction of a proxied connection: bytes with the time at which each may arrive.
struct ProxiedStream {
    /// No more is read while so much is under way.
    private static let maxBytes = 1 << 20

    let direction: NetworkConditions.Directions
    private var pieces: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []
    private var byteCount = 0
    private var lastDue = ContinuousClock.now
    /// Whether a byte has vanished; then all that follow do.
    private(set) var isBroken = false

    init(_ direction: NetworkConditions.Directions) { self.direction = direction }

    var canTake: Bool { byteCount < Self.maxBytes }
    var isEmpty: Bool { pieces.isEmpty }

    /// When the next bytes arrive, unless they are held.
    func nextDue(under conditions: NetworkConditions) -> ContinuousClock.Instant? {
        conditions.holding.contains(direction) ? nil : pieces.first?.due
    }

    /// Sends bytes on their way, or into nothing; returns whether the network is bad for them.
    mutating func take(_ bytes: [UInt8], under conditions: NetworkConditions, now: ContinuousClock.Instant) -> Bool {
        if conditions.losing.contains(direction) { isBroken = true }
        guard !isBroken else { return true }
        byteCount += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(conditions.sliceBytes ?? rest.count))
            rest = rest.dropFirst(piece.count)
            var due = now + conditions.latency
            if conditions.jitter > .zero { due += conditions.jitter * Double.random(in: 0..<1) }
            if let rate = conditions.bytesPerSecond {
                due = max(due, lastDue + .microseconds(Int64(piece.count) * 1_000_000 / Int64(rate)))
            }
            lastDue = max(due, lastDue)
            pieces.append((lastDue, piece))
        }
        return conditions.isSlow || conditions.holding.contains(direction)
    }

    /// The next bytes that have arrived.
    mutating func arrived(under conditions: NetworkConditions, now: ContinuousClock.Instant) -> [UInt8]? {
        guard let due = nextDue(under: conditions), due <= now else { return nil }
        let bytes = pieces.removeFirst().bytes
        byteCount -= bytes.count
        return bytes
    }
}
