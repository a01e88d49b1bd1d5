import Dispatch
import Synchronization

/// The lines that wait for the thread that writes them.
///
/// Invariant: `filled` is signalled once each time that `lines` ceases to be empty, and once at the end; whoever waits
/// for it takes all lines.
final class LogBuffer: Sendable {
    private struct State {
        var lines: [UInt8] = []
        var isHurried = false
        var isClosed = false
        /// Bytes ever accepted, and of those the ones that left the hand of the thread.
        var accepted = 0
        var settled = 0
        var flushes: [(target: Int, done: DispatchSemaphore)] = []
    }

    private let capacity: Int
    private let state: Mutex<State>
    private let filled = DispatchSemaphore(value: 0)
    private let hurry = DispatchSemaphore(value: 0)
    private let dropped = Atomic<Int>(0)

    init(capacityBytes: Int) {
        capacity = capacityBytes
        var state = State()
        state.lines.reserveCapacity(capacityBytes)
        self.state = Mutex(state)
    }

    var droppedCount: Int { dropped.load(ordering: .relaxed) }

    /// Takes a line or counts it as dropped; wakes the thread for an urgent one, and when the buffer is half full.
    func append(_ line: [UInt8], isUrgent: Bool) {
        let (isFirst, isHurry) = state.withLock { state in
            guard state.lines.count + line.count <= capacity else {
                drop(1)
                return (false, false)
            }
            let isFirst = state.lines.isEmpty
            state.lines.append(contentsOf: line)
            state.accepted += line.count
            let isHurry = !state.isHurried && (isUrgent || state.lines.count > capacity / 2)
            if isHurry { state.isHurried = true }
            return (isFirst, isHurry)
        }
        if isFirst { filled.signal() }
        if isHurry { hurry.signal() }
    }

    func drop(_ lines: Int) { dropped.wrappingAdd(lines, ordering: .relaxed) }

    /// Waits for lines, gathers for a moment, then swaps them for `empty`, whose memory is used again.
    ///
    /// - Returns: whether more can come.
    func take(into empty: inout [UInt8]) -> Bool {
        filled.wait()
        // A signal left over from an earlier hurry only makes this write an early one.
        if state.withLock({ !$0.isClosed }) { _ = hurry.wait(timeout: .now() + LogWriter.gatherTime) }
        empty.removeAll(keepingCapacity: true)
        empty.reserveCapacity(capacity)
        return state.withLock { state in
            swap(&state.lines, &empty)
            state.isHurried = false
            return !state.isClosed
        }
    }

    /// Notes that lines of so many bytes were written or given up.
    func settle(_ count: Int) {
        let done = state.withLock { state in
            state.settled += count
            let settled = state.settled
            let done = state.flushes.filter { $0.target <= settled }
            state.flushes.removeAll { $0.target <= settled }
            return done
        }
        for flush in done { flush.done.signal() }
    }

    func flush(within duration: Duration) -> Bool {
        let done = DispatchSemaphore(value: 0)
        let isSettled = state.withLock { state in
            if state.settled == state.accepted { return true }
            state.flushes.append((state.accepted, done))
            return false
        }
        if isSettled { return true }
        hurry.signal()
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int(min(seconds, 86_400)) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        if done.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success { return true }
        state.withLock { state in state.flushes.removeAll { $0.done === done } }
        return false
    }

    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
        hurry.signal()
    }
}
