import CLibPQ
import Glibc

extension PostgresConnection {
    /// The next result of what was sent, `nil` at the end of a statement's results; the caller clears it.
    ///
    /// `PQgetResult` is called only when libpq has the result in memory or knows the link to be broken, so it does not
    /// block.
    func nextResult(_ pointer: OpaquePointer, until deadline: ContinuousClock.Instant) throws(PostgresError)
        -> OpaquePointer?
    {
        while PQisBusy(pointer) != 0 {
            let ready = try wait(for: hasUnsent ? POLLIN | POLLOUT : POLLIN, until: deadline)
            if ready & ~POLLOUT != 0, PQconsumeInput(pointer) == 0 { break }
            if hasUnsent { hasUnsent = PQflush(pointer) == 1 }
        }
        return PQgetResult(pointer)
    }

    /// Sends what libpq holds back, reading meanwhile so that the server is never stuck on its own answers.
    func flushOutput(_ pointer: OpaquePointer, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        while true {
            let state = PQflush(pointer)
            hasUnsent = state == 1
            guard state != 0 else { return }
            guard state == 1 else { throw broken(pointer) }
            let ready = try wait(for: POLLIN | POLLOUT, until: deadline)
            if ready & ~POLLOUT != 0, PQconsumeInput(pointer) == 0 { throw broken(pointer) }
        }
    }

    /// Waits until the socket is ready for one of `events`; closes the connection when it does not get so.
    func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(PostgresError) -> Int32 {
        while true {
            if let interrupt, interrupt.isRaised { throw abandon(.cancelled, "cancelled by the caller") }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw abandon(.timedOut, "no answer by the deadline") }
            let ready = pollSocket(events, milliseconds: left.millisecondsRoundedUp)
            if ready != 0 { return ready }
        }
    }

    /// Gives the session up because of the caller: cancels what it runs, from another thread, and closes it.
    func abandon(_ code: PostgresError.Code, _ message: String) -> PostgresError {
        if let pointer, PQtransactionStatus(pointer) == PQTRANS_ACTIVE {
            PostgresCancelHandle(pointer)?.cancelInBackground()
        }
        close()
        return failure(code, message)
    }

    /// Gives the session up because libpq did.
    func broken(_ pointer: OpaquePointer) -> PostgresError {
        let message = String(cString: PQerrorMessage(pointer)).trimmed
        let code = PostgresError.linkFailure(message)
        close()
        return failure(code, message.isEmpty ? "the link broke" : message)
    }

    /// The error in `result`, which is cleared; closes a session that ended with it.
    ///
    /// - Throws: when the result is none, which makes no sense at this place.
    func failure(
        taking result: OpaquePointer,
        of statement: String?,
        _ pointer: OpaquePointer
    ) throws(PostgresError) -> PostgresError {
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE:
            let error = PostgresError(result: result, connection: pointer, site: site)
            if error.connectionLost { close() }
            return error.about(statement, connectionLost: !isUsable)
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            throw abandon(.configuration, "COPY cannot be run like this")
        default:
            throw abandon(.protocolViolation, "an answer that makes no sense here")
        }
    }

    /// What is ready on the socket; 0 after the time, a signal or an interrupt.
    private func pollSocket(_ events: Int32, milliseconds: Int32) -> Int32 {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { descriptors in
            let socket = pointer.map { PQsocket($0) } ?? -1
            descriptors.initializeElement(at: 0, to: pollfd(fd: socket, events: Int16(events), revents: 0))
            descriptors.initializeElement(
                at: 1,
                to: pollfd(fd: interrupt?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            )
            let count = poll(descriptors.baseAddress, interrupt == nil ? 1 : 2, milliseconds)
            return count > 0 ? Int32(descriptors[0].revents) : 0
        }
    }
}

extension Duration {
    /// For `poll`: a wait is never shorter than asked for, nor longer than a minute, after which it is renewed.
    fileprivate var millisecondsRoundedUp: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 60 else { return 60_000 }
        return Int32(seconds) * 1000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
