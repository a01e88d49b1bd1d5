/// What is to be called when, in the order of time and then of insertion: a binary heap.
struct Timers {
    private struct Entry {
        let time: VirtualTime
        let order: Int
        let body: @Sendable () -> Void

        func isBefore(_ other: Entry) -> Bool {
            time == other.time ? order < other.order : time < other.time
        }
    }

    private var heap: [Entry] = []
    private var inserted = 0

    mutating func insert(_ body: @escaping @Sendable () -> Void, at time: VirtualTime) {
        inserted += 1
        heap.append(Entry(time: time, order: inserted, body: body))
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> (time: VirtualTime, body: @Sendable () -> Void)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.body)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
