import Kernel

/// Names a sale: a number inside, `S-` and ten base-32 digits at the door, one to one.
public struct SaleID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number that leads every key of the sale's rows: 1 to 2⁵⁰ − 1.
    public let number: Int64

    /// The sale of a number that the record gave out.
    public init(number: Int64) {
        precondition((0..<1 << 50).contains(number), "a sale number has at most 50 bits")
        self.number = number
    }

    /// Reads the text form; `nil` where no sale can have that name.
    public init?(_ text: String) {
        var text = text
        let sale = text.withUTF8 { bytes -> SaleID? in
            guard bytes.count == 12, bytes[0] == UInt8(ascii: "S"), bytes[1] == UInt8(ascii: "-") else { return nil }
            return SaleID(digits: bytes[2...])
        }
        guard let sale else { return nil }
        self = sale
    }

    init?(digits: Slice<UnsafeBufferPointer<UInt8>>) {
        guard digits.count == 10, let number = CrockfordBase32.decode(digits) else { return nil }
        self.number = Int64(number)
    }

    /// The ten digits without the prefix; part of codes and of generated item ids.
    var digits: String { CrockfordBase32.encode(UInt64(number), digits: 10) }

    /// The text form.
    public var description: String {
        String(unsafeUninitializedCapacity: 12) { buffer in
            buffer[0] = UInt8(ascii: "S")
            buffer[1] = UInt8(ascii: "-")
            CrockfordBase32.write(UInt64(number), digits: 10, to: buffer, at: 2)
            return 12
        }
    }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
