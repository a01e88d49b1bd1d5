import CLibPQ

extension PostgresConnection {
    /// Runs one statement and hands over its rows one by one, in memory that does not grow with their number.
    ///
    /// `within` is the longest wait for the next row; the whole may take as long as it takes. `each` must not use the
    /// connection; an error it throws is passed on and ends the connection, because more rows are under way.
    /// - Throws: ``PostgresError``, also after some rows, or the error of `each`.
    public func stream(
        _ statement: PostgresStatement,
        _ parameters: PostgresParameters = PostgresParameters(),
        within: Duration,
        file: String = #fileID,
        line: Int = #line,
        _ each: (PostgresRow) throws -> Void
    ) throws {
        let (pointer, _) = try begin(within, CallSite(file: file, line: line))
        let command = PostgresPipeline.Command(statement: statement, parameters: parameters)
        let head = configuration.isPooled && !isInTransaction ? opening.commands : []
        // A pipeline, because libpq 15 takes single-row mode back only there; else the next pipeline had it.
        guard PQenterPipelineMode(pointer) == 1 else { throw broken(pointer) }
        for command in head { _ = try send(command, pointer) }
        let isPrepared = try !send(command, pointer)
        guard PQpipelineSync(pointer) == 1 else { throw broken(pointer) }
        hasUnsent = PQflush(pointer) == 1
        var first: PostgresError?
        for command in head {
            let failure = try readRows(of: command.statement, pointer, within) { _ in }
            first = first ?? failure
        }
        let isOpen = first == nil
        if !isPrepared {
            first = try readRows(of: statement, pointer, within) { _ in }
            if first != nil { prepared[statement.name] = nil }
        }
        if first == nil, PQsetSingleRowMode(pointer) != 1 {
            throw abandon(.protocolViolation, "rows came before they could be")
        }
        let later = try readRows(of: statement, pointer, within, each)
        try readSync(pointer, until: deadline(within))
        if !isOpen { close() }
        if let error = first ?? later { throw error.about(nil, connectionLost: !isOpen) }
    }

    /// Reads one command's results to their end and gives the server's error, if any.
    private func readRows(
        of statement: PostgresStatement,
        _ pointer: OpaquePointer,
        _ within: Duration,
        _ each: (PostgresRow) throws -> Void
    ) throws -> PostgresError? {
        var first: PostgresError?
        while true {
            // Rows that are in memory cost no look at the clock.
            let deadline = PQisBusy(pointer) == 0 ? .now : deadline(within)
            guard let result = try nextResult(pointer, until: deadline) else { break }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                do {
                    try each(PostgresRow(result: PostgresResult(taking: result), index: 0))
                } catch {
                    _ = abandon(.cancelled, "given up by the caller")
                    throw error
                }
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_ABORTED:
                PQclear(result)
            default:
                let error = try failure(taking: result, of: statement.name, pointer)
                guard isUsable else { throw (first ?? error).about(nil, connectionLost: true) }
                first = first ?? error
            }
        }
        if PQstatus(pointer) == CONNECTION_BAD { throw first ?? broken(pointer) }
        return first
    }
}
