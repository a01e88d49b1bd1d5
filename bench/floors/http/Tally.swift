import FloorSupport
import Synchronization

/// What was answered since the first request.
final class Tally: Sendable {
    private let answers = Atomic<Int>(0)
    private let first = Mutex<(time: Double, cpu: Double)?>(nil)

    func count() {
        if answers.add(1, ordering: .relaxed).newValue == 1 {
            first.withLock { $0 = (floor_now(), floor_own_cpu()) }
        }
    }

    func report(until end: Double, cpu: Double) {
        let start = first.withLock { $0 } ?? (time: end, cpu: cpu)
        floor_report("http", answers.load(ordering: .relaxed), end - start.time, cpu - start.cpu, nil, 0, "")
    }
}
