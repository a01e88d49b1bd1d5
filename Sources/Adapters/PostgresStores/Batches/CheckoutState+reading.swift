import Kernel
import Postgres
import Sales

extension CheckoutState {
    /// Takes in the rows of ``CheckoutStatements/read``, which come in the order of `wanted`.
    mutating func takeCarts(_ rows: PostgresRows, of wanted: [(item: ItemKey, user: UserID)]) throws(PostgresError) {
        try rows.forEachGroup { head, lines throws(PostgresError) in
            let (item, user) = wanted[Int(try head.int64(0)) - 1]
            if let isSold = try head.optionalBool(1) { units[item] = isSold }
            guard try !head.isNull(2) else { return }
            buyers[BuyerKey(sale: item.sale, user: user)] = try Buyer(head, lines, sale: item.sale)
        }
    }

    /// Takes in the rows of ``CheckoutStatements/readCodes``, which come in the order of `codes`.
    mutating func takeCodes(_ rows: PostgresRows, of codes: [CheckoutCode]) throws(PostgresError) {
        try rows.forEachGroup { head, lines throws(PostgresError) in
            let code = codes[Int(try head.int64(0)) - 1]
            let user = UserID(stored: try head.text(1))
            let buyer = try Buyer(head, lines, sale: code.sale)
            if buyer.openCode == code {
                buyers[BuyerKey(sale: code.sale, user: user)] = buyer
                checkouts[code] = IssuedCheckout(user: user, completedItems: [])
            } else {
                // The lines are the decided code's; the buyer's present cart was not read here and is not needed.
                checkouts[code] = IssuedCheckout(user: user, completedItems: buyer.cart.map(\.id))
            }
        }
    }

    /// Takes in the rows of ``CheckoutStatements/readAttempts``.
    mutating func takeAttempts(_ rows: PostgresRows) throws(PostgresError) {
        for row in rows {
            let (high, low) = try row.uuid(0)
            var code: CheckoutCode?
            if let secret = try row.optionalUUID(3), let sale = try row.optionalInt64(2) {
                code = CheckoutCode(sale: SaleID(number: sale), secret: CodeSecret(stored: secret))
            }
            recorded[UUIDv7(storedHigh: high, low: low)] = RecordedAttempt(outcome: try row.text(1), code: code)
        }
    }
}

extension Buyer {
    /// Reads version, open code, bought, limit from column 2, and a cart item a line from column 6.
    fileprivate init(_ head: PostgresRow, _ lines: Slice<PostgresRows>, sale: SaleID) throws(PostgresError) {
        var cart: [CartItem] = []
        for line in lines {
            guard let number = try line.optionalInt32(6) else { continue }
            let key = ItemKey(sale: sale, number: number)
            cart.append(CartItem(number: number, id: ItemID(stored: try line.optionalText(7), key: key)))
        }
        let secret = try head.optionalUUID(3).map(CodeSecret.init(stored:))
        self.init(
            version: try head.int64(2),
            openCode: secret.map { CheckoutCode(sale: sale, secret: $0) },
            bought: try head.int32(4),
            limit: try head.int32(5),
            cart: cart
        )
    }
}

extension PostgresRows {
    /// Calls `body` for each run of rows whose first column is the same, with the run's first row and all of them.
    func forEachGroup(
        _ body: (PostgresRow, Slice<PostgresRows>) throws(PostgresError) -> Void
    ) throws(PostgresError) {
        var start = startIndex
        while start < endIndex {
            let order = try self[start].int64(0)
            var end = start + 1
            while end < endIndex, try self[end].int64(0) == order { end += 1 }
            try body(self[start], Slice(base: self, bounds: start..<end))
            start = end
        }
    }
}
