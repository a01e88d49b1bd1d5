/// Why Redis could not be asked, did not answer, or refused.
public struct RedisError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: String, Sendable, CaseIterable {
        /// There is no connection, or it broke before the reply; whether the command ran is unknown if it was sent.
        case disconnected
        /// The deadline passed before the reply; whether the command ran is unknown.
        case timedOut = "timed_out"
        /// An earlier command is past its deadline and nothing has come since; the command was not sent.
        case stalled
        /// Too much waits for replies; the command was not sent.
        case overloaded
        /// Redis answered with an error; ``RedisError/word`` says which.
        case server
        /// The server's bytes make no sense.
        case protocolViolation = "protocol"
        /// The URL cannot be used as given.
        case configuration
    }

    /// The kind of failure.
    public let code: Code
    /// Redis' first word (`NOSCRIPT`, `OOM` …) for ``Code/server``, else the code's own; for metrics, bound it first.
    public let word: String
    /// Redis' or the driver's sentence; may hold values, so it belongs in a debug log only.
    public let message: String
    /// The file of the call that failed.
    public internal(set) var file: String
    /// The line of the call that failed.
    public internal(set) var line: Int

    init(_ code: Code, _ message: String, file: String = #fileID, line: Int = #line) {
        self.code = code
        word = code.rawValue
        self.message = message
        self.file = file
        self.line = line
    }

    /// The error of a reply: its first word, and the sentence behind it.
    init(reply text: String, file: String = #fileID, line: Int = #line) {
        code = .server
        word = String(text.prefix { $0 != " " })
        message = text
        self.file = file
        self.line = line
    }

    /// Whether a server says that it is a replica, and takes no writes or answers nothing while it has no master.
    var isOfReplica: Bool { code == .server && (word == "READONLY" || word == "MASTERDOWN") }

    func at(_ file: String, _ line: Int) -> RedisError {
        var error = self
        error.file = file
        error.line = line
        return error
    }
}

extension RedisError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, word and place; what the server said is left out because it may quote values.
    public var description: String {
        let reason = code == .server ? word : message
        return "RedisError \(code.rawValue), \(reason), at \(file):\(line)"
    }

    /// Everything, values included.
    public var debugDescription: String { "RedisError \(code.rawValue), \(message), at \(file):\(line)" }
}
