/// Remembers which item an imported id names, for the most recently used ids.
///
/// An id names its item for ever, so forgetting is the only change. Two generations bound it: when the young one is
/// full it becomes the old one, and the old one is forgotten.
struct ItemDirectory {
    private let capacity: Int
    private var young: [ItemID: ItemKey] = [:]
    private var old: [ItemID: ItemKey] = [:]

    init(capacity: Int = 100_000) { self.capacity = capacity }

    subscript(id: ItemID) -> ItemKey? { young[id] ?? old[id] }

    mutating func insert(_ id: ItemID, _ key: ItemKey) {
        if young[id] != nil { return }
        if young.count >= capacity / 2 {
            old = young
            young = [:]
        }
        young[id] = key
    }
}
