import Kernel
import Postgres
import Sales

extension PostgresSaleRepository {
    /// Most items that one statement inserts.
    private static let pieceSize = 10_000

    /// Puts a sale with its whole stock on record, atomically.
    public func create(_ draft: SaleDraft, by actor: AuditActor) async throws(StoreError) -> SaleCreation {
        do throws(StoreError) {
            return try await changes.transaction { connection in
                guard
                    let row = try connection.query(
                        SaleStatements.insertSale,
                        draft.parameters,
                        within: RecordPool.step
                    ).first
                else { return .slotTaken }
                let sale = try Sale(row)
                try Self.insertStock(draft.stock, of: sale.id, on: connection)
                try Self.audit(sale.id, "create", "\(draft.stock.count) items", by: actor, on: connection)
                return .created(sale)
            }
        } catch {
            if let taken = error.underlying as? ItemIDTaken { return .itemExists(taken.id) }
            throw error
        }
    }

    /// Changes a sale and raises its control version, atomically with its audit row.
    public func update(
        _ id: SaleID,
        action: String,
        by actor: AuditActor,
        _ change: @escaping @Sendable (Sale, Timestamp) -> Result<Sale, SaleControlRefusal>
    ) async throws(StoreError) -> Result<Sale, SaleControlRefusal>? {
        try await changes.transaction { connection in
            guard let (sale, clock) = try Self.lock(id, on: connection) else { return nil }
            let changed = change(sale, clock)
            guard case .success(let wanted) = changed, wanted != sale else { return changed }
            let stored = try Self.store(wanted, on: connection)
            try Self.audit(id, action, "\(stored.state.rawValue), ends \(stored.endsAt)", by: actor, on: connection)
            return .success(stored)
        }
    }

    /// Raises a sale's gate epoch, atomically with its audit row.
    public func raiseGateEpoch(of id: SaleID, by actor: AuditActor, reason: String) async throws(StoreError) {
        try await changes.transaction { connection in
            guard var (sale, _) = try Self.lock(id, on: connection) else { return }
            sale.gateEpoch += 1
            _ = try Self.store(sale, on: connection)
            try Self.audit(id, "raise_gate_epoch", reason, by: actor, on: connection)
        }
    }

    static func lock(_ id: SaleID, on connection: PostgresConnection) throws -> (sale: Sale, clock: Timestamp)? {
        let rows = try connection.query(
            SaleStatements.lockSale,
            PostgresParameters { $0.int64(id.number) },
            within: RecordPool.step
        )
        return try rows.first.map { (try Sale($0, from: 1), Timestamp(microseconds: try $0.timestamp(0))) }
    }

    static func store(_ sale: Sale, on connection: PostgresConnection) throws -> Sale {
        let rows = try connection.query(
            SaleStatements.updateSale,
            PostgresParameters { parameters in
                parameters.int64(sale.id.number)
                parameters.timestamp(microsecondsSince1970: sale.endsAt.microseconds)
                parameters.text(sale.state.rawValue)
                parameters.int64(sale.gateEpoch)
                parameters.int32(sale.totalItems)
            },
            within: RecordPool.step
        )
        guard let row = rows.first else { throw StoreError(.corrupt, "a locked sale has vanished") }
        return try Sale(row)
    }

    static func audit(
        _ id: SaleID,
        _ action: String,
        _ detail: String,
        by actor: AuditActor,
        on connection: PostgresConnection
    ) throws {
        _ = try connection.query(
            SaleStatements.audit,
            PostgresParameters { parameters in
                parameters.int64(id.number)
                parameters.text(actor.name)
                parameters.text(action)
                parameters.text(detail)
            },
            within: RecordPool.step
        )
    }

    private static func insertStock(
        _ stock: SaleDraft.Stock,
        of sale: SaleID,
        on connection: PostgresConnection
    ) throws {
        for start in stride(from: 0, to: stock.count, by: pieceSize) {
            let numbers = (start..<min(start + pieceSize, stock.count)).map { Int32($0 + 1) }
            let items: [ItemDraft] =
                switch stock {
                case .generated: numbers.map { GeneratedItems.item(ItemKey(sale: sale, number: $0)) }
                case .given(let items): Array(items[start..<start + numbers.count])
                }
            try insert(items, numbers, of: sale, on: connection)
        }
    }

    private static func insert(
        _ items: [ItemDraft],
        _ numbers: [Int32],
        of sale: SaleID,
        on connection: PostgresConnection
    ) throws {
        let ids = items.compactMap(\.id)
        if !ids.isEmpty {
            let rows = try connection.query(
                SaleStatements.insertItemIDs,
                PostgresParameters { parameters in
                    parameters.int64(sale.number)
                    parameters.textArray(ids.map(\.text.string))
                    parameters.int32Array(numbers)
                },
                within: RecordPool.step
            )
            let inserted = Set(try rows.map { ItemID(stored: try $0.text(0)) })
            if let taken = ids.first(where: { !inserted.contains($0) }) { throw ItemIDTaken(id: taken) }
        }
        _ = try connection.query(
            SaleStatements.insertItems,
            PostgresParameters { parameters in
                parameters.int64(sale.number)
                parameters.int32Array(numbers)
                parameters.optionalTextArray(items.map(\.id?.text.string))
                parameters.textArray(items.map(\.name))
                parameters.textArray(items.map(\.imageURL))
                parameters.int64Array(items.map(\.price.amountMinor))
                parameters.textArray(items.map(\.price.currency))
            },
            within: RecordPool.step
        )
    }
}

/// An id of a new sale's items names another item already.
struct ItemIDTaken: Error {
    let id: ItemID
}

extension SaleDraft {
    /// The parameters of ``SaleStatements/insertSale``.
    fileprivate var parameters: PostgresParameters {
        PostgresParameters { parameters in
            parameters.text(name)
            parameters.timestamp(microsecondsSince1970: startsAt.microseconds)
            parameters.timestamp(microsecondsSince1970: endsAt.microseconds)
            parameters.text(afterEnd.rawValue)
            parameters.int32(itemsPerUser)
            parameters.int32(graceSeconds)
            parameters.int32(Int32(stock.count))
            parameters.timestamp(microsecondsSince1970: slot?.microseconds)
        }
    }
}
