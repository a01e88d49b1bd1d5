import Kernel
import Postgres
import Sales

extension PurchaseDecision {
    /// The end of a purchase batch: writes and comparisons, the COMMIT last.
    ///
    /// Rows go in key order: a statement locks them in the order of its arrays, and all batches lock alike.
    ///
    /// - Parameters:
    ///   - outcomes: those of ``purchases``, in their order.
    ///   - pipeline: the transaction so far.
    ///   - believedSold: units that are taken for sold on nobody's reading.
    func add(_ outcomes: [StoredOutcome], to pipeline: inout PostgresPipeline, checking believedSold: Set<ItemKey> = [])
    {
        pipeline.assert(sales, withGrace: true)
        pipeline.add(PurchaseStatements.settleBuyers, buyers)
        pipeline.add(PurchaseStatements.insertPurchases, decided(outcomes))
        var units: [(key: ItemKey, code: CheckoutCode)] = []
        units.reserveCapacity(purchases.count)
        for decided in purchases {
            for item in decided.purchase.items { units.append((item.key, decided.purchase.code)) }
        }
        if !units.isEmpty { pipeline.add(PurchaseStatements.sellItems, Self.sold(units)) }
        if !believedSold.isEmpty {
            pipeline.add(
                PurchaseStatements.assertSold,
                PostgresParameters { parameters in
                    parameters.int64Array(believedSold.lazy.map { $0.sale.number })
                    parameters.int32Array(believedSold.lazy.map { $0.number })
                }
            )
        }
        pipeline.add(BatchStatements.commit)
    }

    private var buyers: PostgresParameters {
        // Small rows are sorted: a purchase is moved dearly.
        let buyers = purchases.map { (key: $0.key, version: $0.version, bought: $0.bought) }.sorted { $0.key < $1.key }
        let rows = buyers.indices.lazy
        return PostgresParameters { parameters in
            parameters.int64Array(rows.map { buyers[$0].key.sale.number })
            parameters.textArray(rows.map { buyers[$0].key.user.text.string })
            parameters.int64Array(rows.map { buyers[$0].version })
            parameters.int32Array(rows.map { buyers[$0].bought })
        }
    }

    private func decided(_ outcomes: [StoredOutcome]) -> PostgresParameters {
        let purchases = purchases
        let rows = purchases.indices.lazy
        return PostgresParameters { parameters in
            parameters.int64Array(rows.map { purchases[$0].purchase.code.sale.number })
            parameters.uuidArray(rows.map { purchases[$0].purchase.code.secret.uuid })
            parameters.textArray(rows.map { purchases[$0].purchase.userID.text.string })
            parameters.int16Array(outcomes.indices.lazy.map { outcomes[$0].status })
            parameters.bytesArray(outcomes.indices.lazy.map { outcomes[$0].body })
            parameters.textArray(purchases.indices.map { PostgresArrayText.of(purchases[$0].cart) })
            parameters.timestamp(microsecondsSince1970: purchases.first?.purchase.decidedAt.microseconds)
        }
    }

    private static func sold(_ units: [(key: ItemKey, code: CheckoutCode)]) -> PostgresParameters {
        let units = units.sorted { $0.key < $1.key }
        return PostgresParameters { parameters in
            parameters.int64Array(units.lazy.map { $0.key.sale.number })
            parameters.int32Array(units.lazy.map { $0.key.number })
            parameters.uuidArray(units.lazy.map { $0.code.secret.uuid })
        }
    }
}

extension PurchaseDecision.Decided {
    /// The buyer's row.
    var key: BuyerKey { BuyerKey(sale: purchase.code.sale, user: purchase.userID) }
}
