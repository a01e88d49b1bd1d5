import Kernel
import Sales

/// Writes what a sale leaves behind, page by page, in bounded memory.
public struct SaleExport: Sendable {
    /// What is exported.
    public enum Content: String, Sendable, CaseIterable {
        /// One row a purchased item: `sale_id,item_id,user_id,code,purchased_at`.
        case purchases
        /// One row a checkout attempt: `sale_id,user_id,item_id,code,outcome,attempted_at`.
        case attempts
    }

    private static let pageSize = 2000

    private let exports: any SaleExports
    private let sale: Sale
    private let format: LineFormat

    /// An export of one sale.
    public init(exports: any SaleExports, sale: Sale, format: LineFormat) {
        self.exports = exports
        self.sale = sale
        self.format = format
    }

    /// Writes everything to `sink`, a page of so many rows at a time.
    ///
    /// - Throws: `StoreError` when the record is away in the middle, or what the sink throws.
    public func write(_ content: Content, to sink: ([UInt8], _ rows: Int) async throws -> Void) async throws {
        switch content {
        case .purchases: try await writePurchases(to: sink)
        case .attempts: try await writeAttempts(to: sink)
        }
    }

    private func writePurchases(to sink: ([UInt8], _ rows: Int) async throws -> Void) async throws {
        var lines = LineWriter(format: format, columns: ["sale_id", "item_id", "user_id", "code", "purchased_at"])
        var cursor: Int32? = 0
        while let after = cursor {
            let page = try await exports.purchases(of: sale.id, after: after, limit: Self.pageSize)
            for row in page {
                lines.append([
                    sale.id.description, row.id.description, row.user.description, row.code.description,
                    row.purchasedAt.description,
                ])
            }
            try await sink(lines.take(), page.count)
            cursor = page.count == Self.pageSize ? page.last?.number : nil
        }
    }

    private func writeAttempts(to sink: ([UInt8], _ rows: Int) async throws -> Void) async throws {
        let columns = ["sale_id", "user_id", "item_id", "code", "outcome", "attempted_at"]
        var lines = LineWriter(format: format, columns: columns)
        var cursor: UUIDv7?
        repeat {
            let page = try await exports.attempts(of: sale, after: cursor, limit: Self.pageSize)
            for row in page {
                lines.append([
                    sale.id.description, row.userID.description, row.itemID.description, row.code?.description,
                    row.outcome, row.attemptedAt.description,
                ])
            }
            try await sink(lines.take(), page.count)
            cursor = page.count == Self.pageSize ? page.last?.id : nil
        } while cursor != nil
    }
}
