import Kernel
import Postgres
import Sales

extension CheckoutState {
    /// Takes in the rows of ``CheckoutStatements/read``, which come in the order of `wanted`.
    ///
    /// - Returns: the items among them that exist.
    mutating func takeCarts(
        _ rows: PostgresRows,
        of wanted: [(item: ItemKey, user: UserID)]
    ) throws(PostgresError) -> [ItemKey: Item] {
        units.reserveCapacity(wanted.count)
        var items: [ItemKey: Item] = [:]
        for row in rows {
            let (item, user) = wanted[Int(try row.int64(0)) - 1]
            if let isSold = try row.optionalBool(1) {
                units[item] = isSold
                items[item] = try Item(row, from: 8, key: item)
            }
            guard try !row.isNull(2) else { continue }
            buyers[BuyerKey(sale: item.sale, user: user)] = try Buyer(row, sale: item.sale)
        }
        return items
    }

    /// Takes in the rows of ``CheckoutStatements/readCodes``, which come in the order of `codes`.
    mutating func takeCodes(_ rows: PostgresRows, of codes: [CheckoutCode]) throws(PostgresError) {
        for row in rows {
            let code = codes[Int(try row.int64(0)) - 1]
            let user = UserID(stored: try row.text(1))
            let buyer = try Buyer(row, sale: code.sale)
            if buyer.openCode == code {
                buyers[BuyerKey(sale: code.sale, user: user)] = buyer
                checkouts[code] = IssuedCheckout(user: user, completedItems: [])
            } else {
                // The cart is the decided code's; the buyer's present cart was not read here and is not needed.
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

extension PostgresRows {
    /// Reads the result of ``CheckoutStatements/checkUnits``, whose rows come in the order of `units`.
    func items(_ units: [ItemKey]) throws(PostgresError) -> [ItemKey: Item] {
        var items: [ItemKey: Item] = [:]
        items.reserveCapacity(units.count)
        for row in self {
            let unit = units[Int(try row.int64(0)) - 1]
            items[unit] = try Item(row, from: 2, key: unit)
        }
        return items
    }
}

extension Buyer {
    /// Reads version, open code, bought, limit, cart and the cart's stored ids from column 2 on.
    fileprivate init(_ row: PostgresRow, sale: SaleID) throws(PostgresError) {
        let secret = try row.optionalUUID(3).map(CodeSecret.init(stored:))
        self.init(
            version: try row.int64(2),
            openCode: secret.map { CheckoutCode(sale: sale, secret: $0) },
            bought: try row.int32(4),
            limit: try row.int32(5),
            cart: try [CartItem](row, from: 6, sale: sale)
        )
    }
}

extension [CartItem] {
    /// Reads the numbers of a cart's items, and in the next column their stored ids; both may be NULL.
    init(_ row: PostgresRow, from first: Int, sale: SaleID) throws(PostgresError) {
        self = []
        guard try !row.isNull(first + 1) else { return }
        for (number, id) in zip(try row.int32Array(first), try row.optionalTextArray(first + 1)) {
            append(CartItem(number: number, id: ItemID(stored: id, key: ItemKey(sale: sale, number: number))))
        }
    }
}
