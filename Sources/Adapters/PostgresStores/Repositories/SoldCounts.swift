import Kernel
import Sales
import Synchronization

/// How many units of each sale are sold, counted at most about once a second.
///
/// Totals are counted, never kept in a row that every batch would have to write. While one caller counts, the others
/// take the last figure. A count that takes long is repeated less often; that of a sale that is over seldom.
final class SoldCounts: Sendable {
    private struct Entry {
        var count: Int
        var goodUntil: Instant
        var isBeingCounted: Bool
    }

    private static let capacity = 10_000
    private let entries = Mutex<[SaleID: Entry]>([:])

    /// The count of `sale`, taken by `counting` where the last one is too old.
    func count(
        of sale: Sale,
        at clock: Timestamp,
        counting: () async throws(StoreError) -> Int
    ) async throws(StoreError) -> Int {
        if let known = take(sale.id) { return known }
        let start = Instant.now
        do throws(StoreError) {
            let count = try await counting()
            let took = Instant.now - start
            let age = sale.isOver(at: clock) ? Duration.seconds(60) : max(.milliseconds(500), took * 20)
            entries.withLock { entries in
                if entries.count >= Self.capacity { entries.removeAll() }
                entries[sale.id] = Entry(count: count, goodUntil: .now + age, isBeingCounted: false)
            }
            return count
        } catch {
            entries.withLock { $0[sale.id]?.isBeingCounted = false }
            throw error
        }
    }

    private func take(_ sale: SaleID) -> Int? {
        entries.withLock { entries in
            guard let entry = entries[sale] else { return nil }
            if entry.goodUntil > .now || entry.isBeingCounted { return entry.count }
            entries[sale]?.isBeingCounted = true
            return nil
        }
    }
}
