import Kernel
import Postgres
import Sales

/// What a sale leaves behind in PostgreSQL, page by page.
public struct PostgresSaleExports: SaleExports {
    private let changes: RecordPool

    /// Exports that are read through the pool of operators' work.
    public init(changes: RecordPool) { self.changes = changes }

    /// Purchased items by number.
    public func purchases(
        of sale: SaleID,
        after cursor: Int32,
        limit: Int
    ) async throws(StoreError) -> [PurchasedItem] {
        try await changes.run { connection in
            let rows = try connection.query(
                Self.listPurchases,
                PostgresParameters { parameters in
                    parameters.int64(sale.number)
                    parameters.int32(cursor)
                    parameters.int32(Int32(clamping: limit))
                },
                within: RecordPool.step
            )
            return try rows.map { row in
                let key = ItemKey(sale: sale, number: try row.int32(0))
                return PurchasedItem(
                    number: key.number,
                    id: ItemID(stored: try row.optionalText(1), key: key),
                    user: UserID(stored: try row.text(2)),
                    code: CheckoutCode(sale: sale, secret: CodeSecret(stored: try row.uuid(3))),
                    purchasedAt: Timestamp(microseconds: try row.timestamp(4))
                )
            }
        }
    }

    /// Attempts in the order of time; no index by sale is kept for it, the range of ids bounds the scan.
    public func attempts(
        of sale: Sale,
        after cursor: UUIDv7?,
        limit: Int
    ) async throws(StoreError) -> [CheckoutAttempt] {
        // Attempts may be named by an instance whose first reading of the clock was a little early.
        let start = cursor ?? UUIDv7.first(at: sale.createdAt.adding(seconds: -60))
        return try await changes.run { connection in
            let rows = try connection.query(
                Self.listAttempts,
                PostgresParameters { parameters in
                    parameters.int64(sale.id.number)
                    parameters.uuid((start.high, start.low))
                    parameters.int32(Int32(clamping: limit))
                },
                within: RecordPool.step
            )
            return try rows.map { try CheckoutAttempt($0, sale: sale.id) }
        }
    }

    private static let listPurchases = PostgresStatement(
        name: "export_purchases",
        """
        SELECT pi.item_no, i.item_id, p.user_id, p.code, p.decided_at
        FROM purchase_items pi
        JOIN purchases p ON p.sale_no = pi.sale_no AND p.code = pi.code
        JOIN items i ON i.sale_no = pi.sale_no AND i.item_no = pi.item_no
        WHERE pi.sale_no = $1::int8 AND pi.item_no > $2::int4
        ORDER BY pi.item_no LIMIT $3::int4
        """
    )

    private static let listAttempts = PostgresStatement(
        name: "export_attempts",
        """
        SELECT attempt_id, item_no, user_id, item_id, code, outcome, attempted_at FROM checkout_attempts
        WHERE sale_no = $1::int8 AND attempt_id > $2::uuid
        ORDER BY attempt_id LIMIT $3::int4
        """
    )
}

extension CheckoutAttempt {
    fileprivate init(_ row: PostgresRow, sale: SaleID) throws(PostgresError) {
        let (high, low) = try row.uuid(0)
        self.init(
            id: UUIDv7(storedHigh: high, low: low),
            userID: UserID(stored: try row.text(2)),
            itemID: ItemID(stored: try row.text(3)),
            item: try row.optionalInt32(1).map { ItemKey(sale: sale, number: $0) },
            code: try row.optionalUUID(4).map { CheckoutCode(sale: sale, secret: CodeSecret(stored: $0)) },
            outcome: try row.text(5),
            attemptedAt: Timestamp(microseconds: try row.timestamp(6))
        )
    }
}
