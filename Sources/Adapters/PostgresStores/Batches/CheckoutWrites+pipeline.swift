import Kernel
import Postgres
import Sales

extension CheckoutWrites {
    /// The end of a checkout batch: writes and comparisons, the COMMIT last.
    ///
    /// Rows go in key order: a statement locks them in the order of its arrays, and all batches lock alike.
    ///
    /// - Parameters:
    ///   - pipeline: the transaction so far.
    ///   - believed: the units that nobody has read; what they are is the result before the COMMIT's.
    func add(to pipeline: inout PostgresPipeline, checking believed: [ItemKey] = []) {
        pipeline.assert(sales, withGrace: false)
        let newcomers = buyers.filter { $0.buyer.version == 1 }
        let others = buyers.filter { $0.buyer.version != 1 }
        if !newcomers.isEmpty { pipeline.add(CheckoutStatements.insertBuyers, Self.newcomers(newcomers)) }
        if !others.isEmpty { pipeline.add(CheckoutStatements.updateBuyers, Self.changed(others)) }
        if !opened.isEmpty { pipeline.add(CheckoutStatements.insertCheckouts, openedParameters) }
        if !removed.isEmpty { pipeline.add(CheckoutStatements.insertRemovals, removedParameters) }
        if !attempts.isEmpty { pipeline.add(CheckoutStatements.insertAttempts, attemptParameters) }
        if !believed.isEmpty {
            pipeline.add(
                CheckoutStatements.checkUnits,
                PostgresParameters { parameters in
                    parameters.int64Array(believed.lazy.map { $0.sale.number })
                    parameters.int32Array(believed.lazy.map { $0.number })
                }
            )
        }
        pipeline.add(BatchStatements.commit)
    }

    private static func newcomers(_ rows: [(key: BuyerKey, buyer: Buyer)]) -> PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(rows.lazy.map { $0.key.sale.number })
            parameters.textArray(rows.lazy.map { $0.key.user.text.string })
            parameters.optionalUUIDArray(rows.lazy.map { $0.buyer.openCode?.secret.uuid })
            parameters.textArray(rows.lazy.map { PostgresArrayText.of($0.buyer.cart.lazy.map { $0.number }) })
            parameters.int32Array(rows.lazy.map { $0.buyer.limit })
        }
    }

    private static func changed(_ rows: [(key: BuyerKey, buyer: Buyer)]) -> PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(rows.lazy.map { $0.key.sale.number })
            parameters.textArray(rows.lazy.map { $0.key.user.text.string })
            parameters.int64Array(rows.lazy.map { $0.buyer.version - 1 })
            parameters.optionalUUIDArray(rows.lazy.map { $0.buyer.openCode?.secret.uuid })
            parameters.textArray(rows.lazy.map { PostgresArrayText.of($0.buyer.cart.lazy.map { $0.number }) })
        }
    }

    private var openedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(opened.lazy.map { $0.code.sale.number })
            parameters.uuidArray(opened.lazy.map { $0.code.secret.uuid })
            parameters.textArray(opened.lazy.map { $0.key.user.text.string })
            parameters.timestamp(microsecondsSince1970: decidedAt.microseconds)
        }
    }

    private var removedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(removed.lazy.map { $0.code.sale.number })
            parameters.uuidArray(removed.lazy.map { $0.code.secret.uuid })
            parameters.int32Array(removed.lazy.map { $0.number })
            parameters.timestamp(microsecondsSince1970: decidedAt.microseconds)
        }
    }

    private var attemptParameters: PostgresParameters {
        let attempts = attempts.inOrder { $0.id < $1.id }
        return PostgresParameters { parameters in
            parameters.uuidArray(attempts.lazy.map { ($0.id.high, $0.id.low) })
            parameters.optionalInt64Array(attempts.lazy.map { $0.item?.sale.number })
            parameters.optionalInt32Array(attempts.lazy.map { $0.item?.number })
            parameters.textArray(attempts.lazy.map { $0.userID.text.string })
            parameters.optionalTextArray(attempts.lazy.map { $0.item == nil ? $0.itemID.text.string : nil })
            parameters.optionalUUIDArray(attempts.lazy.map { $0.code?.secret.uuid })
            parameters.textArray(attempts.lazy.map { $0.outcome })
            parameters.timestampArray(microsecondsSince1970: attempts.lazy.map { $0.attemptedAt.microseconds })
        }
    }
}

extension Array {
    /// The elements in order; they nearly always are, and sorting copies each.
    fileprivate func inOrder(by precedes: (Element, Element) -> Bool) -> [Element] {
        let isInOrder = indices.dropFirst().allSatisfy { !precedes(self[$0], self[$0 - 1]) }
        return isInOrder ? self : sorted(by: precedes)
    }
}

/// PostgreSQL's text form of an array, for arrays in arrays: those of several lengths have no binary form.
enum PostgresArrayText {
    static func of(_ numbers: some Collection<Int32>) -> String {
        var text = "{"
        for number in numbers {
            if text.utf8.count > 1 { text += "," }
            text += String(number)
        }
        return text + "}"
    }
}
