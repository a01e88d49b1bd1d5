import Kernel
import Postgres
import Sales

extension Sale {
    /// The columns of a sale in the order in which ``init(_:from:)`` reads them; `s` is the table.
    static let columns = """
        s.sale_no, s.name, s.starts_at, s.ends_at, s.state, s.after_end, s.lim, s.grace_seconds, s.total_items, \
        s.ctl_ver, s.gate_epoch, s.created_at
        """
    /// How many columns that are.
    static let columnCount = 12

    /// Reads a sale from the columns that begin at `first`.
    init(_ row: PostgresRow, from first: Int = 0) throws(PostgresError) {
        guard let state = State(rawValue: try row.text(first + 4)),
            let afterEnd = AfterEnd(rawValue: try row.text(first + 5))
        else { preconditionFailure("the table's constraints allow no other word") }
        self.init(
            stored: SaleID(number: try row.int64(first)),
            name: try row.text(first + 1),
            startsAt: Timestamp(microseconds: try row.timestamp(first + 2)),
            endsAt: Timestamp(microseconds: try row.timestamp(first + 3)),
            state: state,
            afterEnd: afterEnd,
            itemsPerUser: try row.int32(first + 6),
            graceSeconds: try row.int32(first + 7),
            totalItems: try row.int32(first + 8),
            controlVersion: try row.int64(first + 9),
            gateEpoch: try row.int64(first + 10),
            createdAt: Timestamp(microseconds: try row.timestamp(first + 11))
        )
    }
}

extension ItemID {
    /// The id of an item row: stored for an imported item, made from its numbers for a generated one.
    init(stored text: String?, key: ItemKey) {
        if let text { self.init(stored: text) } else { self.init(generated: key) }
    }
}

extension Item {
    /// Reads stored id, name, image and price.
    init(_ row: PostgresRow, from first: Int, key: ItemKey) throws(PostgresError) {
        self.init(
            key: key,
            id: ItemID(stored: try row.optionalText(first), key: key),
            name: try row.text(first + 1),
            imageURL: try row.text(first + 2),
            price: try Money(row, from: first + 3)
        )
    }
}

extension CodeSecret {
    init(stored uuid: (UInt64, UInt64)) { self.init(storedHigh: uuid.0, low: uuid.1) }
    var uuid: (UInt64, UInt64) { (high, low) }
}

extension Money {
    init(_ row: PostgresRow, from first: Int) throws(PostgresError) {
        self.init(amountMinor: try row.int64(first), currency: try row.text(first + 1))
    }
}
