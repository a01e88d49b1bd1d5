import Kernel

/// The opaque token that a purchase presents: `CHK-<sale id>-<24 unguessable characters>`, 41 characters.
///
/// It names its sale, so that every lookup knows the sale number. One code has one text: what reads writes the same.
public struct CheckoutCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most characters that a code may have at the door.
    public static let maxLength = 64
    /// How many bytes the text form has.
    public static let textLength = 41

    private static let prefix = Array("CHK-S-".utf8)

    /// The sale it belongs to.
    public let sale: SaleID
    /// What cannot be guessed.
    public let secret: CodeSecret

    /// The code of a sale and a secret.
    public init(sale: SaleID, secret: CodeSecret) {
        self.sale = sale
        self.secret = secret
    }

    /// Reads what a client presents; `nil` where no code can have that form.
    ///
    /// - Throws: ``InvalidText`` when it is empty, longer than ``maxLength`` or holds NUL.
    public static func read(_ string: String) throws(InvalidText) -> CheckoutCode? {
        try InvalidText.check(string, limit: maxLength)
        var string = string
        return string.withUTF8 { bytes in
            guard bytes.count == textLength, bytes[..<6].elementsEqual(prefix), bytes[16] == UInt8(ascii: "-"),
                let sale = SaleID(digits: bytes[6..<16]), let secret = CodeSecret(digits: bytes[17...])
            else { return nil }
            return CheckoutCode(sale: sale, secret: secret)
        }
    }

    /// The text form.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { buffer in
            write(into: buffer)
            return Self.textLength
        }
    }

    /// Writes what ``description`` gives to the first ``textLength`` bytes of `buffer`.
    public func write(into buffer: UnsafeMutableBufferPointer<UInt8>) {
        _ = buffer.update(fromContentsOf: "CHK-S-##########-########################".utf8)
        CrockfordBase32.write(UInt64(bitPattern: sale.number), digits: 10, to: buffer, at: 6)
        CrockfordBase32.write(secret.high, digits: 12, to: buffer, at: 17)
        CrockfordBase32.write(secret.low, digits: 12, to: buffer, at: 29)
    }

    /// Orders by sale, then by secret.
    public static func < (left: Self, right: Self) -> Bool {
        (left.sale.number, left.secret.high, left.secret.low) < (right.sale.number, right.secret.high, right.secret.low)
    }
}

/// The unguessable part of a code: 48 bits of time and 72 bits of the system's generator, kept in 16 bytes.
///
/// Time comes first, so that codes of the same hour lie next to each other in the record's indexes: random ones cost
/// 2.4 times as much to insert. 72 random bits are beyond guessing (OWASP asks for 64 in a session's identifier).
public struct CodeSecret: Hashable, Sendable {
    private static let mask: UInt64 = (1 << 60) - 1

    /// The first 60 bits.
    public let high: UInt64
    /// The last 60 bits.
    public let low: UInt64

    /// Draws a fresh secret at about the given time.
    public init(at time: Timestamp, from random: any RandomSource) {
        high = (UInt64(clamping: time.milliseconds) << 12 | random.next() & 0xFFF) & Self.mask
        low = random.next() & Self.mask
    }

    /// Takes a secret back from storage.
    public init(storedHigh high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init?(digits: Slice<UnsafeBufferPointer<UInt8>>) {
        guard digits.count == 24, let high = CrockfordBase32.decode(digits.prefix(12)),
            let low = CrockfordBase32.decode(digits.dropFirst(12))
        else { return nil }
        self.high = high
        self.low = low
    }

    var digits: String { CrockfordBase32.encode(high, digits: 12) + CrockfordBase32.encode(low, digits: 12) }
}
