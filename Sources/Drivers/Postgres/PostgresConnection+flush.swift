import CLibPQ

extension PostgresConnection {
    /// Runs one statement and gives all its rows.
    ///
    /// One round trip, also when the statement has to be prepared first.
    /// - Throws: ``PostgresError``; a server error leaves the connection usable.
    public func query(
        _ statement: PostgresStatement,
        _ parameters: PostgresParameters = PostgresParameters(),
        within: Duration,
        file: String = #fileID,
        line: Int = #line
    ) throws(PostgresError) -> PostgresRows {
        var pipeline = PostgresPipeline()
        pipeline.add(statement, parameters)
        return try flush(pipeline, within: within, file: file, line: line)[0]
    }

    /// Runs the statements that `build` adds, in one round trip.
    public func flush(
        within: Duration,
        file: String = #fileID,
        line: Int = #line,
        _ build: (inout PostgresPipeline) throws(PostgresError) -> Void
    ) throws(PostgresError) -> [PostgresRows] {
        var pipeline = PostgresPipeline()
        try build(&pipeline)
        return try flush(pipeline, within: within, file: file, line: line)
    }

    /// Runs a pipeline in one round trip and gives each statement's rows, in order.
    ///
    /// - Throws: ``PostgresError``; the first server error, with the name of its statement, after the server skipped
    ///   the statements behind it, COMMIT included. The connection is usable then, and a transaction that this pipeline
    ///   began has been rolled back; one that was open before is left failed, for the caller to roll back.
    public func flush(
        _ pipeline: PostgresPipeline,
        within: Duration,
        file: String = #fileID,
        line: Int = #line
    ) throws(PostgresError) -> [PostgresRows] {
        guard !pipeline.commands.isEmpty else { return [] }
        let (pointer, deadline) = try begin(within, CallSite(file: file, line: line))
        let beganIdle = PQtransactionStatus(pointer) == PQTRANS_IDLE
        guard configuration.isPooled, beganIdle else {
            return try flush(pipeline.commands, beganIdle: beganIdle, pointer, until: deadline)
        }
        let place = pipeline.commands[0].statement.beginsTransaction ? 1 : 0
        var commands = pipeline.commands
        commands.insert(contentsOf: opening.commands, at: place)
        do throws(PostgresError) {
            var rows = try flush(commands, beganIdle: beganIdle, pointer, until: deadline)
            rows.removeSubrange(place..<(place + opening.count))
            return rows
        } catch {
            guard error.statementName.map({ opening.names($0) }) ?? false else { throw error }
            close()
            throw error.about(nil, connectionLost: true)
        }
    }

    private func flush(
        _ commands: [PostgresPipeline.Command],
        beganIdle: Bool,
        _ pointer: OpaquePointer,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [PostgresRows] {
        guard PQenterPipelineMode(pointer) == 1 else { throw broken(pointer) }
        var preparing: [Int] = []
        for (index, command) in commands.enumerated() {
            if try send(command, pointer) { preparing.append(index) }
        }
        guard PQpipelineSync(pointer) == 1 else { throw broken(pointer) }
        hasUnsent = PQflush(pointer) == 1

        var answers = PipelineAnswers(capacity: commands.count)
        var nextPreparing = preparing[...]
        for (index, command) in commands.enumerated() {
            if nextPreparing.first == index {
                nextPreparing.removeFirst()
                let isPrepared = try readStatement(command, into: &answers, keepsRows: false, pointer, until: deadline)
                if !isPrepared { prepared[command.statement.name] = nil }
            }
            _ = try readStatement(command, into: &answers, keepsRows: true, pointer, until: deadline)
        }
        try readSync(pointer, until: deadline)
        guard let error = answers.failure else { return answers.rows }
        throw settle(error, beganIdle: beganIdle, until: deadline)
    }

    /// Queues a statement in libpq, preceded by its preparation when the session has not seen it, which it tells.
    func send(_ command: PostgresPipeline.Command, _ pointer: OpaquePointer) throws(PostgresError) -> Bool {
        let statement = command.statement
        let known = prepared[statement.name]
        guard known == nil || known == statement.sql else {
            // It would run the wrong SQL; what is queued was not flushed and ends with the session.
            throw abandon(.configuration, "another statement is prepared as \(statement.name)")
        }
        let isNew = known == nil && usesName(of: statement)
        if isNew {
            guard PQsendPrepare(pointer, statement.name, statement.sql, 0, nil) == 1 else { throw broken(pointer) }
            prepared[statement.name] = statement.sql
        }
        try sendExecution(of: command.statement, command.parameters, pointer)
        return isNew
    }

    /// Whether the session keeps the statement; the empty name is the protocol's unnamed statement.
    private func usesName(of statement: PostgresStatement) -> Bool {
        !configuration.isPooled && !statement.name.isEmpty
    }

    private func sendExecution(
        of statement: PostgresStatement,
        _ parameters: PostgresParameters,
        _ pointer: OpaquePointer
    ) throws(PostgresError) {
        let isNamed = usesName(of: statement)
        let isSent = parameters.withArguments { count, values, lengths, formats in
            isNamed
                ? PQsendQueryPrepared(pointer, statement.name, count, values, lengths, formats, 1)
                : PQsendQueryParams(pointer, statement.sql, count, nil, values, lengths, formats, 1)
        }
        guard isSent == 1 else { throw broken(pointer) }
    }

    /// Reads one statement's results to their end; tells whether it succeeded.
    private func readStatement(
        _ command: PostgresPipeline.Command,
        into answers: inout PipelineAnswers,
        keepsRows: Bool,
        _ pointer: OpaquePointer,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> Bool {
        var succeeded = false
        while let result = try nextResult(pointer, until: deadline) {
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                succeeded = true
                let rows = PostgresRows(result: PostgresResult(taking: result))
                if keepsRows { answers.rows.append(rows) }
            case PGRES_PIPELINE_ABORTED:
                PQclear(result)
            default:
                let error = try failure(taking: result, of: command.statement.name, pointer)
                guard isUsable else { throw (answers.failure ?? error).about(nil, connectionLost: true) }
                answers.failure = answers.failure ?? error
            }
        }
        if PQstatus(pointer) == CONNECTION_BAD { throw broken(pointer) }
        return succeeded
    }

    func readSync(_ pointer: OpaquePointer, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard let result = try nextResult(pointer, until: deadline) else { throw broken(pointer) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else {
            let error = try failure(taking: result, of: nil, pointer)
            close()
            throw error.about(nil, connectionLost: true)
        }
        PQclear(result)
        guard PQexitPipelineMode(pointer) == 1 else { throw broken(pointer) }
    }

    /// Rolls back the failed transaction that the failed call itself began, so that the next call finds none.
    func settle(_ error: PostgresError, beganIdle: Bool, until deadline: ContinuousClock.Instant) -> PostgresError {
        guard beganIdle, let pointer, PQtransactionStatus(pointer) == PQTRANS_INERROR else { return error }
        do throws(PostgresError) {
            try runSimple("ROLLBACK", pointer, until: deadline)
        } catch {
            // A session that cannot roll back is of no use; the first error is the one to tell.
            close()
        }
        return error.about(nil, connectionLost: !isUsable)
    }
}

/// What has been read of a pipeline.
private struct PipelineAnswers {
    var rows: [PostgresRows] = []
    var failure: PostgresError?

    init(capacity: Int) {
        rows.reserveCapacity(capacity)
    }
}
