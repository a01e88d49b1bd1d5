import Kernel

/// One sellable unit.
public struct Item: Hashable, Sendable {
    /// Its name inside.
    public let key: ItemKey
    /// Its name at the door.
    public let id: ItemID
    /// For people.
    public let name: String
    /// A URI reference to a picture.
    public let imageURL: String
    /// What it costs.
    public let price: Money

    /// Puts an item together from its parts.
    public init(key: ItemKey, id: ItemID, name: String, imageURL: String, price: Money) {
        self.key = key
        self.id = id
        self.name = name
        self.imageURL = imageURL
        self.price = price
    }
}

/// An item with whether it is sold, as item lists show it.
public struct ListedItem: Hashable, Sendable {
    /// The item.
    public let item: Item
    /// Whether it was sold when the list was read.
    public let isSold: Bool

    /// Puts an item and its state together.
    public init(item: Item, isSold: Bool) {
        self.item = item
        self.isSold = isSold
    }
}

/// An item that an operator brings along, before it has a number.
public struct ItemDraft: Hashable, Sendable {
    /// Its name at the door, or `nil` for a generated one.
    public let id: ItemID?
    /// For people: 1 to 255 Unicode scalars.
    public let name: String
    /// A URI reference to a picture.
    public let imageURL: String
    /// What it costs.
    public let price: Money

    /// Puts a draft together from its parts.
    public init(id: ItemID?, name: String, imageURL: String, price: Money) {
        self.id = id
        self.name = name
        self.imageURL = imageURL
        self.price = price
    }
}
