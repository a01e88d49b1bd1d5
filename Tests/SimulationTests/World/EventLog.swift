import Synchronization

/// What happened, as a hash that tells two runs apart, and as lines where somebody wants to read them.
final class EventLog: Sendable {
    private struct State {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var lines: [String] = []
        var branches = BranchCounts()
    }

    private let state = Mutex(State())
    private let scheduler: Scheduler
    private let keepsLines: Bool

    init(_ scheduler: Scheduler, keepsLines: Bool) {
        self.scheduler = scheduler
        self.keepsLines = keepsLines
    }

    /// Tells runs apart by everything that was noted, in order, with its time (FNV-1a over words).
    var hash: UInt64 { state.withLock { $0.hash } }

    var lines: [String] { state.withLock { $0.lines } }

    var branches: BranchCounts { state.withLock { $0.branches } }

    /// Notes an event: `words` go into the hash, `text` is made only for a reader.
    func note(_ words: UInt64..., text: @autoclosure () -> String) {
        let now = scheduler.now
        state.withLock { state in
            for word in [UInt64(bitPattern: now.microseconds)] + words {
                state.hash = (state.hash ^ word) &* 0x0000_0100_0000_01b3
            }
        }
        if keepsLines {
            let line = "\(now)  \(text())"
            state.withLock { $0.lines.append(line) }
        }
    }

    func count(_ branch: Branch) { state.withLock { $0.branches.count(branch) } }
}

extension Sequence<UInt8> {
    /// A word for the log's hash.
    var logWord: UInt64 { reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 } }
}
