import Kernel

/// The sold items of a sale as the record has them: a bit an item with a generated id, which tells its id by itself,
/// and number and id of imported ones.
public struct SoldItems: Sendable {
    /// All of them by number.
    public private(set) var units = SoldUnits()
    private var generated = SoldUnits()
    private var imported: [ItemID] = []

    /// No item is sold.
    public init() {}

    /// How many they are.
    public var count: Int { units.count }

    /// Adds an item, which must not be among them; an imported one with its id.
    public mutating func insert(_ number: Int32, importedID: ItemID? = nil) {
        units.insert(number)
        if let importedID { imported.append(importedID) } else { generated.insert(number) }
    }

    /// The filter over the bytes of their ids, sized for a sale of `capacity` items.
    public func filter(of sale: SaleID, capacity: Int) -> BloomFilter {
        var bloom = BloomFilter(capacity: capacity)
        ItemID.forEachGenerated(generated.numbers, of: sale) { bloom.insert($0) }
        for id in imported { bloom.insert(id.text.string.utf8) }
        return bloom
    }
}
