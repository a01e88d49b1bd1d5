import Kernel
import Synchronization

/// So many log lines a second of one kind; the rest is counted.
final class LineQuota: Sendable {
    private struct State {
        var second: Instant?
        var lines = 0
        var unlogged = 0
    }

    private let perSecond: Int
    private let state = Mutex(State())

    init(perSecond: Int) { self.perSecond = perSecond }

    /// Takes a line: how many were not logged since the last one that was; `nil` where this one is not to be, either.
    func take(at now: Instant) -> Int? {
        state.withLock { state in
            if state.second.map({ now - $0 >= .seconds(1) }) ?? true {
                state.second = now
                state.lines = 0
            }
            guard state.lines < perSecond else {
                state.unlogged += 1
                return nil
            }
            defer { state.unlogged = 0 }
            state.lines += 1
            return state.unlogged
        }
    }
}
