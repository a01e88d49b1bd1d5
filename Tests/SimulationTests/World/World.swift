import Kernel
import Sales
import Synchronization
import TestSupport

/// One simulated deployment: a record, a gate, instances, shoppers, an operator, and what goes wrong.
final class World: Sendable {
    struct State {
        var weather: Weather
        var instances: [Instance] = []
        var born = 0
        var recordAwayUntil = VirtualTime.zero
        var gateAwayUntil = VirtualTime.zero
        var isOver = false
    }

    let scenario: Scenario
    let scheduler: Scheduler
    let clock: SimulatedClock
    let log: EventLog
    let gate: InMemoryGate
    let record: InMemoryRecord
    let witness: Witness
    private let state: Mutex<State>

    init(_ scenario: Scenario, keepsLog: Bool = false) {
        let scheduler = Scheduler(seed: scenario.seed)
        let clock = SimulatedClock(scheduler: scheduler)
        let log = EventLog(scheduler, keepsLines: keepsLog)
        let gate = InMemoryGate(time: clock, bug: scenario.bug)
        let witness = Witness(scheduler: scheduler, log: log, gate: gate, epoch: scenario.epoch)
        self.scenario = scenario
        self.scheduler = scheduler
        self.clock = clock
        self.log = log
        self.gate = gate
        self.witness = witness
        record = InMemoryRecord(
            clock: { scenario.epoch.adding(scheduler.now.duration) },
            bug: scenario.bug,
            observer: { witness.recordChanged($0, $1, at: $2) }
        )
        state = Mutex(State(weather: scenario.weather))
    }

    /// How often what breaks now.
    var weather: Weather { state.withLock { $0.weather } }

    /// Whether everybody is to go home.
    var isOver: Bool { state.withLock { $0.isOver } }

    var isRecordAway: Bool { state.withLock { $0.recordAwayUntil } > scheduler.now }
    var isGateAway: Bool { state.withLock { $0.gateAwayUntil } > scheduler.now }

    /// The instances that run.
    var instances: [Instance] { state.withLock { $0.instances }.filter(\.host.isAlive) }

    func takeRecordAway(for span: VirtualTime) {
        let end = scheduler.now + span
        state.withLock { $0.recordAwayUntil = end }
        note("the record is away until \(end)")
    }

    func takeGateAway(for span: VirtualTime) {
        let end = scheduler.now + span
        state.withLock { $0.gateAwayUntil = end }
        note("the gate is away until \(end)")
    }

    /// Starts another instance.
    func startInstance() {
        let number = state.withLock { state in
            state.born += 1
            return state.born
        }
        let instance = Instance(number, in: self)
        state.withLock { state in
            state.instances.removeAll { !$0.host.isAlive }
            state.instances.append(instance)
        }
        instance.start()
        note("instance \(number) starts")
    }

    /// Nothing breaks any more.
    func calm() {
        state.withLock { state in
            state.weather = .calm
            state.recordAwayUntil = .zero
            state.gateAwayUntil = .zero
        }
        note("calm")
    }

    /// Everybody goes home; instances are gone at once.
    func end() {
        let instances = state.withLock { state in
            state.isOver = true
            defer { state.instances = [] }
            return state.instances
        }
        for instance in instances { instance.crash() }
    }

    func note(_ text: @autoclosure () -> String) {
        log.note(0, text: text())
    }
}
