import Kernel
import Postgres
import Sales

/// What a checkout batch is decided by: read in a first flush, or remembered.
struct CheckoutReading {
    private let joins: [CheckoutRequest]
    private let removals: [RemovalRequest]
    /// The attempts that may be on record already: in a rerun all of the batch's.
    private let attempts: [UUIDv7]

    init(_ batch: [CheckoutCommand], isRerun: Bool) {
        joins = batch.compactMap { if case .join(let request) = $0 { request } else { nil } }
        removals = batch.compactMap { if case .remove(let request) = $0 { request } else { nil } }
        attempts = isRerun ? batch.compactMap { $0.attemptID } : []
    }

    /// The batch's picture without reading; `nil` where that would not do.
    ///
    /// Users of whom nothing is remembered are taken for newcomers, units not known to be sold for unsold.
    func believed(of identity: RecordIdentity, knowledge: BatchKnowledge) -> CheckoutState? {
        guard let memory = knowledge.memory, attempts.isEmpty, removals.isEmpty else { return nil }
        var imported: [ItemID: ItemKey] = [:]
        var wanted: [(item: ItemKey, user: UserID)] = []
        wanted.reserveCapacity(joins.count)
        for request in joins {
            guard let item = request.item ?? knowledge.item(of: request.itemID) else { return nil }
            if request.item == nil { imported[request.itemID] = item }
            wanted.append((item, request.userID))
        }
        guard let (clock, sales) = knowledge.openSales(Set(wanted.map { $0.item.sale })),
            wanted.allSatisfy({ $0.item.number <= sales[$0.item.sale]?.totalItems ?? 0 }),
            knowledge.soldItems(among: wanted.lazy.map { $0.item }).isEmpty
        else { return nil }
        var state = CheckoutState(now: clock)
        state.sales = sales
        state.imported = imported
        state.units.reserveCapacity(wanted.count)
        for (item, _) in wanted { state.units[item] = false }
        state.buyers = memory.buyers(wanted.lazy.map { BuyerKey(sale: $0.item.sale, user: $0.user) }, of: identity)
        return state
    }

    /// Reads, in the transaction that `pipeline` begins; the items are those that exist.
    func read(
        _ pipeline: PostgresPipeline,
        on connection: PostgresConnection,
        knowledge: BatchKnowledge
    ) throws(PostgresError) -> (state: CheckoutState, items: [ItemKey: Item]) {
        let imported = try resolveImported(on: connection, knowledge: knowledge)
        let wanted = joins.compactMap { request in
            (request.item ?? imported[request.itemID]).map { (item: $0, user: request.userID) }
        }
        let codes = Array(Set(removals.map { $0.code }))
        var pipeline = pipeline
        let begun = pipeline.count
        pipeline.add(
            BatchStatements.readSales,
            PostgresParameters { $0.int64Array(saleNumbers(wanted.map { $0.item }, codes)) }
        )
        addReads(of: wanted, codes, to: &pipeline)
        var results = try connection.flush(pipeline, within: BatchSession.flushTimeout).dropFirst(begun)

        let (clock, sales) = try results.removeFirst().clockAndSales()
        var state = CheckoutState(now: clock)
        state.sales = sales
        state.imported = imported
        let items = wanted.isEmpty ? [:] : try state.takeCarts(results.removeFirst(), of: wanted)
        if !codes.isEmpty { try state.takeCodes(results.removeFirst(), of: codes) }
        if !attempts.isEmpty { try state.takeAttempts(results.removeFirst()) }
        return (state, items)
    }

    private func addReads(
        of wanted: [(item: ItemKey, user: UserID)],
        _ codes: [CheckoutCode],
        to pipeline: inout PostgresPipeline
    ) {
        if !wanted.isEmpty {
            pipeline.add(
                CheckoutStatements.read,
                PostgresParameters { parameters in
                    parameters.int64Array(wanted.lazy.map { $0.item.sale.number })
                    parameters.int32Array(wanted.lazy.map { $0.item.number })
                    parameters.textArray(wanted.lazy.map { $0.user.text.string })
                }
            )
        }
        if !codes.isEmpty {
            pipeline.add(
                CheckoutStatements.readCodes,
                PostgresParameters { parameters in
                    parameters.int64Array(codes.lazy.map { $0.sale.number })
                    parameters.uuidArray(codes.lazy.map { $0.secret.uuid })
                }
            )
        }
        if !attempts.isEmpty {
            pipeline.add(
                CheckoutStatements.readAttempts,
                PostgresParameters { $0.uuidArray(attempts.lazy.map { ($0.high, $0.low) }) }
            )
        }
    }

    /// Ids are immutable, so they are looked up outside the transaction, and once an instance.
    private func resolveImported(
        on connection: PostgresConnection,
        knowledge: BatchKnowledge
    ) throws(PostgresError) -> [ItemID: ItemKey] {
        var imported: [ItemID: ItemKey] = [:]
        var unknown: Set<ItemID> = []
        for request in joins where request.item == nil {
            if let key = knowledge.item(of: request.itemID) {
                imported[request.itemID] = key
            } else {
                unknown.insert(request.itemID)
            }
        }
        guard !unknown.isEmpty else { return imported }
        let rows = try connection.query(
            CheckoutStatements.resolve,
            PostgresParameters { $0.textArray(unknown.map { $0.text.string }) },
            within: BatchSession.flushTimeout
        )
        for row in rows {
            imported[ItemID(stored: try row.text(0))] = ItemKey(
                sale: SaleID(number: try row.int64(1)),
                number: try row.int32(2)
            )
        }
        return imported
    }

    private func saleNumbers(_ items: [ItemKey], _ codes: [CheckoutCode]) -> [Int64] {
        var numbers = Set(items.map { $0.sale.number })
        for code in codes { numbers.insert(code.sale.number) }
        for case .id(let named) in joins.compactMap(\.sale) { numbers.insert(named.number) }
        return numbers.sorted()
    }
}
