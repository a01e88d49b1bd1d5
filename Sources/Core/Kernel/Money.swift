/// An amount in the minor unit of a currency: 1999 and "EUR" are 19.99 euros.
public struct Money: Hashable, Sendable {
    /// The amount in minor units, never negative for a price.
    public let amountMinor: Int64
    /// The ISO 4217 code: three capital letters.
    public let currency: String

    /// Wraps an amount and its currency as they are.
    public init(amountMinor: Int64, currency: String) {
        self.amountMinor = amountMinor
        self.currency = currency
    }

    /// Whether `currency` has the form of an ISO 4217 code.
    public static func isCurrencyCode(_ currency: String) -> Bool {
        currency.utf8.count == 3 && currency.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    }
}
