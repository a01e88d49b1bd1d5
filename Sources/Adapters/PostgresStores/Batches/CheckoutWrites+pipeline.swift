import Kernel
import Postgres
import Sales

extension CheckoutWrites {
    /// The second flush of a checkout batch, the COMMIT last.
    var pipeline: PostgresPipeline {
        var pipeline = PostgresPipeline()
        pipeline.assert(sales, withGrace: false)
        pipeline.write(
            buyers.map { key, buyer in
                BuyerRow(
                    sale: key.sale,
                    user: key.user,
                    version: buyer.version,
                    openCode: buyer.openCode?.secret,
                    inCart: Int32(buyer.cart.count),
                    bought: buyer.bought,
                    limit: buyer.limit
                )
            }
        )
        if !opened.isEmpty { pipeline.add(CheckoutStatements.insertCheckouts, openedParameters) }
        if !removed.isEmpty { pipeline.add(CheckoutStatements.removeItems, removedParameters) }
        if !added.isEmpty { pipeline.add(CheckoutStatements.insertItems, addedParameters) }
        if !attempts.isEmpty { pipeline.add(CheckoutStatements.insertAttempts, attemptParameters) }
        pipeline.add(BatchStatements.commit)
        return pipeline
    }

    private var openedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(opened.map(\.code.sale.number))
            parameters.uuidArray(opened.map(\.code.secret.uuid))
            parameters.textArray(opened.map(\.key.user.text.string))
            parameters.timestamp(microsecondsSince1970: decidedAt.microseconds)
        }
    }

    private var removedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(removed.map(\.code.sale.number))
            parameters.uuidArray(removed.map(\.code.secret.uuid))
            parameters.int32Array(removed.map(\.number))
        }
    }

    private var addedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(added.map(\.code.sale.number))
            parameters.uuidArray(added.map(\.code.secret.uuid))
            parameters.int32Array(added.map(\.number))
            parameters.int64Array(added.map(\.version))
            parameters.timestamp(microsecondsSince1970: decidedAt.microseconds)
        }
    }

    private var attemptParameters: PostgresParameters {
        let attempts = attempts.sorted { $0.id < $1.id }
        return PostgresParameters { parameters in
            parameters.uuidArray(attempts.map { ($0.id.high, $0.id.low) })
            parameters.optionalInt64Array(attempts.map(\.item?.sale.number))
            parameters.optionalInt32Array(attempts.map(\.item?.number))
            parameters.textArray(attempts.map(\.userID.text.string))
            parameters.textArray(attempts.map(\.itemID.text.string))
            parameters.optionalUUIDArray(attempts.map { $0.code?.secret.uuid })
            parameters.textArray(attempts.map(\.outcome))
            parameters.timestampArray(microsecondsSince1970: attempts.map(\.attemptedAt.microseconds))
        }
    }
}
