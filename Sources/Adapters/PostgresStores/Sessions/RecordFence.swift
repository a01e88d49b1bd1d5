import Kernel
import Logging
import Postgres
import Sales
import Synchronization

/// Keeps this process from a primary of the past: what has been seen on a later timeline is not sought on an earlier
/// one.
///
/// A promotion begins a new timeline of the same cluster. A primary that comes back afterwards, or was never stopped,
/// lets clients in as before; what it is told is lost. Sessions with it end as soon as the newer one has been seen.
public final class RecordFence: Sendable {
    /// The longest that a host may take to be looked at.
    private static let patience = Duration.milliseconds(500)

    private let newest = Mutex<RecordIdentity?>(nil)
    private let log: Logger

    /// A fence that has seen nothing yet.
    public init(log: Logger) { self.log = log }

    /// The same configuration, behind this fence: standbys and primaries of the past are passed over.
    public func guarding(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
        var guarded = configuration
        guarded.admission = { [self] connection, _ throws(PostgresError) in
            let identity = try RecordIdentity.read(from: connection)
            // A pooler may go over to another server behind a connection that stays.
            if configuration.isPooled {
                connection.opening.add(RecordIdentity.isUnchanged, try .record(of: connection))
            }
            guard admit(identity) else {
                throw .refused("timeline \(identity.timeline) is past: this process has seen a later one")
            }
            return { self.newest.withLock { $0 == identity } }
        }
        return guarded
    }

    /// Looks at every host of a guarded configuration, so that a newer primary is noticed that nobody was led to.
    ///
    /// Blocks its thread for half a second a host at most; with one host there is nothing to look for.
    public func look(at configuration: PostgresConfiguration) {
        let hosts = configuration.hosts
        guard hosts.count > 1 else { return }
        for host in hosts {
            // Standbys and hosts that are away are what is passed over; those in use tell by themselves.
            try? PostgresConnection(host, deadline: .now + Self.patience).close()
        }
    }

    /// Takes a record in, unless a later one of the same cluster is known; another cluster is taken for what is meant.
    func admit(_ identity: RecordIdentity) -> Bool {
        let (isAdmitted, before) = newest.withLock { newest -> (Bool, RecordIdentity?) in
            let before = newest
            if let before, before.system == identity.system, before.timeline > identity.timeline {
                return (false, before)
            }
            newest = identity
            return (true, before)
        }
        if isAdmitted, let before, before != identity {
            log.notice("another primary is in use", metadata: ["timeline": "\(identity.timeline)"])
        }
        return isAdmitted
    }
}
