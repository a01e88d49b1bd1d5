/// A Lua script with its name, which is its label in metrics.
///
/// Called by its hash; where Redis does not know it (`NOSCRIPT`), the same call goes out once more with the text, which
/// makes it known. Both forms are written here and the second try is decided in ``retries(after:)``.
public final class RedisScript: Sendable {
    /// The name.
    public let name: String
    /// The caller's own number for it, handed to the observer.
    public let tag: Int
    /// The SHA-1 of its text in hexadecimal: the name by which Redis knows it.
    public let sha1: String
    let source: String
    let evalSHAHead: [UInt8]
    let evalHead: [UInt8]

    /// A script of this text.
    public init(name: String, tag: Int = 0, source: String) {
        self.name = name
        self.tag = tag
        self.source = source
        sha1 = SHA1.hexadecimal(of: Array(source.utf8))
        evalSHAHead = RedisCommand("EVALSHA", sha1).body
        evalHead = RedisCommand("EVAL", source).body
    }

    /// Makes the script known to a server.
    var load: RedisCommand { RedisCommand("SCRIPT", "LOAD", source) }

    /// Whether an error means that the call must go out again with the script's text; it did not run then.
    static func retries(after error: String) -> Bool { error.hasPrefix("NOSCRIPT") }
}
