import CLibPQ

extension PostgresConnection {
    /// Runs a `COPY … FROM STDIN` with the bytes that `body` writes, in the form that the statement names.
    ///
    /// `within` is for the whole copy. `body` must not use the connection; an error it throws aborts the copy, is passed
    /// on, and leaves the connection usable.
    /// - Returns: the number of rows copied.
    /// - Throws: ``PostgresError``, or the error of `body`.
    public func copyIn(
        _ sql: String,
        within: Duration,
        file: String = #fileID,
        line: Int = #line,
        _ body: (inout PostgresCopyWriter) throws -> Void
    ) throws -> Int {
        let (pointer, deadline) = try begin(within, CallSite(file: file, line: line))
        try startCopy(sql, pointer, until: deadline)
        var writer = PostgresCopyWriter(connection: self, pointer: pointer, deadline: deadline)
        do {
            try body(&writer)
        } catch {
            guard isUsable else { throw error }
            let (_, refusal) = try endCopy(pointer, aborting: "aborted by the client", until: deadline)
            throw writer.isRefused ? refusal ?? error : error
        }
        // A body may have swallowed the error of a write.
        guard isUsable else { throw failure(.connectionClosed, "the connection was closed during the copy") }
        let (count, refusal) = try endCopy(pointer, aborting: nil, until: deadline)
        if let refusal { throw refusal }
        return count
    }

    private func startCopy(
        _ sql: String,
        _ pointer: OpaquePointer,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) {
        guard PQsendQuery(pointer, sql) == 1 else { throw broken(pointer) }
        hasUnsent = PQflush(pointer) == 1
        guard let result = try nextResult(pointer, until: deadline) else { throw broken(pointer) }
        switch PQresultStatus(result) {
        case PGRES_COPY_IN:
            PQclear(result)
        case PGRES_FATAL_ERROR:
            let error = try failure(taking: result, of: nil, pointer)
            while isUsable, let more = try nextResult(pointer, until: deadline) { PQclear(more) }
            throw error
        default:
            PQclear(result)
            throw abandon(.configuration, "not a COPY … FROM STDIN")
        }
    }

    /// Ends the copy and reads what the server makes of it: the number of rows, or its error.
    private func endCopy(
        _ pointer: OpaquePointer,
        aborting message: String?,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> (Int, PostgresError?) {
        // Fails only when the server has ended the copy by itself, which the results tell.
        while PQputCopyEnd(pointer, message) == 0 { try flushOutput(pointer, until: deadline) }
        try flushOutput(pointer, until: deadline)
        var count = 0
        var first: PostgresError?
        while let result = try nextResult(pointer, until: deadline) {
            if PQresultStatus(result) == PGRES_COMMAND_OK {
                count = PostgresResult(taking: result).affectedRows
            } else {
                let error = try failure(taking: result, of: nil, pointer)
                first = first ?? error
                guard isUsable else { break }
            }
        }
        return (count, first)
    }
}

/// Takes the bytes of one copy; made by ``PostgresConnection/copyIn(_:within:file:line:_:)``.
public struct PostgresCopyWriter: ~Copyable {
    /// How much may be on its way to the socket before a write waits for it.
    private static let unsentLimit = 64 * 1024

    let connection: PostgresConnection
    let pointer: OpaquePointer
    let deadline: ContinuousClock.Instant
    /// Whether the server ended the copy while more was written.
    private(set) var isRefused = false
    private var unsent = 0

    init(connection: PostgresConnection, pointer: OpaquePointer, deadline: ContinuousClock.Instant) {
        self.connection = connection
        self.pointer = pointer
        self.deadline = deadline
    }

    /// Writes bytes; they need not end where a row ends.
    public mutating func write(_ bytes: [UInt8]) throws(PostgresError) {
        var offset = 0
        while offset < bytes.count {
            let count = min(bytes.count - offset, Self.unsentLimit)
            try put(count) { pointer in
                bytes.withUnsafeBytes { buffer in
                    PQputCopyData(
                        pointer,
                        buffer.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self),
                        Int32(count)
                    )
                }
            }
            offset += count
        }
    }

    /// Writes the text's UTF-8 bytes.
    public mutating func write(_ text: String) throws(PostgresError) {
        try write([UInt8](text.utf8))
    }

    private mutating func put(_ count: Int, _ put: (OpaquePointer) -> Int32) throws(PostgresError) {
        guard connection.isUsable else { throw connection.failure(.connectionClosed, "the connection is closed") }
        var state = put(pointer)
        while state == 0 {
            try connection.flushOutput(pointer, until: deadline)
            state = put(pointer)
        }
        guard state == 1 else {
            isRefused = true
            throw connection.failure(.server, "the server ended the copy")
        }
        unsent += count
        guard unsent >= Self.unsentLimit else { return }
        try connection.flushOutput(pointer, until: deadline)
        unsent = 0
    }
}
