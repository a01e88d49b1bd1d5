import NIOCore
import Synchronization

extension RedisCommand {
    func observation(from start: UInt64, to end: UInt64, _ error: RedisError?) -> RedisObservation {
        RedisObservation(
            name: name,
            tag: script?.tag,
            duration: .nanoseconds(Int64(end &- start)),
            error: error
        )
    }
}

extension Duration {
    /// At most 146 years; zero where it is negative.
    var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 4_611_686_018)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    var timeAmount: TimeAmount { .nanoseconds(Int64(clamping: nanoseconds)) }
}

extension Atomic where Value == Int {
    func increment() { wrappingAdd(1, ordering: .relaxed) }

    func set(_ value: Int) { store(value, ordering: .relaxed) }
}
