import Kernel

/// The opaque token that a purchase presents: `CHK-<sale id>-<24 unguessable characters>`, 41 characters.
///
/// 120 random bits; it names its sale, so that every lookup knows the sale number. Compared byte for byte.
public struct CheckoutCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most characters that a code may have at the door.
    public static let maxLength = 64

    /// The code as the client presents it.
    public let text: ExactText
    /// The sale it belongs to.
    public let sale: SaleID

    /// The code of a sale and a secret.
    public init(sale: SaleID, secret: CodeSecret) {
        self.sale = sale
        text = ExactText("CHK-S-\(sale.digits)-\(secret.digits)")
    }

    /// Takes a code back from storage.
    public init(stored string: String, sale: SaleID) {
        text = ExactText(string)
        self.sale = sale
    }

    /// Reads what a client presents; `nil` where no code can have that form.
    /// - Throws: ``InvalidText`` when it is empty, longer than ``maxLength`` or holds NUL.
    public static func read(_ string: String) throws(InvalidText) -> CheckoutCode? {
        try InvalidText.check(string, limit: maxLength)
        let bytes = string.utf8
        guard bytes.count == 41, bytes.starts(with: "CHK-S-".utf8), bytes.dropFirst(16).first == UInt8(ascii: "-"),
            let sale = SaleID(digits: bytes.dropFirst(6).prefix(10))
        else { return nil }
        return CheckoutCode(stored: string, sale: sale)
    }

    /// The text form.
    public var description: String { text.string }

    /// Whether both are the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }
    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// The unguessable part of a code: 120 bits of the system's generator.
public struct CodeSecret: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Draws a fresh secret.
    public init(from random: any RandomSource) {
        high = random.next()
        low = random.next()
    }

    var digits: String { CrockfordBase32.encode(high, digits: 12) + CrockfordBase32.encode(low, digits: 12) }
}
