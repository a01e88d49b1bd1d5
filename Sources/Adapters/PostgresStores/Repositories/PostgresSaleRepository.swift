import Kernel
import Postgres
import Sales

/// Sales on record in PostgreSQL.
///
/// Reads and operators' changes have pools of their own, so that a long import never holds up a shopper.
public struct PostgresSaleRepository: SaleRepository {
    let reads: RecordPool
    let changes: RecordPool
    private let counts = SoldCounts()

    /// Sales that are read and changed through the given pools.
    public init(reads: RecordPool, changes: RecordPool) {
        self.reads = reads
        self.changes = changes
    }

    /// The record's clock.
    public func now() async throws(StoreError) -> Timestamp {
        try await reads.run { connection in
            let rows = try connection.query(SaleStatements.clock, PostgresParameters(), within: Self.step)
            guard let row = rows.first else { throw StoreError(.corrupt, "the clock has no row") }
            return Timestamp(microseconds: try row.timestamp(0))
        }
    }

    /// A sale with its progress.
    public func sale(_ id: SaleID, by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        try await summaries(SaleStatements.sale, PostgresParameters { $0.int64(id.number) }, by: deadline).first
    }

    /// The sale that opened last among those that run; one that is sold out after its planned end runs no more.
    public func activeSale(by deadline: Instant) async throws(StoreError) -> SaleSummary? {
        try await summaries(SaleStatements.begun, PostgresParameters(), by: deadline).first { $0.status == .active }
    }

    /// Sales by descending number.
    public func sales(
        after cursor: SaleID?,
        limit: Int,
        by deadline: Instant
    ) async throws(StoreError) -> [SaleSummary] {
        try await summaries(
            SaleStatements.list,
            PostgresParameters { parameters in
                parameters.int64(cursor?.number ?? .max)
                parameters.int32(Int32(clamping: limit))
            },
            by: deadline
        )
    }

    /// The sales that are not over, with clock and identity.
    public func liveSales() async throws(StoreError) -> LiveSales {
        try await reads.run { connection in
            var pipeline = PostgresPipeline()
            pipeline.add(SaleStatements.live)
            pipeline.add(RecordIdentity.statement)
            let results = try connection.flush(pipeline, within: Self.step)
            let (clock, sales) = try results[0].clockAndSales()
            let identity = try RecordIdentity(results[1])
            return LiveSales(sales: sales.values.sorted { $0.id < $1.id }, now: clock, identity: identity)
        }
    }

    /// Items of a sale by number.
    public func items(
        of sale: SaleID,
        after cursor: Int32,
        limit: Int,
        available: Bool,
        by deadline: Instant
    ) async throws(StoreError) -> [ListedItem] {
        try await reads.run(by: deadline) { connection in
            let rows = try connection.query(
                SaleStatements.items,
                PostgresParameters { parameters in
                    parameters.int64(sale.number)
                    parameters.int32(cursor)
                    parameters.int32(Int32(clamping: limit))
                    parameters.bool(available)
                },
                within: Self.step
            )
            return try rows.map { row in
                let key = ItemKey(sale: sale, number: try row.int32(0))
                let item = Item(
                    key: key,
                    id: ItemID(stored: try row.optionalText(1), key: key),
                    name: try row.text(2),
                    imageURL: try row.text(3),
                    price: try Money(row, from: 4)
                )
                return ListedItem(item: item, isSold: try row.bool(6))
            }
        }
    }

    /// The facts of a sale in one snapshot; a few bits an item with a generated id.
    public func facts(of sale: SaleID, includingFullUsers: Bool) async throws(StoreError) -> SaleFacts? {
        try await changes.transaction(asSnapshot: true) { connection in
            let parameters = PostgresParameters { $0.int64(sale.number) }
            let head = try connection.flush(within: RecordPool.step) { pipeline in
                pipeline.add(SaleStatements.sale, parameters)
                pipeline.add(RecordIdentity.statement)
                pipeline.add(SaleStatements.byIndex)
            }
            guard let row = head[0].first else { return nil }
            var sold = SoldItems()
            try connection.stream(SaleStatements.soldItems, parameters, within: RecordPool.step) { row in
                try sold.insert(row)
            }
            var full: [UserID] = []
            if includingFullUsers {
                let users = try connection.query(SaleStatements.fullUsers, parameters, within: RecordPool.step)
                full = try users.map { UserID(stored: try $0.text(0)) }
            }
            _ = try connection.query(ReplicatedReading.confirm, PostgresParameters(), within: RecordPool.step)
            return SaleFacts(
                sale: sale,
                epoch: try RecordIdentity(head[1]).epoch(try Sale(row, from: 1).gateEpoch),
                readAt: Timestamp(microseconds: try row.timestamp(0)),
                sold: sold,
                full: full
            )
        }
    }

    private func summaries(
        _ statement: PostgresStatement,
        _ parameters: PostgresParameters,
        by deadline: Instant
    ) async throws(StoreError) -> [SaleSummary] {
        let rows = try await reads.run(by: deadline) { connection in
            try connection.query(statement, parameters, within: Self.step).map { row in
                (Timestamp(microseconds: try row.timestamp(0)), try Sale(row, from: 1))
            }
        }
        var summaries: [SaleSummary] = []
        for (clock, sale) in rows {
            let sold = try await soldCount(of: sale, at: clock, by: deadline)
            summaries.append(SaleSummary(sale: sale, itemsSold: sold, asOf: clock))
        }
        return summaries
    }

    private func soldCount(
        of sale: Sale,
        at clock: Timestamp,
        by deadline: Instant
    ) async throws(StoreError) -> Int {
        if clock < sale.startsAt { return 0 }
        return try await counts.count(of: sale, at: clock) { () async throws(StoreError) in
            try await reads.run(by: deadline) { connection in
                let rows = try connection.query(
                    SaleStatements.soldCount,
                    PostgresParameters { $0.int64(sale.id.number) },
                    within: Self.step
                )
                return Int(try rows.first?.int64(0) ?? 0)
            }
        }
    }

    static let step = Duration.seconds(2)
}

extension SoldItems {
    /// Adds the items of a row of ``SaleStatements/soldItems``.
    fileprivate mutating func insert(_ row: PostgresRow) throws(PostgresError) {
        let numbers = try row.int32Array(0)
        guard !(try row.isNull(1)) else { return numbers.forEach { insert($0) } }
        for (number, id) in zip(numbers, try row.optionalTextArray(1)) {
            insert(number, importedID: id.map(ItemID.init(stored:)))
        }
    }
}
