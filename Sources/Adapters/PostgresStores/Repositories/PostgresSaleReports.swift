import Kernel
import Postgres
import Sales

/// Tells from PostgreSQL what came of a sale.
///
/// Every statement reads the one snapshot of a read-only transaction, in one process and with bounded memory: a report
/// may be asked for while the sale runs, and one at a time is made.
public struct PostgresSaleReports: SaleReports {
    private let changes: RecordPool

    /// Reads through the pool of operators' and background work.
    public init(changes: RecordPool) { self.changes = changes }

    /// What came of a sale; each statement takes 50 seconds at most.
    public func report(on id: SaleID) async throws(StoreError) -> SaleReport? {
        try await changes.transaction(asSnapshot: true) { connection in
            let head = try connection.flush(within: RecordPool.step) { pipeline in
                pipeline.add(ReportStatements.settings)
                pipeline.add(ReportStatements.lock)
                pipeline.add(SaleStatements.sale, PostgresParameters { $0.int64(id.number) })
            }
            guard try head[1].first?.bool(0) == true else {
                throw StoreError(.overloaded, "another report is being made")
            }
            guard let row = head[2].first else { return nil }
            let report = SaleReport(of: try Sale(row, from: 1), asOf: Timestamp(microseconds: try row.timestamp(0)))
            var reading = ReportReading(report: report, connection: connection)
            return try reading.read()
        }
    }
}

/// A report while it is being read.
private struct ReportReading {
    /// Attempts of so many seconds before the opening and after the end belong to the report.
    ///
    /// Without a bound the scan would go on to the present day.
    private static let margin: Int64 = 3600
    /// Attempts may be named by an instance whose first reading of the clock was a little off.
    private static let slack: Int64 = 60

    private(set) var report: SaleReport
    let connection: PostgresConnection
    private var lastPurchase: Timestamp?

    init(report: SaleReport, connection: PostgresConnection) {
        self.report = report
        self.connection = connection
    }

    mutating func read() throws -> SaleReport {
        try readStock()
        try readPurchases()
        try readBuyers()
        try readChanges()
        chart()
        try readSellThrough()
        try readAttempts()
        try readContended()
        return report
    }

    private mutating func readStock() throws {
        for row in try query(ReportStatements.stock) {
            report.values.append(
                SaleReport.StockValue(
                    currency: try row.text(0),
                    items: Int(try row.int64(1)),
                    worth: try row.int64(2),
                    sold: Int(try row.int64(3)),
                    soldWorth: try row.int64(4)
                )
            )
        }
        report.sold = report.values.reduce(0) { $0 + $1.sold }
    }

    private mutating func readPurchases() throws {
        for row in try query(ReportStatements.purchases) {
            let count = Int(try row.int64(1))
            switch try row.int16(0) {
            case 200:
                report.codes.redeemed += count
                lastPurchase = Timestamp(microseconds: try row.timestamp(3))
            case 400: report.codes.atLimit += count
            default: report.codes.allSold += count
            }
            report.codes.unitsAsked += Int(try row.int64(2))
        }
        guard let row = try query(ReportStatements.codes).first else { return }
        report.codes.issued = Int(try row.int64(0))
        report.codes.medianRedemption = try row.optionalInt64(1).map { .microseconds($0) }
        report.codes.slowRedemption = try row.optionalInt64(2).map { .microseconds($0) }
    }

    private mutating func readBuyers() throws {
        var users: [(bought: Int, users: Int)] = []
        for row in try query(ReportStatements.buyers) {
            let (bought, count) = (Int(try row.int32(0)), Int(try row.int64(1)))
            users.append((bought, count))
            if bought > 0 { report.shoppers.bought += count }
            if bought >= Int(report.sale.itemsPerUser) { report.shoppers.atLimit += count }
            report.codes.leftFilled += Int(try row.int64(2))
            report.codes.leftEmpty += Int(try row.int64(3))
            report.codes.unitsLeft += Int(try row.int64(4))
        }
        report.shoppers.brackets = UnitsBracket.of(users)
    }

    private mutating func readChanges() throws {
        report.changes = try query(ReportStatements.changes) { $0.int32(Int32(SaleReport.maxChanges)) }.map { row in
            SaleReport.Change(
                at: Timestamp(microseconds: try row.timestamp(0)),
                actor: AuditActor(try row.text(1)),
                action: try row.text(2),
                detail: try row.text(3)
            )
        }
    }

    /// Up to now while the sale can sell; then up to its last purchase, so that a sale of two seconds has a chart too.
    private mutating func chart() {
        let sale = report.sale
        guard report.asOf >= sale.startsAt else { return }
        let quiet = lastPurchase ?? min(report.asOf, sale.endsAt)
        report.sellThrough.cover(until: report.isFinal ? quiet : report.asOf)
    }

