/// The number under which facts about a sale are true; raised when one of them ceases to be.
///
/// It starts with the identity of the record, because facts of another database, or of a timeline that was left,
/// are facts about something else.
public struct GateEpoch: Hashable, Sendable, CustomStringConvertible {
    /// The database's identity: its cluster's system identifier, mixed with which database of the cluster it is.
    public let system: UInt64
    /// Its timeline; raised by every failover and point-in-time recovery.
    public let timeline: UInt32
    /// The sale's own epoch.
    public let number: Int64

    /// Puts an epoch together from its parts.
    public init(system: UInt64, timeline: UInt32, number: Int64) {
        self.system = system
        self.timeline = timeline
        self.number = number
    }

    /// `<system>.<timeline>.<number>`, the form in which the gate keeps it.
    public var description: String { "\(system).\(timeline).\(number)" }
}

/// Which record an instance talks to: what a sale's epoch starts with.
public struct RecordIdentity: Hashable, Sendable {
    /// The database's identity: its cluster's system identifier, mixed with which database of the cluster it is.
    public let system: UInt64
    /// Its timeline.
    public let timeline: UInt32

    /// Puts an identity together from its parts.
    public init(system: UInt64, timeline: UInt32) {
        self.system = system
        self.timeline = timeline
    }

    /// The epoch of a sale in this record.
    public func epoch(_ number: Int64) -> GateEpoch {
        GateEpoch(system: system, timeline: timeline, number: number)
    }
}
