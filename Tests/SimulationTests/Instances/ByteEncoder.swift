import Kernel
import Sales

/// Renders an outcome to bytes that a check can read: items bought, items lost, and when it was decided.
struct ByteEncoder: OutcomeEncoder {
    func encode(_ purchase: Purchase) -> StoredOutcome {
        let bought = purchase.items.map { UInt8(truncatingIfNeeded: $0.key.number) }
        let time = UInt64(bitPattern: purchase.decidedAt.microseconds)
        let clock = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: time >> UInt64($0)) }
        return StoredOutcome(
            status: bought.isEmpty ? 409 : 200,
            body: [UInt8(bought.count), UInt8(purchase.failures.count)] + bought + clock
        )
    }
}

extension StoredOutcome {
    /// The numbers of the items bought.
    var bought: [Int32] { body.dropFirst(2).prefix(Int(body.first ?? 0)).map { Int32($0) } }

    /// How many items of the code were not bought.
    var lostCount: Int { Int(body.dropFirst().first ?? 0) }
}
