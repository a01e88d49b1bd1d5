/// Why the server could not start.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: Sendable, Hashable {
        /// Another socket listens on the port.
        case addressInUse
        /// The process may not listen there (ports below 1024).
        case permissionDenied
        /// The host has no such address.
        case addressNotAvailable
        /// Any other failure of binding.
        case bindFailed
        /// `run()` was called a second time.
        case alreadyRun
        /// The waiting task was cancelled, or the server stopped before it was bound.
        case stopped
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for the log, with host and port.
    public let message: String
    /// The error below, if there is one.
    public let underlying: (any Error)?

    init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The message.
    public var description: String { message }
}
