import Kernel
import Postgres
import Sales

extension CheckoutWrites {
    /// The end of a checkout batch: writes and comparisons, the COMMIT last.
    ///
    /// Rows go in key order: a statement locks them in the order of its arrays, and all batches lock alike. Columns are
    /// read off by index: to map a row is to copy it, its texts and carts counted one by one.
    ///
    /// - Parameters:
    ///   - pipeline: the transaction so far.
    ///   - believed: the units that nobody has read; what they are is the result before the COMMIT's.
    func add(to pipeline: inout PostgresPipeline, checking believed: [ItemKey] = []) {
        pipeline.assert(sales, withGrace: false)
        let newcomers = buyers.indices.filter { buyers[$0].buyer.version == 1 }
        let others = buyers.indices.filter { buyers[$0].buyer.version != 1 }
        if !newcomers.isEmpty { pipeline.add(CheckoutStatements.insertBuyers, self.newcomers(newcomers)) }
        if !others.isEmpty { pipeline.add(CheckoutStatements.updateBuyers, changed(others)) }
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

    private func newcomers(_ rows: [Int]) -> PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(rows.lazy.map { buyers[$0].key.sale.number })
            parameters.textArray(rows.lazy.map { buyers[$0].key.user.text.string })
            parameters.optionalUUIDArray(rows.lazy.map { buyers[$0].buyer.openCode?.secret.uuid })
            parameters.textArray(rows.map { cart(ofRow: $0) })
            parameters.int32Array(rows.lazy.map { buyers[$0].buyer.limit })
        }
    }

    private func changed(_ rows: [Int]) -> PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(rows.lazy.map { buyers[$0].key.sale.number })
            parameters.textArray(rows.lazy.map { buyers[$0].key.user.text.string })
            parameters.int64Array(rows.lazy.map { buyers[$0].buyer.version - 1 })
            parameters.optionalUUIDArray(rows.lazy.map { buyers[$0].buyer.openCode?.secret.uuid })
            parameters.textArray(rows.map { cart(ofRow: $0) })
        }
    }

    private func cart(ofRow row: Int) -> String {
        let cart = buyers[row].buyer.cart
        return PostgresArrayText.of(cart.indices.lazy.map { cart[$0].number })
    }

    private var openedParameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.int64Array(opened.indices.lazy.map { opened[$0].code.sale.number })
            parameters.uuidArray(opened.indices.lazy.map { opened[$0].code.secret.uuid })
            parameters.textArray(opened.indices.lazy.map { opened[$0].key.user.text.string })
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
        let rows = attempts.indices.lazy
        return PostgresParameters { parameters in
            parameters.uuidArray(rows.map { (attempts[$0].id.high, attempts[$0].id.low) })
            parameters.optionalInt64Array(rows.map { attempts[$0].item?.sale.number })
            parameters.optionalInt32Array(rows.map { attempts[$0].item?.number })
            parameters.textArray(rows.map { attempts[$0].userID.text.string })
            parameters.optionalTextArray(rows.map { attempts[$0].unknownItem })
            parameters.optionalUUIDArray(rows.map { attempts[$0].code?.secret.uuid })
            parameters.textArray(rows.map { attempts[$0].outcome })
            parameters.timestampArray(microsecondsSince1970: rows.map { attempts[$0].attemptedAt.microseconds })
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

extension CheckoutAttempt {
    /// The item's id where no item has it; else sale and number say it.
    fileprivate var unknownItem: String? { item == nil ? itemID.text.string : nil }
}

/// PostgreSQL's text form of an array, for arrays in arrays: those of several lengths have no binary form.
enum PostgresArrayText {
    /// Of numbers that are not below 0.
    static func of(_ numbers: some Collection<Int32>) -> String {
        String(unsafeUninitializedCapacity: 2 + numbers.count * (DecimalDigits.maxCount + 1)) { buffer in
            buffer[0] = UInt8(ascii: "{")
            var end = 1
            for number in numbers {
                if end > 1 {
                    buffer[end] = UInt8(ascii: ",")
                    end += 1
                }
                end = DecimalDigits.write(number.magnitude, to: buffer, at: end)
            }
            buffer[end] = UInt8(ascii: "}")
            return end + 1
        }
    }
}
