import CLibPQ

extension PostgresError {
    /// The error told by a failed `result` on `connection`, which is not cleared here.
    init(result: OpaquePointer, connection: OpaquePointer, site: CallSite) {
        let broken = PQstatus(connection) == CONNECTION_BAD
        let message = Self.field("M", of: result) ?? String(cString: PQresultErrorMessage(result)).trimmed
        guard let sqlState = Self.field("C", of: result).flatMap({ SQLState($0) }) else {
            self.init(Self.linkFailure(message), message, connectionLost: broken, site: site)
            return
        }
        // Severity 'V' is never translated; FATAL and PANIC end the session.
        let severity = Self.field("V", of: result)
        self.init(
            .server,
            message,
            sqlState: sqlState,
            detail: Self.field("D", of: result),
            constraint: Self.field("n", of: result),
            connectionLost: broken || severity == "FATAL" || severity == "PANIC",
            site: site
        )
    }

    /// The error of a connection attempt that failed, `connection` having been set to verbose errors.
    init(connecting connection: OpaquePointer, site: CallSite) {
        let message = String(cString: PQerrorMessage(connection)).trimmed
        let sqlState = Self.verboseSQLState(in: message)
        self.init(
            sqlState == nil ? .unreachable : .server,
            message,
            sqlState: sqlState,
            connectionLost: true,
            site: site
        )
    }

    /// What libpq's own error on an established connection means.
    static func linkFailure(_ message: String) -> Code {
        message.hasPrefix("lost synchronization") || message.hasPrefix("message contents")
            ? .protocolViolation : .connectionClosed
    }

    /// The code in `… FATAL:  28P01: password authentication failed …`.
    ///
    /// libpq keeps the SQLSTATE of a refused connection to itself, except in the text of verbose errors.
    private static func verboseSQLState(in message: String) -> SQLState? {
        for word in message.split(separator: " ") where word.hasSuffix(":") {
            // A digit tells it from the severity: ERROR, FATAL and PANIC have five capitals, too.
            if let state = SQLState(word.dropLast()), word.contains(where: \.isNumber) { return state }
        }
        return nil
    }

    /// A field of an error report, by its protocol letter.
    private static func field(_ letter: Unicode.Scalar, of result: OpaquePointer) -> String? {
        PQresultErrorField(result, Int32(letter.value)).map { String(cString: $0) }
    }
}

extension String {
    /// Without trailing line ends, which libpq's messages have.
    var trimmed: String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}
