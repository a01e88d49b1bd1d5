import NIOCore

// When operations begin, other than one after another.
extension Engine {
    /// Lets arrivals come at even distances; `number` is the next one.
    func pace(_ distance: Double, _ number: Int) {
        guard phase == .running, !isExhausted else { return }
        let now = Self.now()
        var number = number
        var next = startedAt + UInt64(Double(number) * distance)
        while next <= now, next < measuredUntil {
            receive(Arrival(intendedAt: next, shopper: 0))
            number += 1
            next = startedAt + UInt64(Double(number) * distance)
        }
        if next < measuredUntil { at(next) { [number] in $0.pace(distance, number) } }
    }

    func arrive(_ shopper: Int, after nanoseconds: Int64) {
        guard nanoseconds > 0 else { return receive(Arrival(intendedAt: max(Self.now(), startedAt), shopper: shopper)) }
        at(Self.now() + UInt64(nanoseconds)) { engine in
            guard engine.phase == .running else { return }
            engine.receive(Arrival(intendedAt: Self.now(), shopper: shopper))
        }
    }

    /// Takes an arrival to a free connection, or lets it wait for one.
    private func receive(_ arrival: Arrival) {
        if phase == .running, let lane = idle.popFirst() {
            begin(lane, arrival)
        } else if waiting.count < RunPlan.maxQueue {
            waiting.append(arrival)
        } else {
            fail("queue full")
        }
    }

    func serveWaiting() {
        while !waiting.isEmpty, let lane = idle.popFirst() { begin(lane, waiting.removeFirst()) }
    }

    func openMeasurement() {
        guard phase == .running else { return }
        events.yield(.opened)
        at(measuredFrom + 1_000_000_000) { $0.endSecond() }
    }

    private func endSecond() {
        guard phase == .running else { return }
        measurements.endSecond()
        events.yield(.second(measurements.progress))
        seconds += 1
        at(measuredFrom + UInt64(seconds + 1) * 1_000_000_000) { $0.endSecond() }
    }
}
