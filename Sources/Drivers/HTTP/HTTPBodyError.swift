/// Why a body cannot be read or written any further.
///
/// The driver has answered the client already, where it can be; what the handler returns afterwards is dropped.
public enum HTTPBodyError: Error, Sendable, Hashable {
    /// The client went away, or the exchange is over.
    case connectionClosed
    /// The client sent or took nothing for `bodyTimeout`, or the handler missed its deadline.
    case timedOut
    /// The body is longer than the route takes.
    case tooLarge
    /// The chunked framing is broken.
    case malformed
}
