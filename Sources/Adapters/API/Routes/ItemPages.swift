import Kernel
import Sales
import Synchronization

/// Pages of item lists, rendered at most every quarter of a second each, whoever asks.
///
/// At the opening of a sale thousands of shoppers read the same pages. While one caller reads, the others take the
/// last page; bounded, and forgotten as a whole when full.
final class ItemPages: Sendable {
    static let maxAge = Duration.milliseconds(250)
    private static let capacity = 256

    private struct Key: Hashable {
        let sale: SaleID
        let cursor: Int32
        let limit: Int
        let available: Bool
    }

    private struct Entry {
        var page: ItemPage
        var goodUntil: Instant
        var isBeingRead = false
    }

    private let repository: any SaleRepository
    private let time: any TimeSource
    private let entries = Mutex<[Key: Entry]>([:])

    init(repository: any SaleRepository, time: any TimeSource = SystemTimeSource()) {
        self.repository = repository
        self.time = time
    }

    /// A page of the sale's items; `nil` where there is no such sale.
    func page(
        of sale: SaleID,
        after cursor: Int32,
        _ limit: Int,
        _ available: Bool,
        by deadline: Instant
    ) async throws(StoreError) -> ItemPage? {
        let key = Key(sale: sale, cursor: cursor, limit: limit, available: available)
        if let page = take(key) { return page }
        do throws(StoreError) {
            let items = try await repository.items(
                of: sale,
                after: cursor,
                limit: limit,
                available: available,
                by: deadline
            )
            guard try await exists(sale, items, by: deadline) else { return nil }
            let next = items.count == limit ? items.last.map { String($0.item.key.number) } : nil
            let page = ItemPage(items, nextCursor: next)
            entries.withLock { entries in
                if entries.count >= Self.capacity { entries.removeAll() }
                entries[key] = Entry(page: page, goodUntil: time.now + Self.maxAge)
            }
            return page
        } catch {
            entries.withLock { $0[key]?.isBeingRead = false }
            throw error
        }
    }

    private func take(_ key: Key) -> ItemPage? {
        entries.withLock { entries in
            guard let entry = entries[key] else { return nil }
            if entry.goodUntil > time.now || entry.isBeingRead { return entry.page }
            entries[key]?.isBeingRead = true
            return nil
        }
    }

    /// A sale that was there once is there for ever; only an empty page needs the question.
    private func exists(
        _ sale: SaleID,
        _ items: [ListedItem],
        by deadline: Instant
    ) async throws(StoreError) -> Bool {
        if !items.isEmpty { return true }
        return try await repository.sale(sale, by: deadline) != nil
    }
}
