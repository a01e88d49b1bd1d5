/// Where Redis is, how long to wait for it, and how much may wait.
public struct RedisConfiguration: Sendable {
    let address: RedisAddress
    /// The longest a connection attempt may take, and the longest its greeting may take after it.
    public var connectTimeout = Duration.seconds(1)
    /// The longest a command may take where the caller names no limit.
    public var commandTimeout = Duration.milliseconds(20)
    /// A connection with a command past its deadline and no reply for so long is closed.
    public var stallTimeout = Duration.seconds(1)
    /// The first pause before connecting again; each further one is twice as long, halved at random at most.
    public var reconnectDelayMin = Duration.milliseconds(50)
    /// The longest such pause.
    public var reconnectDelayMax = Duration.seconds(2)
    /// The most commands of a connection that may wait for replies.
    public var maxPending = 16_384
    /// The most bytes of commands of a connection that may wait for replies.
    public var maxPendingBytes = 64 << 20
    /// The most bytes of one reply; a longer one ends the connection.
    public var maxReplyBytes = 64 << 20
    /// The scripts that are made known to Redis with each connection.
    public var scripts: [RedisScript] = []
    /// Told of every command's end, on the event loop or, where there is no connection, on the caller's thread.
    public var observer: (@Sendable (RedisObservation) -> Void)?

    /// A configuration from a URL, whose names and passwords may be percent-encoded.
    ///
    /// `redis://[user:password@]host[:port][/database]` is one server. For a group that sentinels watch it is
    /// `redis+sentinel://[user:password@]host[:port][,…]/name[/database][?sentinel_username=…&sentinel_password=…]` with
    /// the sentinels' hosts and the group's name; user and password are the servers'. Its master is asked for before each
    /// connection.
    /// - Throws: ``RedisError`` with code `configuration`; its sentence does not repeat the URL.
    public init(url: String) throws(RedisError) {
        address = try RedisAddress(url: url)
    }
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Host, port, database and user, never the password.
    public var description: String { "RedisConfiguration(\(address))" }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing, so that a dump cannot show the password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// How a command ended.
public struct RedisObservation: Sendable {
    /// The script's name or the command's first word.
    public let name: String
    /// The script's tag; `nil` for a plain command.
    public let tag: Int?
    /// From the call, on the connection's loop, to the reply or the failure; zero where it was not sent.
    public let duration: Duration
    /// Why it failed; `nil` when it did not.
    public let error: RedisError?
}
