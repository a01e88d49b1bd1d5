import Kernel
import Postgres
import Sales

/// Checkouts and outcomes on record in PostgreSQL, read from the primary.
public struct PostgresCheckoutRepository: CheckoutRepository {
    private let reads: RecordPool

    /// Checkouts that are read through the given pool.
    public init(reads: RecordPool) { self.reads = reads }

    /// The checkout of a code, in one statement.
    public func checkout(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> Checkout? {
        try await reads.run(by: deadline) { connection in
            let rows = try connection.query(Self.findCheckout, Self.parameters(code), within: .seconds(2))
            guard let head = rows.first else { return nil }
            return Checkout(
                code: code,
                userID: UserID(stored: try head.text(0)),
                status: try head.bool(1) ? .open : .completed,
                items: try [CartItem](head, from: 3, sale: code.sale).map(\.id),
                saleEndsAt: Timestamp(microseconds: try head.timestamp(2))
            )
        }
    }

    /// The outcome of a code.
    public func outcome(_ code: CheckoutCode, by deadline: Instant) async throws(StoreError) -> StoredOutcome? {
        try await reads.run(by: deadline) { connection in
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
        SELECT r.user_id, r.is_open, r.ends_at, r.cart, \(CheckoutStatements.itemIDs(of: "r.cart", sale: "r.sale_no"))
        FROM (
            SELECT c.sale_no, c.user_id, b.open_code IS NOT DISTINCT FROM c.code AS is_open, s.ends_at,
                   CASE WHEN b.open_code = c.code THEN b.cart ELSE p.cart END AS cart
            FROM checkouts c
            JOIN sales s ON s.sale_no = c.sale_no
            JOIN buyers b ON b.sale_no = c.sale_no AND b.user_id = c.user_id
            LEFT JOIN purchases p ON p.sale_no = c.sale_no AND p.code = c.code
            WHERE c.sale_no = $1::int8 AND c.code = $2::uuid
        ) AS r
        """
    )

    private static let findOutcome = PostgresStatement(
        name: "find_outcome",
        """
        SELECT status, body, \(ReplicatedReading.column)
        FROM purchases WHERE sale_no = $1::int8 AND code = $2::uuid
        """
    )
}
