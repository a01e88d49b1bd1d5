/// What a ``FaultProxy`` does to the bytes of every connection.
public struct NetworkConditions: Sendable {
    /// The way that bytes take.
    public struct Directions: OptionSet, Sendable {
        /// One bit a direction.
        public let rawValue: UInt8

        /// The directions of the bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// From whoever connected.
        public static let toServer = Directions(rawValue: 1)
        /// Back to whoever connected.
        public static let toClient = Directions(rawValue: 2)
        /// Every byte.
        public static let both: Directions = [.toServer, .toClient]
    }

    /// How long a byte is under way, each direction.
    public var latency = Duration.zero
    /// How much longer it may be, at random; bytes keep their order.
    public var jitter = Duration.zero
    /// How fast bytes flow, each direction; `nil` for as fast as they come.
    public var bytesPerSecond: Int?
    /// How many bytes arrive at once, so that messages come in parts.
    public var sliceBytes: Int?
    /// Bytes that wait until this is over and then arrive late, as TCP delivers them after a partition.
    public var holding: Directions = []
    /// Bytes that vanish.
    ///
    /// A connection that has lost one never works again, nor learns of its other end's end: the peer is gone without
    /// a word.
    public var losing: Directions = []
    /// Whether new connections are reset at once.
    public var isRefusing = false

    /// A network without faults.
    public init() {}

    var isSlow: Bool { latency > .zero || jitter > .zero || bytesPerSecond != nil || sliceBytes != nil }

    /// Nothing comes through, everything that was sent comes through afterwards.
    public static var partitioned: NetworkConditions { with { $0.holding = .both } }
    /// Nothing comes through, and whoever sent meanwhile has a connection to nobody.
    public static var halfOpen: NetworkConditions { with { $0.losing = .both } }
    /// New connections are refused.
    public static var refusing: NetworkConditions { with { $0.isRefusing = true } }

    /// A network with some faults.
    public static func with(_ change: (inout NetworkConditions) -> Void) -> NetworkConditions {
        var conditions = NetworkConditions()
        change(&conditions)
        return conditions
    }
}
