import Postgres
import Sales

/// What a purchase batch is decided by: read in a first flush, or remembered.
struct PurchaseReading {
    private let codes: Set<CheckoutCode>

    init(_ batch: [PurchaseRequest]) { codes = Set(batch.lazy.map { $0.code }) }

    /// The batch's picture without reading; `nil` where that would not do.
    func believed(of identity: RecordIdentity, knowledge: BatchKnowledge) -> PurchaseState? {
        guard let (clock, sales) = knowledge.openSales(Set(codes.lazy.map { $0.sale })),
            let checkouts = knowledge.memory?.checkouts(of: codes, of: identity)
        else { return nil }
        let sold = knowledge.soldItems(among: checkouts.values.lazy.flatMap { $0.lines.lazy.map { $0.item.key } })
        var state = PurchaseState(now: clock)
        state.sales = sales
        state.checkouts = sold.isEmpty ? checkouts : checkouts.mapValues { $0.with(sold) }
        return state
    }

    /// Reads, in the transaction that `pipeline` begins.
    func read(_ pipeline: PostgresPipeline, on connection: PostgresConnection) throws(PostgresError) -> PurchaseState {
        let codes = Array(codes)
        var pipeline = pipeline
        let begun = pipeline.count
        pipeline.add(
            BatchStatements.readSales,
            PostgresParameters { $0.int64Array(Set(codes.map { $0.sale.number }).sorted()) }
        )
        pipeline.add(
            PurchaseStatements.read,
            PostgresParameters { parameters in
                parameters.int64Array(codes.lazy.map { $0.sale.number })
                parameters.uuidArray(codes.lazy.map { $0.secret.uuid })
            }
        )
        let results = try connection.flush(pipeline, within: BatchSession.flushTimeout)
        let (clock, sales) = try results[begun].clockAndSales()
        var state = PurchaseState(now: clock)
        state.sales = sales
        state.checkouts = try RedeemableCheckout.read(results[begun + 1], of: codes)
        return state
    }
}

extension RedeemableCheckout {
    /// The same with those lines sold that are among `sold`.
    fileprivate func with(_ sold: Set<ItemKey>) -> RedeemableCheckout {
        RedeemableCheckout(
            user: user,
            version: version,
            isOpen: isOpen,
            bought: bought,
            limit: limit,
            lines: lines.map { CartLine(item: $0.item, isSold: $0.isSold || sold.contains($0.item.key)) },
            outcome: outcome
        )
    }
}
