/// Why a store could not give a result.
///
/// Repositories throw it; adapters translate their driver's errors to it, so that no driver is named in the core.
public struct StoreError: Error, Sendable, CustomStringConvertible {
    /// What a caller can branch on.
    public enum Code: String, Sendable {
        /// The store is away; surely nothing was done.
        case unavailable
        /// A queue was full; surely nothing was done.
        case overloaded
        /// The deadline came first; surely nothing was done.
        case timedOut
        /// It was sent and its fate is not known yet; asking again is safe and finds out.
        case unknown
        /// It kept colliding with other work; surely nothing was done.
        case conflict
        /// The store answered something that cannot be.
        case corrupt
    }

    /// What a caller can branch on.
    public let code: Code
    /// A sentence for the log, never for a client.
    public let message: String
    /// The driver's error, where there is one.
    public let underlying: (any Error)?

    /// Makes an error of a code, a sentence for the log and the driver's error.
    public init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// The text form.
    public var description: String {
        guard let underlying else { return "\(code.rawValue): \(message)" }
        return "\(code.rawValue): \(message) (\(underlying))"
    }
}
