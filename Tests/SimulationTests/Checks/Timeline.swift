/// What a value was at any time.
struct Timeline<Value: Equatable & Sendable>: Sendable {
    private var entries: [(since: VirtualTime, value: Value)] = []

    /// The value as it is now.
    var last: Value? { entries.last?.value }

    mutating func note(_ value: Value, at time: VirtualTime) {
        if entries.last?.value != value { entries.append((time, value)) }
    }

    /// Whether it satisfied `condition` at some moment of the span, ends included.
    ///
    /// `condition` is given the value with the part of the span in which it was in force.
    func satisfied(
        from start: VirtualTime,
        to end: VirtualTime,
        _ condition: (Value, _ from: VirtualTime, _ to: VirtualTime) -> Bool
    ) -> Bool {
        for (index, entry) in entries.enumerated() {
            let until = index + 1 < entries.count ? entries[index + 1].since : end
            guard entry.since <= end, until >= start else { continue }
            if condition(entry.value, max(entry.since, start), min(until, end)) { return true }
        }
        return false
    }
}
