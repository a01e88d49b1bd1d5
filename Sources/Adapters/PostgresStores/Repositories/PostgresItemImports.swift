import Kernel
import Postgres
import Sales

/// Imports of items by way of a staging table in PostgreSQL.
public struct PostgresItemImports: ItemImports {
    private let changes: RecordPool

    /// Imports that go through the pool of operators' work.
    public init(changes: RecordPool) { self.changes = changes }

    /// Begins an import; what imports of more than a day ago left behind is cleared away.
    public func begin(into sale: SaleID) async throws(StoreError) -> ImportID {
        try await changes.transaction { connection in
            _ = try connection.query(Self.clearOld, PostgresParameters(), within: RecordPool.step)
            let rows = try connection.query(
                Self.begin,
                PostgresParameters { $0.int64(sale.number) },
                within: RecordPool.step
            )
            guard let row = rows.first else { throw StoreError(.corrupt, "an insert returned no row") }
            return ImportID(number: try row.int64(0))
        }
    }

    /// Stages items with the lines they came from.
    public func stage(_ items: [ImportedLine], of id: ImportID) async throws(StoreError) {
        _ = try await changes.run { connection in
            try connection.query(
                Self.stage,
                PostgresParameters { parameters in
                    parameters.int64(id.number)
                    parameters.int32Array(items.map(\.line))
                    parameters.textArray(items.map { $0.item.id?.text.string ?? "" })
                    parameters.textArray(items.map(\.item.name))
                    parameters.textArray(items.map(\.item.imageURL))
                    parameters.int64Array(items.map(\.item.price.amountMinor))
                    parameters.textArray(items.map(\.item.price.currency))
                },
                within: RecordPool.step
            ).count
        }
    }

    /// Moves all staged items into the sale, atomically.
    public func finish(
        _ id: ImportID,
        count: Int,
        into sale: SaleID,
        by actor: AuditActor
    ) async throws(StoreError) -> ImportResult {
        try await changes.transaction { connection in
            guard let (locked, clock) = try PostgresSaleRepository.lock(sale, on: connection) else {
                return .saleNotFound
            }
            var stored = locked
            guard stored.state != .ended, clock < stored.startsAt else { return .saleHasBegun }
            let faults = try Self.faults(of: id, on: connection)
            guard faults.isEmpty else { return .rejected(faults) }
            let parameters = PostgresParameters { parameters in
                parameters.int64(sale.number)
                parameters.int64(id.number)
                parameters.int32(stored.totalItems)
            }
            _ = try connection.query(Self.moveIDs, parameters, within: RecordPool.step)
            let added = try connection.query(Self.moveItems, parameters, within: RecordPool.step).affectedRows
            // Staged lines do not survive a crash of the server; what is left of them must not pass for the whole.
            guard added == count else { throw StoreError(.unavailable, "staged items were lost; import them again") }
            stored.totalItems += Int32(added)
            let changed = try PostgresSaleRepository.store(stored, on: connection)
            try PostgresSaleRepository.audit(sale, "import", "\(added) items", by: actor, on: connection)
            try Self.forget(id, on: connection)
            return .imported(added: added, sale: changed)
        }
    }

    /// Forgets what was staged; what cannot be forgotten now is cleared away by a later import.
    public func discard(_ id: ImportID) async {
        do { try await changes.transaction { try Self.forget(id, on: $0) } } catch {}
    }

    private static func faults(of id: ImportID, on connection: PostgresConnection) throws -> [ImportFault] {
        let parameters = PostgresParameters { $0.int64(id.number) }
        let twice = try connection.query(findTwice, parameters, within: RecordPool.step)
        let taken = try connection.query(findTaken, parameters, within: RecordPool.step)
        let faults =
            try twice.map { ImportFault(line: try $0.int32(0), reason: "id \(try $0.text(1)) is given twice") }
            + taken.map {
                ImportFault(line: try $0.int32(0), reason: "id \(try $0.text(1)) belongs to another item already")
            }
        return faults.sorted { $0.line < $1.line }
    }

    private static func forget(_ id: ImportID, on connection: PostgresConnection) throws {
        let parameters = PostgresParameters { $0.int64(id.number) }
        _ = try connection.query(forgetLines, parameters, within: RecordPool.step)
        _ = try connection.query(forgetImport, parameters, within: RecordPool.step)
    }
}

extension PostgresItemImports {
    private static let begin = PostgresStatement(
        name: "begin_import",
        "INSERT INTO item_imports (sale_no) VALUES ($1::int8) RETURNING import_no"
    )

    private static let clearOld = PostgresStatement(
        name: "clear_old_imports",
        """
        WITH old AS (
            DELETE FROM item_imports WHERE started_at < clock_timestamp() - interval '1 day' RETURNING import_no
        )
        DELETE FROM item_import_lines l USING old WHERE l.import_no = old.import_no
        """
    )

    private static let stage = PostgresStatement(
        name: "stage_items",
        """
        INSERT INTO item_import_lines (import_no, line, item_id, name, image_url, price_minor, currency)
        SELECT $1::int8, t.* FROM unnest($2::int4[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[]) AS t
        """
    )

    private static let findTwice = PostgresStatement(
        name: "find_ids_given_twice",
        """
        SELECT line, item_id FROM (
            SELECT line, item_id, row_number() OVER (PARTITION BY item_id ORDER BY line) AS occurrence
            FROM item_import_lines WHERE import_no = $1::int8
        ) AS numbered WHERE occurrence > 1 ORDER BY line LIMIT 20
        """
    )

    private static let findTaken = PostgresStatement(
        name: "find_ids_taken",
        """
        SELECT l.line, l.item_id FROM item_import_lines l JOIN item_ids i ON i.item_id = l.item_id
        WHERE l.import_no = $1::int8 ORDER BY l.line LIMIT 20
        """
    )

    private static let moveIDs = PostgresStatement(
        name: "move_item_ids",
        """
        INSERT INTO item_ids (item_id, sale_no, item_no)
        SELECT item_id, $1::int8, $3::int4 + row_number() OVER (ORDER BY line)
        FROM item_import_lines WHERE import_no = $2::int8
        """
    )

    private static let moveItems = PostgresStatement(
        name: "move_items",
        """
        INSERT INTO items (sale_no, item_no, item_id, name, image_url, price_minor, currency)
        SELECT $1::int8, $3::int4 + row_number() OVER (ORDER BY line), item_id, name, image_url, price_minor, currency
        FROM item_import_lines WHERE import_no = $2::int8
        """
    )

    private static let forgetLines = PostgresStatement(
        name: "forget_import_lines",
        "DELETE FROM item_import_lines WHERE import_no = $1::int8"
    )

    private static let forgetImport = PostgresStatement(
        name: "forget_import",
        "DELETE FROM item_imports WHERE import_no = $1::int8"
    )
}
