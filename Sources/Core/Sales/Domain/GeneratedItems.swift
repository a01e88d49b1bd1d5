import Kernel

/// Makes up believable items: a name, a price and a picture for each number of a sale.
///
/// The same sale and number always give the same item, so that a repeated preparation makes the same stock.
public enum GeneratedItems {
    private static let makers = [
        "Aurora", "Birchwood", "Calla", "Dovetail", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper",
        "Kestrel", "Lumen", "Meridian", "Nimbus", "Orchard", "Pinnacle", "Quarry", "Ridgeline", "Solstice", "Tundra",
    ]
    private static let styles = [
        "Classic", "Compact", "Everyday", "Featherlight", "Foldable", "Heritage", "Limited", "Mini", "Modern", "Pro",
        "Signature", "Slim", "Studio", "Travel", "Ultra", "Vintage",
    ]
    // A product with the range of its price in whole euros.
    private static let products: [(name: String, from: Int64, to: Int64)] = [
        ("Backpack", 39, 149), ("Bluetooth Speaker", 29, 199), ("Chef's Knife", 25, 140), ("Coffee Grinder", 35, 180),
        ("Desk Lamp", 24, 119), ("Down Jacket", 79, 320), ("E-Reader", 89, 249), ("Espresso Machine", 149, 699),
        ("Fitness Tracker", 45, 189), ("Headphones", 49, 379), ("Hiking Boots", 69, 229), ("Instant Camera", 69, 159),
        ("Mechanical Keyboard", 59, 219), ("Portable Charger", 19, 89), ("Rain Coat", 45, 190),
        ("Running Shoes", 59, 189),
        ("Smart Watch", 129, 449), ("Sunglasses", 29, 169), ("Water Bottle", 14, 49), ("Yoga Mat", 19, 95),
    ]

    /// The item of a key.
    public static func item(_ key: ItemKey) -> ItemDraft {
        var dice = Dice(state: UInt64(bitPattern: key.sale.number) &* 0x9e37_79b9 ^ UInt64(key.number))
        let product = products[dice.roll(products.count)]
        let name = "\(makers[dice.roll(makers.count)]) \(styles[dice.roll(styles.count)]) \(product.name)"
        let euros = product.from + Int64(dice.roll(Int(product.to - product.from + 1)))
        return ItemDraft(
            id: nil,
            name: name,
            imageURL: imageURL(ItemID(generated: key)),
            price: Money(amountMinor: euros * 100 - 1, currency: "EUR")
        )
    }

    /// Where the service serves the picture of an item that has none of its own: one segment of a path, whatever the id.
    public static func imageURL(_ id: ItemID) -> String {
        let digits = Array("0123456789ABCDEF")
        let segment = id.description.utf8.reduce(into: "") { segment, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                segment += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return "/images/\(segment).svg"
    }

    /// SplitMix64 (Steele, Lea and Flood 2014): even enough for names, and the same everywhere.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((mixed ^ (mixed >> 31)) % UInt64(sides))
        }
    }
}
