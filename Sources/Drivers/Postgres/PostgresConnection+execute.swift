import CLibPQ

extension PostgresConnection {
    /// Runs SQL text of any number of statements without parameters and drops its rows; for migrations and settings.
    ///
    /// Without BEGIN in it, the text is one transaction. Where a pooler lends the session, it has none of the
    /// configuration's settings.
    /// - Throws: ``PostgresError``; after a server error a transaction that the text began has been rolled back.
    public func execute(
        _ sql: String,
        within: Duration,
        file: String = #fileID,
        line: Int = #line
    ) throws(PostgresError) {
        let (pointer, deadline) = try begin(within, CallSite(file: file, line: line))
        let beganIdle = PQtransactionStatus(pointer) == PQTRANS_IDLE
        do throws(PostgresError) {
            try runSimple(sql, pointer, until: deadline)
        } catch {
            throw settle(error, beganIdle: beganIdle, until: deadline)
        }
    }

    /// Runs SQL text by the simple protocol; throws the first server error once all results have been read.
    func runSimple(_ sql: String, _ pointer: OpaquePointer, until deadline: ContinuousClock.Instant)
        throws(PostgresError)
    {
        guard PQsendQuery(pointer, sql) == 1 else { throw broken(pointer) }
        hasUnsent = PQflush(pointer) == 1
        var first: PostgresError?
        while let result = try nextResult(pointer, until: deadline) {
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                PQclear(result)
            default:
                let error = try failure(taking: result, of: nil, pointer)
                guard isUsable else { throw (first ?? error).about(nil, connectionLost: true) }
                first = first ?? error
            }
        }
        if PQstatus(pointer) == CONNECTION_BAD { throw first ?? broken(pointer) }
        if let first { throw first }
    }
}
