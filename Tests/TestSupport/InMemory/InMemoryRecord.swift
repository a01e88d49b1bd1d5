import Kernel
import Sales
import Synchronization

/// The record in memory: what PostgreSQL keeps, with its conditional writes and constraints.
///
/// A flush is one step, as the strictest server would run it at READ COMMITTED. Contract tests hold it to the real one.
public final class InMemoryRecord: Sendable {
    /// Told of every change: the rows before, the rows after, and the record's clock.
    public typealias Observer = @Sendable (_ before: RecordTables, _ after: RecordTables, _ now: Timestamp) -> Void

    private let state: Mutex<RecordTables>
    private let clock: @Sendable () -> Timestamp
    private let observer: Observer
    let bug: PlantedBug?

    /// An empty record with the given clock.
    public init(
        identity: RecordIdentity = RecordIdentity(system: 7_123_456_789_012_345_678, timeline: 1),
        clock: @escaping @Sendable () -> Timestamp,
        bug: PlantedBug? = nil,
        observer: @escaping Observer = { _, _, _ in }
    ) {
        state = Mutex(RecordTables(identity: identity))
        self.clock = clock
        self.observer = observer
        self.bug = bug
    }

    /// The rows as they are.
    public var tables: RecordTables { state.withLock { $0 } }

    /// The record's clock.
    public var now: Timestamp { clock() }

    func change<Answer: Sendable>(_ body: (inout RecordTables, Timestamp) -> Answer) -> Answer {
        let now = clock()
        let (answer, before, after) = state.withLock { tables in
            let before = tables
            let answer = body(&tables, now)
            return (answer, before, tables)
        }
        observer(before, after, now)
        return answer
    }

    /// Puts a sold unit back on sale and raises the sale's epoch with it.
    public func takeBack(_ unit: ItemKey) { change { tables, _ in tables.takeBack(unit) } }

    /// Another server takes over without loss: the timeline grows.
    public func failOver() {
        change { tables, _ in
            tables.identity = RecordIdentity(system: tables.identity.system, timeline: tables.identity.timeline + 1)
        }
    }
}
