import Metrics
import Synchronization

/// A counter's value: whole steps by one atomic add, fractions by compare and exchange.
final class CounterCell: CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<Int64>(0)
    private let fractional = Atomic<Double>(0)

    var value: Double { Double(whole.load(ordering: .relaxed)) + fractional.load(ordering: .relaxed) }

    /// Counters only rise: other amounts are ignored.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Counters only rise: other amounts, and what is no number, are ignored.
    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fractional.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractional.store(0, ordering: .relaxed)
    }
}

extension Atomic where Value == Double {
    /// Adds; no order relative to other memory.
    func add(_ amount: Double) {
        var current = load(ordering: .relaxed)
        while true {
            let (isExchanged, original) = weakCompareExchange(
                expected: current,
                desired: current + amount,
                ordering: .relaxed
            )
            if isExchanged { return }
            current = original
        }
    }
}
