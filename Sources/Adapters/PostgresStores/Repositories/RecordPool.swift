import Kernel
import Postgres

/// A pool of connections as repositories use it: with a time limit, and errors in the core's words.
public struct RecordPool: Sendable {
    private let pool: PostgresPool
    private let limit: Duration

    /// Work on `pool`, each piece within `limit`.
    public init(_ pool: PostgresPool, limit: Duration) {
        self.pool = pool
        self.limit = limit
    }

    /// Runs `body` on a connection, within the limit and by `deadline` where somebody waits until then.
    func run<Value: Sendable>(
        by deadline: Instant? = nil,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            let end = Instant.now + limit
            return try await pool.withConnection(deadline: min(deadline ?? end, end), body)
        } catch let error as PostgresError {
            throw StoreError(error)
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.unavailable, "reading the record failed", underlying: error)
        }
    }

    /// Runs `body` as one transaction; what it throws rolls back.
    ///
    /// Collisions with other work are run again, at most `attempts` times. As a snapshot it sees one state throughout,
    /// and changes nothing.
    func transaction<Value: Sendable>(
        asSnapshot: Bool = false,
        attempts: Int = 8,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(StoreError) -> Value {
        var attempt = 1
        while true {
            do throws(StoreError) {
                return try await run { connection in
                    let begin = asSnapshot ? Self.beginSnapshot : Self.begin
                    _ = try connection.query(begin, PostgresParameters(), within: Self.step)
                    do {
                        let value = try body(connection)
                        _ = try connection.query(Self.commit, PostgresParameters(), within: Self.step)
                        return value
                    } catch {
                        // The transaction must not outlive its failure; a connection that cannot end it is closed.
                        do { _ = try connection.query(Self.rollback, PostgresParameters(), within: Self.step) } catch {
                            connection.close()
                        }
                        throw error
                    }
                }
            } catch {
                guard error.code == .conflict, attempt < attempts else { throw error }
                attempt += 1
            }
        }
    }

    /// How long one statement may take.
    static let step = Duration.seconds(60)
    private static let begin = PostgresStatement(name: "begin", "BEGIN")
    private static let beginSnapshot = PostgresStatement(
        name: "begin_snapshot",
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    )
    private static let commit = PostgresStatement(name: "commit", "COMMIT")
    private static let rollback = PostgresStatement(name: "rollback", "ROLLBACK")
}

extension StoreError {
    /// The driver's error in the core's words.
    init(_ error: PostgresError) {
        let code: Code =
            switch error.sqlState {
            case .serializationFailure, .deadlockDetected, .lockNotAvailable: .conflict
            case .queryCanceled: .timedOut
            default: Code(error.code)
            }
        self.init(code, "PostgreSQL could not do it", underlying: error)
    }
}

extension StoreError.Code {
    /// What a failure comes to about which the server said nothing that matters.
    fileprivate init(_ code: PostgresError.Code) {
        switch code {
        case .timedOut: self = .timedOut
        case .overloaded: self = .overloaded
        case .decoding: self = .corrupt
        case .server, .unreachable, .connectionClosed, .cancelled, .protocolViolation, .configuration, .refused:
            self = .unavailable
        }
    }
}
