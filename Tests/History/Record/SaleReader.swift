import Kernel
import Postgres
import Sales

/// Reads the rows of one sale, table by table, within a transaction that its owner has begun.
struct SaleReader {
    let connection: PostgresConnection
    let sale: SaleID
    private var names: [Int32: ExactText] = [:]

    init(connection: PostgresConnection, sale: SaleID) {
        self.connection = connection
        self.sale = sale
    }

    mutating func record() throws -> SaleRecord {
        let clocks = try clocks()
        let window = try window()
        let units = try units()
        return SaleRecord(
            window: window,
            units: units,
            purchases: try purchases(),
            buyers: try buyers(),
            checkouts: try checkouts(),
            removals: try removals(),
            attempts: try attempts(),
            clocks: clocks
        )
    }

    private func rows(_ sql: String) throws -> PostgresRows {
        try connection.query(
            PostgresStatement(name: "", sql),
            PostgresParameters { $0.int64(sale.number) },
            within: .seconds(60)
        )
    }

    private func clocks() throws -> SaleRecord.Clocks {
        let before = HistoryRecorder.now
        let record = try rows("SELECT clock_timestamp() WHERE $1::int8 > 0")[0].timestamp(0)
        let after = HistoryRecorder.now
        return SaleRecord.Clocks(record: record, monotonic: (before + after) / 2, uncertainty: after - before)
    }

    private func window() throws -> SaleRecord.Window {
        let sql = """
            SELECT starts_at, ends_at, grace_seconds, after_end = 'run_out', lim, total_items
            FROM sales WHERE sale_no = $1::int8
            """
        guard let row = try rows(sql).first else { throw History.Malformed(description: "no sale \(sale)") }
        return SaleRecord.Window(
            startsAt: try row.timestamp(0),
            endsAt: try row.timestamp(1),
            graceSeconds: Int64(try row.int32(2)),
            runsOut: try row.bool(3),
            limit: Int(try row.int32(4)),
            totalItems: Int(try row.int32(5))
        )
    }

    private mutating func units() throws -> [ExactText: String?] {
        var units: [ExactText: String?] = [:]
        for row in try rows("SELECT item_no, item_id, sold, sold_code FROM items WHERE sale_no = $1::int8") {
            let number = try row.int32(0)
            let name = ExactText(
                try row.optionalText(1) ?? ItemID(generated: ItemKey(sale: sale, number: number)).text.string
            )
            names[number] = name
            let owner = try row.optionalUUID(3).map { self.code($0) } ?? "nobody"
            units.updateValue(try row.bool(2) ? owner : nil, forKey: name)
        }
        return units
    }

    private func purchases() throws -> [String: SaleRecord.Purchase] {
        var purchases: [String: SaleRecord.Purchase] = [:]
        let sql = """
            SELECT code, user_id, status, body, cart, decided_at FROM purchases WHERE sale_no = $1::int8
            """
        for row in try rows(sql) {
            purchases[code(try row.uuid(0))] = SaleRecord.Purchase(
                user: ExactText(try row.text(1)),
                status: Int(try row.int16(2)),
                body: String(decoding: try row.bytes(3), as: UTF8.self),
                cart: try row.int32Array(4).map { name($0) },
                decidedAt: try row.timestamp(5)
            )
        }
        return purchases
    }

    private func buyers() throws -> [ExactText: SaleRecord.Buyer] {
        var buyers: [ExactText: SaleRecord.Buyer] = [:]
        for row in try rows("SELECT user_id, open_code, cart, bought FROM buyers WHERE sale_no = $1::int8") {
            buyers[ExactText(try row.text(0))] = SaleRecord.Buyer(
                openCode: try row.optionalUUID(1).map { self.code($0) },
                cart: try row.int32Array(2).map { name($0) },
                bought: Int(try row.int32(3))
            )
        }
        return buyers
    }

    private func checkouts() throws -> [String: ExactText] {
        var checkouts: [String: ExactText] = [:]
        for row in try rows("SELECT code, user_id FROM checkouts WHERE sale_no = $1::int8") {
            checkouts[code(try row.uuid(0))] = ExactText(try row.text(1))
        }
        return checkouts
    }

    private func removals() throws -> [(code: String, item: ExactText)] {
        try rows("SELECT code, item_no FROM checkout_removals WHERE sale_no = $1::int8").map { row in
            (code(try row.uuid(0)), name(try row.int32(1)))
        }
    }

    /// Attempts at this sale's items, and those at items that no sale has.
    private func attempts() throws -> [SaleRecord.Attempt] {
        let sql = """
            SELECT user_id, item_no, item_id, code, outcome, attempted_at FROM checkout_attempts
            WHERE sale_no = $1::int8 OR sale_no IS NULL
            """
        return try rows(sql).map { row in
            SaleRecord.Attempt(
                user: ExactText(try row.text(0)),
                item: try row.optionalInt32(1).map { self.name($0) } ?? ExactText(try row.optionalText(2) ?? ""),
                code: try row.optionalUUID(3).map { self.code($0) },
                outcome: try row.text(4),
                attemptedAt: try row.timestamp(5)
            )
        }
    }

    private func code(_ uuid: (UInt64, UInt64)) -> String {
        CheckoutCode(sale: sale, secret: CodeSecret(storedHigh: uuid.0, low: uuid.1)).description
    }

    private func name(_ number: Int32) -> ExactText { names[number] ?? ExactText("item \(number)") }
}