    private mutating func readSellThrough() throws {
        guard let step = report.sellThrough.step else { return }
        let (start, milestones) = (report.sellThrough.start, report.sellThrough.milestones)
        let rows = try query(ReportStatements.sellThrough) { parameters in
            parameters.timestamp(microsecondsSince1970: start.microseconds)
            parameters.int64(step.microseconds)
            for position in 0..<3 { parameters.int64(Int64(milestones.isEmpty ? 0 : milestones[position].units)) }
        }
        for row in rows {
            report.sellThrough.sell(Int(try row.int64(1)), in: try position(row, 0, step))
            for milestone in milestones.indices {
                guard let time = try row.optionalTimestamp(2 + milestone) else { continue }
                report.sellThrough.reach(milestone, at: Timestamp(microseconds: time))
            }
        }
    }

    private mutating func readAttempts() throws {
        report.attempts = attemptRange()
        let step = report.sellThrough.step ?? .seconds(86_400)
        let end = report.sellThrough.start.adding(.microseconds(step.microseconds * Int64(SellThrough.maxBuckets + 1)))
        let (start, range) = (report.sellThrough.start, report.attempts)
        let rows = try query(ReportStatements.attempts) { parameters in
            Self.append(range, to: &parameters)
            parameters.timestamp(microsecondsSince1970: start.microseconds)
            parameters.timestamp(microsecondsSince1970: end.microseconds)
            parameters.int64(step.microseconds)
        }
        var refusals: [String: Int] = [:]
        for row in rows {
            let (outcome, count) = (try row.text(1), Int(try row.int64(2)))
            let wasAccepted = outcome == CheckoutAttempt.accepted
            if wasAccepted { report.attempts.accepted += count } else { refusals[outcome, default: 0] += count }
            report.sellThrough.attempt(count, wasAccepted: wasAccepted, in: try position(row, 0, step))
        }
        report.attempts.refusals = refusals.map { SaleReport.Attempts.Refusal(outcome: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.outcome) < ($0.count, $1.outcome) }
        let tried = try query(ReportStatements.users) { Self.append(range, to: &$0) }
        report.shoppers.tried = Int(try tried.first?.int64(0) ?? 0)
    }

    private mutating func readContended() throws {
        let (sale, range) = (report.sale.id, report.attempts)
        let rows = try query(ReportStatements.contended) { parameters in
            Self.append(range, to: &parameters)
            parameters.int32(Int32(SaleReport.maxContended))
        }
        report.contended = try rows.map { row in
            let key = ItemKey(sale: sale, number: try row.int32(0))
            return SaleReport.ContendedItem(
                id: ItemID(stored: try row.optionalText(1), key: key),
                name: try row.text(2),
                accepted: Int(try row.int64(3)),
                refused: Int(try row.int64(4)),
                soldAt: try row.optionalTimestamp(5).map { Timestamp(microseconds: $0) }
            )
        }
    }

    private func attemptRange() -> SaleReport.Attempts {
        let sale = report.sale
        let since = max(min(sale.createdAt, sale.startsAt), sale.startsAt.adding(seconds: -Self.margin))
        guard report.isFinal else { return SaleReport.Attempts(since: since, until: report.asOf) }
        let grace = sale.endsAt.adding(seconds: Int64(sale.graceSeconds))
        let quiet = [grace, lastPurchase, report.changes.last?.at].compactMap { $0 }.max() ?? grace
        return SaleReport.Attempts(since: since, until: min(report.asOf, quiet.adding(seconds: Self.margin)))
    }

    private static func append(_ range: SaleReport.Attempts, to parameters: inout PostgresParameters) {
        for time in [range.since.adding(seconds: -slack), range.until.adding(seconds: slack)] {
            let id = UUIDv7.first(at: time)
            parameters.uuid((id.high, id.low))
        }
    }

    private func position(_ row: PostgresRow, _ column: Int, _ step: Duration) throws -> Int {
        let time = Timestamp(microseconds: try row.timestamp(column))
        let offset = time.since(report.sellThrough.start).microseconds
        return offset < 0 ? -1 : Int(offset / step.microseconds)
    }

    private func query(
        _ statement: PostgresStatement,
        _ more: (inout PostgresParameters) -> Void = { _ in }
    ) throws -> PostgresRows {
        let parameters = PostgresParameters { parameters in
            parameters.int64(report.sale.id.number)
            more(&parameters)
        }
        return try connection.query(statement, parameters, within: RecordPool.step)
    }
}
