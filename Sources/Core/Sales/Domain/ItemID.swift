import Kernel

/// Names an item at the door: opaque, 1 to 255 Unicode scalars, unique over all sales, compared byte for byte.
public struct ItemID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most Unicode scalars an identifier has.
    public static let maxLength = 255

    /// The identifier as the client wrote it.
    public let text: ExactText

    /// Takes an identifier from outside.
    /// - Throws: ``InvalidText`` when it is empty, too long or holds NUL.
    public init(_ string: String) throws(InvalidText) {
        try InvalidText.check(string, limit: Self.maxLength)
        text = ExactText(string)
    }

    /// Takes an identifier back from storage.
    public init(stored string: String) { text = ExactText(string) }

    /// The identifier of a generated item, which carries its sale and number: `I-0000000001-42`.
    public init(generated key: ItemKey) {
        let text = String(unsafeUninitializedCapacity: 23) { buffer in
            buffer[0] = UInt8(ascii: "I")
            buffer[1] = UInt8(ascii: "-")
            CrockfordBase32.write(UInt64(key.sale.number), digits: 10, to: buffer, at: 2)
            buffer[12] = UInt8(ascii: "-")
            return DecimalDigits.write(key.number.magnitude, to: buffer, at: 13)
        }
        self.text = ExactText(text)
    }

    /// The sale and number that a generated identifier carries; `nil` for an imported one.
    ///
    /// Only the canonical form counts, so one item has one name. Says nothing about whether the item exists.
    public var generatedKey: ItemKey? {
        var text = text.string
        return text.withUTF8 { bytes in
            guard (14...22).contains(bytes.count), bytes[0] == UInt8(ascii: "I"), bytes[1] == UInt8(ascii: "-"),
                bytes[12] == UInt8(ascii: "-"), let sale = SaleID(digits: bytes[2..<12]),
                let number = Self.canonicalNumber(bytes[13...])
            else { return nil }
            return ItemKey(sale: sale, number: number)
        }
    }

    /// Calls `body` with the bytes of each generated identifier of a sale; a million allocate nothing.
    static func forEachGenerated(_ numbers: some Sequence<Int32>, of sale: SaleID, _ body: ([UInt8]) -> Void) {
        var bytes = Array(beginning(of: sale).utf8)
        let length = bytes.count
        for number in numbers {
            bytes.removeSubrange(length...)
            bytes.append(contentsOf: String(number).utf8)
            body(bytes)
        }
    }

    private static func beginning(of sale: SaleID) -> String { "I-\(sale.digits)-" }

    private static func canonicalNumber(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int32? {
        guard let first = digits.first, first != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return Int32(exactly: value)
    }

    /// The text form.
    public var description: String { text.string }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// Names an item inside: its sale, and its number from 1 within the sale.
public struct ItemKey: Hashable, Comparable, Sendable {
    /// The sale whose stock it is part of.
    public let sale: SaleID
    /// From 1, without gaps.
    public let number: Int32

    /// The item of a sale and a number.
    public init(sale: SaleID, number: Int32) {
        self.sale = sale
        self.number = number
    }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { (left.sale, left.number) < (right.sale, right.number) }
}
