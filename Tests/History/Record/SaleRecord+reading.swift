import Kernel
import Postgres
import Sales
import Synchronization

extension SaleRecord {
    /// Reads a sale in one snapshot, over a connection of its own.
    ///
    /// - Throws: `PostgresError`; ``History/Malformed`` where there is no such sale.
    public static func read(sale: String, from url: String) async throws -> SaleRecord {
        guard let id = SaleID(sale) else { throw History.Malformed(description: "\(sale) is no sale") }
        let box = ReadingBox()
        let thread = DedicatedThread(name: "record") { box.set(Result { try read(id, url) }) }
        await thread.join()
        guard let result = box.result else { throw History.Malformed(description: "nothing was read") }
        return try result.get()
    }

    private static func read(_ sale: SaleID, _ url: String) throws -> SaleRecord {
        let connection = try PostgresConnection(
            PostgresConfiguration(url: url, applicationName: "history"),
            deadline: .now + .seconds(10)
        )
        defer { connection.close() }
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", within: .seconds(10))
        var reader = SaleReader(connection: connection, sale: sale)
        return try reader.record()
    }
}

/// What the reading thread leaves.
private final class ReadingBox: Sendable {
    private let content = Mutex<Result<SaleRecord, any Error>?>(nil)
    var result: Result<SaleRecord, any Error>? { content.withLock { $0 } }
    func set(_ result: Result<SaleRecord, any Error>) { content.withLock { $0 = result } }
}
