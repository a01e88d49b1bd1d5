import NIOCore

/// The readers of one broadcast on one event loop; touched on that loop only.
final class BroadcastReaders {
    /// So many are written to at a time; then requests have their turn.
    private static let sliceSize = 64
    private static let pause = TimeAmount.microseconds(500)

    let broadcast: HTTPBroadcast
    private let eventLoop: any EventLoop
    private var connections: [HTTPConnection] = []
    /// Those from here on have had what there was when their turn came; 0 between rounds.
    private var cursor = 0
    /// Something came during a round.
    private var isDue = false

    init(broadcast: HTTPBroadcast, eventLoop: any EventLoop) {
        self.broadcast = broadcast
        self.eventLoop = eventLoop
    }

    var isEmpty: Bool { connections.isEmpty }

    /// - Returns: its position.
    func add(_ connection: HTTPConnection) -> Int {
        connections.append(connection)
        return connections.count - 1
    }

    /// Takes a reader out by moving the last one to its place.
    func remove(at slot: Int) {
        let last = connections.removeLast()
        guard slot < connections.count else { return }
        connections[slot] = last
        last.following?.slot = slot
    }

    /// Begins a round in which every reader is sent what it lacks.
    func deliver() {
        guard cursor == 0 else { return isDue = true }
        cursor = connections.count
        deliverSlice()
    }

    /// From the last to the first: whoever moves to the place of one that goes has had its turn.
    private func deliverSlice() {
        let content = broadcast.content
        let end = max(0, cursor - Self.sliceSize)
        while cursor > end {
            cursor -= 1
            if cursor < connections.count { connections[cursor].catchUp(with: content) }
        }
        if cursor > 0 {
            eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { self.deliverSlice() }
        } else if isDue {
            isDue = false
            deliver()
        }
    }
}
