import NIOCore
import NIOPosix

/// Runs a scenario over its connections: callbacks on one event loop, nothing between a byte and its decision.
final class Engine: LaneOwner, Street {
    /// What happens while it runs, for those who watch.
    enum Event: Sendable {
        /// The measured part begins.
        case opened
        /// Another second of it is over.
        case second(Measurements.Progress)
        /// The measured part is over.
        case closed
    }

    /// What came of a run.
    struct Outcome: Sendable {
        let measurements: Measurements
        let ledger: Ledger
        /// When the first operations could begin, in nanoseconds of the monotonic clock.
        let startedAt: UInt64
    }

    /// An operation that waits for a connection.
    struct Arrival {
        let intendedAt: UInt64
        let shopper: Int
    }

    enum Phase { case connecting, running, draining, done }

    let loop: any EventLoop
    let plan: RunPlan
    let scenario: any Scenario
    let events: AsyncStream<Event>.Continuation
    let promise: EventLoopPromise<Outcome>
    let isClosedLoop: Bool
    let countsFromWish: Bool
    var measurements: Measurements
    var lanes: [Lane] = []
    var idle = CircularBuffer<Lane>()
    var waiting = CircularBuffer<Arrival>()
    var phase = Phase.connecting
    var startedAt: UInt64 = 0
    var measuredFrom: UInt64 = .max
    var measuredUntil: UInt64 = .max
    var begun = 0
    var busy = 0
    var seconds = 0
    /// Set once no operation may begin any more, with the reason if it is an unusual one.
    var isExhausted = false

    private init(
        loop: any EventLoop,
        plan: RunPlan,
        scenario: any Scenario,
        events: AsyncStream<Event>.Continuation,
        promise: EventLoopPromise<Outcome>
    ) {
        self.loop = loop
        self.plan = plan
        self.scenario = scenario
        self.events = events
        self.promise = promise
        isClosedLoop = plan.pacing == .closed
        countsFromWish =
            switch plan.pacing {
            case .closed: false
            case .open: true
            case .shoppers(let fromWish): fromWish
            }
        measurements = Measurements(steps: scenario.steps)
    }

    /// Runs to the end; `events` is finished then.
    ///
    /// - Throws: ``LoadFault`` where an instance cannot be connected to at the start.
    static func run(
        _ plan: RunPlan,
        on loop: any EventLoop,
        events: AsyncStream<Event>.Continuation,
        _ makeScenario: @escaping @Sendable () -> any Scenario
    ) async throws -> Outcome {
        let promise = loop.makePromise(of: Outcome.self)
        loop.execute {
            let engine = Engine(loop: loop, plan: plan, scenario: makeScenario(), events: events, promise: promise)
            // Lanes and timers do not own it.
            promise.futureResult.assumeIsolated().whenComplete { _ in engine.closeLanes() }
            engine.connectAll()
        }
        defer { events.finish() }
        return try await promise.futureResult.get()
    }

    static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

    private func connectAll() {
        var missing = plan.connections
        for number in 0..<plan.connections {
            let lane = Lane(endpoint: plan.endpoints[number % plan.endpoints.count], owner: self)
            lanes.append(lane)
            connect(lane) { [self] error in
                missing -= 1
                if error != nil { return promise.fail(LoadFault("cannot connect to \(lane.endpoint)")) }
                if missing == 0, phase == .connecting { prepare() }
            }
        }
    }

    /// Fixes the times and waits for the first of them.
    private func prepare() {
        let start = plan.startsAt?.uptimeNanoseconds ?? 0
        startedAt = max(Self.now(), start)
        measuredFrom = startedAt + UInt64(plan.warmUp * 1e9)
        measuredUntil = measuredFrom + UInt64(plan.duration * 1e9)
        at(startedAt) { $0.start() }
        at(measuredFrom) { $0.openMeasurement() }
        at(measuredUntil) { $0.stop() }
        at(startedAt + 100_000_000) { $0.sweep() }
    }

    private func start() {
        phase = .running
        scenario.open(self)
        switch plan.pacing {
        case .closed: for lane in lanes { begin(lane, Arrival(intendedAt: startedAt, shopper: 0)) }
        case .open(let rate):
            idle.append(contentsOf: lanes)
            pace(1e9 / rate, 0)
        case .shoppers:
            idle.append(contentsOf: lanes)
            serveWaiting()
        }
    }

    /// Ends the measured part; what is under way may still finish, for as long as a request may take.
    func stop() {
        guard phase == .running else { return }
        phase = .draining
        let now = Self.now()
        measuredUntil = min(measuredUntil, now)
        measurements.seconds = Double(measuredUntil - min(measuredFrom, measuredUntil)) / 1e9
        events.yield(.closed)
        at(now + UInt64(plan.timeout * 1e9)) { $0.giveUpWaiting() }
        finishWhenIdle()
    }

    private func giveUpWaiting() {
        guard phase == .draining else { return }
        if !waiting.isEmpty, !isExhausted { fail("not begun", waiting.count) }
        waiting.removeAll()
        finishWhenIdle()
    }

    /// Says that no further operation begins.
    func exhaust(_ reason: String?) {
        guard !isExhausted else { return }
        isExhausted = true
        measurements.endedBecause = reason
    }

    func finishWhenIdle() {
        guard busy == 0 else { return }
        if phase == .running, isExhausted { return stop() }
        if phase == .draining, waiting.isEmpty || isExhausted { finish() }
    }

    private func finish() {
        phase = .done
        promise.succeed(Outcome(measurements: measurements, ledger: scenario.ledger, startedAt: startedAt))
    }

    private func closeLanes() {
        for lane in lanes { lane.close() }
    }

    /// Calls back on the loop at a time of the monotonic clock.
    func at(_ time: UInt64, _ body: @escaping (Engine) -> Void) {
        let deadline = NIODeadline.uptimeNanoseconds(time)
        loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            if let self { body(self) }
        }
    }

    func fail(_ reason: String, _ count: Int = 1) { measurements.failures[reason, default: 0] += count }
}
