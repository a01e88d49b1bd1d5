/// The size and limits of a pool.
public struct PostgresPoolConfiguration: Sendable {
    /// How each connection is made.
    public var connection: PostgresConfiguration
    /// Connections, each with its thread; at least 1.
    public var size: Int
    /// Callers that may wait for a connection; more are refused at once.
    public var waitingLimit: Int
    /// The pause after a first failed connection attempt; each further one doubles it, the last half of it at random.
    public var reconnectDelay: Duration
    /// The longest such pause.
    public var reconnectDelayLimit: Duration

    /// A configuration; everything but the connection has a default.
    public init(
        connection: PostgresConfiguration,
        size: Int = 4,
        waitingLimit: Int = 256,
        reconnectDelay: Duration = .milliseconds(50),
        reconnectDelayLimit: Duration = .seconds(2)
    ) {
        self.connection = connection
        self.size = max(size, 1)
        self.waitingLimit = waitingLimit
        self.reconnectDelay = reconnectDelay
        self.reconnectDelayLimit = reconnectDelayLimit
    }
}

/// What a pool is doing at one moment.
public struct PostgresPoolStatistics: Sendable, Equatable {
    /// Connections that the pool may hold.
    public var size: Int
    /// Those that could take a caller at once.
    public var idle: Int
    /// Those that run a caller's work.
    public var busy: Int
    /// Those that pause after a failed connection attempt.
    public var pausing: Int
    /// Callers that wait for a connection.
    public var waiting: Int
}
