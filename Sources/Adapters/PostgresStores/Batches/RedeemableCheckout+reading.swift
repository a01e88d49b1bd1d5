import Kernel
import Postgres
import Sales

extension RedeemableCheckout {
    /// Reads the rows of ``PurchaseStatements/read``, which come in the order of `codes`.
    static func read(
        _ rows: PostgresRows,
        of codes: [CheckoutCode]
    ) throws(PostgresError) -> [CheckoutCode: RedeemableCheckout] {
        var checkouts: [CheckoutCode: RedeemableCheckout] = [:]
        checkouts.reserveCapacity(codes.count)
        var index = rows.startIndex
        while index < rows.endIndex {
            let head = rows[index]
            let order = try head.int64(0)
            let code = codes[Int(order) - 1]
            var lines: [CartLine] = []
            while index < rows.endIndex, try rows[index].int64(0) == order {
                if try !rows[index].isNull(8) { lines.append(try CartLine(rows[index], from: 8, sale: code.sale)) }
                index += 1
            }
            checkouts[code] = RedeemableCheckout(
                user: UserID(stored: try head.text(1)),
                version: try head.int64(2),
                isOpen: try head.bool(3),
                bought: try head.int32(4),
                limit: try head.int32(5),
                lines: lines,
                outcome: try head.isNull(6) ? nil : StoredOutcome(status: try head.int16(6), body: try head.bytes(7))
            )
        }
        return checkouts
    }
}

extension CartLine {
    fileprivate init(_ row: PostgresRow, from first: Int, sale: SaleID) throws(PostgresError) {
        let key = ItemKey(sale: sale, number: try row.int32(first))
        let item = try Item(row, from: first + 1, key: key)
        self.init(item: item, isSold: try row.bool(first + 6))
    }
}
