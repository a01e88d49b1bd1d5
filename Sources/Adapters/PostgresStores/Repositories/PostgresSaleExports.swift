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

    // The lateral look-ups with OFFSET 0 keep each join a look-up by its whole key: what the planner knows of a table
    // with a long history says nothing about a new sale, and it then compares thousands of rows with thousands.
    private static let listPurchases = PostgresStatement(
        name: "export_purchases",
        """
        SELECT i.item_no, i.item_id, p.user_id, p.code, p.decided_at
        FROM items i, LATERAL (
            SELECT * FROM purchases p WHERE p.sale_no = i.sale_no AND p.code = i.sold_code OFFSET 0
        ) AS p
        WHERE i.sale_no = $1::int8 AND i.item_no > $2::int4 AND i.sold
        ORDER BY i.item_no LIMIT $3::int4
        """
    )

    private static let listAttempts = PostgresStatement(
        name: "export_attempts",
        """
        SELECT a.attempt_id, a.item_no, a.user_id, coalesce(a.item_id, i.item_id), a.code, a.outcome, a.attempted_at
        FROM (
            SELECT * FROM checkout_attempts WHERE sale_no = $1::int8 AND attempt_id > $2::uuid
            ORDER BY attempt_id LIMIT $3::int4
        ) AS a LEFT JOIN LATERAL (
            SELECT i.item_id FROM items i WHERE i.sale_no = a.sale_no AND i.item_no = a.item_no OFFSET 0
        ) AS i ON true
        ORDER BY a.attempt_id
        """
    )
}

extension CheckoutAttempt {
    fileprivate init(_ row: PostgresRow, sale: SaleID) throws(PostgresError) {
        let (high, low) = try row.uuid(0)
        let item = try row.optionalInt32(1).map { ItemKey(sale: sale, number: $0) }
        let itemID =
            if let item { ItemID(stored: try row.optionalText(3), key: item) } else { ItemID(stored: try row.text(3)) }
        self.init(
            id: UUIDv7(storedHigh: high, low: low),
            userID: UserID(stored: try row.text(2)),
            itemID: itemID,
            item: item,
            code: try row.optionalUUID(4).map { CheckoutCode(sale: sale, secret: CodeSecret(stored: $0)) },
            outcome: try row.text(5),
            attemptedAt: Timestamp(microseconds: try row.timestamp(6))
        )
    }
}
