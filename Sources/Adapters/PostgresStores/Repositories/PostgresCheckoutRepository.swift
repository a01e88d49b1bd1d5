import Kernel
import Postgres
import Sales

/// Checkouts and outcomes on record in PostgreSQL, read from the primary.
public struct PostgresCheckoutRepository: CheckoutRepository {
    private let reads: RecordPool

    /// Checkouts that are read through the given pool.
    public init(reads: RecordPool) { self.reads = reads }

    /// The checkout of a code, in one statement.
    public func checkout(_ code: CheckoutCode) async throws(StoreError) -> Checkout? {
        try await reads.run { connection in
            let rows = try connection.query(Self.findCheckout, Self.parameters(code), within: .seconds(2))
            guard let head = rows.first else { return nil }
            var items: [ItemID] = []
            for row in rows {
                guard let number = try row.optionalInt32(3) else { continue }
                let key = ItemKey(sale: code.sale, number: number)
                items.append(ItemID(stored: try row.optionalText(4), key: key))
            }
            return Checkout(
                code: code,
                userID: UserID(stored: try head.text(0)),
                status: try head.bool(1) ? .open : .completed,
                items: items,
                saleEndsAt: Timestamp(microseconds: try head.timestamp(2))
            )
        }
    }

    /// The outcome of a code.
    public func outcome(_ code: CheckoutCode) async throws(StoreError) -> StoredOutcome? {
        try await reads.run { connection in
            let rows = try connection.query(Self.findOutcome, Self.parameters(code), within: .seconds(2))
            return try rows.first.map { StoredOutcome(status: try $0.int16(0), body: try $0.bytes(1)) }
        }
    }

    private static func parameters(_ code: CheckoutCode) -> PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64(code.sale.number)
            parameters.uuid(code.secret.uuid)
        }
    }

    private static let findCheckout = PostgresStatement(
        name: "find_checkout",
        """
        SELECT c.user_id, b.open_code IS NOT DISTINCT FROM c.code, s.ends_at, ci.item_no, i.item_id
        FROM checkouts c
        JOIN sales s ON s.sale_no = c.sale_no
        JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
        LEFT JOIN checkout_items ci ON ci.sale_no = c.sale_no AND ci.code = c.code AND ci.removed_at IS NULL
        LEFT JOIN items i ON i.sale_no = ci.sale_no AND i.item_no = ci.item_no
        WHERE c.sale_no = $1::int8 AND c.code = $2::uuid
        ORDER BY ci.added_ver, ci.item_no
        """
    )

    private static let findOutcome = PostgresStatement(
        name: "find_outcome",
        "SELECT status, body FROM purchases WHERE sale_no = $1::int8 AND code = $2::uuid"
    )
}
