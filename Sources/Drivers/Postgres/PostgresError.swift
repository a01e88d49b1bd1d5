/// Why PostgreSQL could not be asked, did not answer, or refused.
///
/// One word in size: the parts live in a box, so a function that throws it stays cheap.
public struct PostgresError: Error, Sendable {
    /// What kind of failure it is; what to do about it depends on this and, for ``server``, on the SQLSTATE.
    public enum Code: String, Sendable {
        /// The server answered with an error; ``PostgresError/sqlState`` says which.
        case server
        /// No server could be reached: refused, no route, no such host, or what answered is not PostgreSQL.
        case unreachable
        /// The link broke or was closed earlier; whether the last statements ran is unknown if they were sent.
        case connectionClosed
        /// The deadline passed: with ``PostgresError/connectionLost`` the connection was closed and whether the
        /// statements ran is unknown, without it they were not sent.
        case timedOut
        /// The pool's waiting queue is full.
        case overloaded
        /// The caller was cancelled; the same as for ``timedOut`` tells whether statements were sent.
        case cancelled
        /// The server's bytes or its order of messages make no sense.
        case protocolViolation
        /// A value is NULL, of another type or of another size than asked for.
        case decoding
        /// The server answers and is not the one to talk to, says the configuration's admission.
        case refused
        /// The URL, a setting or a statement cannot be used as given.
        case configuration
    }

    private final class Box: Sendable {
        let code: Code
        let sqlState: SQLState?
        let message: String
        let detail: String?
        let constraint: String?
        let statementName: String?
        let connectionLost: Bool
        let site: CallSite

        init(
            _ code: Code,
            _ sqlState: SQLState?,
            _ message: String,
            _ detail: String?,
            _ constraint: String?,
            _ statementName: String?,
            _ connectionLost: Bool,
            _ site: CallSite
        ) {
            self.code = code
            self.sqlState = sqlState
            self.message = message
            self.detail = detail
            self.constraint = constraint
            self.statementName = statementName
            self.connectionLost = connectionLost
            self.site = site
        }
    }

    private let box: Box

    init(
        _ code: Code,
        _ message: String,
        sqlState: SQLState? = nil,
        detail: String? = nil,
        constraint: String? = nil,
        statementName: String? = nil,
        connectionLost: Bool = false,
        site: CallSite
    ) {
        box = Box(code, sqlState, message, detail, constraint, statementName, connectionLost, site)
    }

    /// What an admission throws of a server that is not the one to talk to; the sentence must hold no secret.
    public static func refused(_ reason: String, file: String = #fileID, line: Int = #line) -> PostgresError {
        PostgresError(.refused, reason, site: CallSite(file: file, line: line))
    }

    /// The kind of failure.
    public var code: Code { box.code }
    /// The server's code, when the server spoke.
    public var sqlState: SQLState? { box.sqlState }
    /// The server's or the driver's sentence; may hold values, so it belongs in a debug log only.
    public var message: String { box.message }
    /// The server's detail, usually with values.
    public var detail: String? { box.detail }
    /// The violated constraint.
    public var constraint: String? { box.constraint }
    /// The statement that failed, of those sent together.
    public var statementName: String? { box.statementName }
    /// Whether the connection ended with this error, by the server's FATAL, a broken link, a deadline or a cancellation.
    public var connectionLost: Bool { box.connectionLost }
    /// The file of the call that failed.
    public var file: String { box.site.file }
    /// The line of the call that failed.
    public var line: Int { box.site.line }

    /// The same error, about a statement and with the connection's fate.
    func about(_ statement: String?, connectionLost: Bool) -> PostgresError {
        PostgresError(
            code,
            message,
            sqlState: sqlState,
            detail: detail,
            constraint: constraint,
            statementName: statementName ?? statement,
            connectionLost: self.connectionLost || connectionLost,
            site: box.site
        )
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, names and place; the server's message and detail are left out because they may quote values.
    public var description: String {
        text(message: code == .server ? nil : message, detail: nil)
    }

    /// Everything, values included.
    public var debugDescription: String {
        text(message: message, detail: detail)
    }

    private func text(message: String?, detail: String?) -> String {
        var parts = ["PostgresError \(code.rawValue)"]
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        if let statementName { parts.append("statement \(statementName)") }
        if let constraint { parts.append("constraint \(constraint)") }
        if connectionLost { parts.append("connection lost") }
        if let message { parts.append(message) }
        if let detail { parts.append(detail) }
        parts.append("at \(file):\(line)")
        return parts.joined(separator: ", ")
    }
}

/// Where the driver was called.
struct CallSite: Sendable {
    let file: String
    let line: Int
}
