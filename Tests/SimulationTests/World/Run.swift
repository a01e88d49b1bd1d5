import Kernel
import Sales
import TestSupport

/// A run of a scenario from beginning to end.
struct Run: Sendable {
    /// What came of it.
    struct Result: Sendable {
        let scenario: Scenario
        /// The first promise that broke, with the moment; `nil` when all were kept.
        let violation: String?
        let hash: UInt64
        let branches: BranchCounts
        let time: VirtualTime
        let steps: Int
        let lines: [String]

        /// What to say about a failure: what broke, and how to see it again.
        var report: String { "\(violation ?? "kept") — \(scenario.replay)" }
    }

    /// Within so much calm everything must be answered, sold and in order again.
    static let patience = VirtualTime.seconds(60)

    static func perform(_ scenario: Scenario, keepsLog: Bool = false) -> Result {
        let world = World(scenario, keepsLog: keepsLog)
        world.scheduler.spawn { await direct(world) }
        let limit = scenario.stormEnds + patience + .seconds(60)
        let isOver = world.scheduler.run(until: limit)
        defer { world.scheduler.end() }
        if !isOver { world.witness.violated("\(world.scheduler.living) tasks never came to an end") }
        return Result(
            scenario: scenario,
            violation: world.witness.violation,
            hash: world.log.hash,
            branches: world.log.branches,
            time: world.scheduler.now,
            steps: world.scheduler.steps,
            lines: world.log.lines
        )
    }

    private static func direct(_ world: World) async {
        let scenario = world.scenario
        await Operator(world).prepare()
        for _ in 0..<scenario.instances { world.startInstance() }
        for (index, user) in scenario.names.prefix(scenario.users).enumerated() {
            for tab in 0..<2 {
                let shopper = Shopper(user, tab: UInt64(index * 2 + tab), in: world)
                world.scheduler.spawn { await shopper.wander() }
            }
        }
        world.scheduler.spawn { await Nemesis(world).rage() }
        await world.scheduler.sleep(scenario.stormEnds)
        if scenario.mode == .liveness { await recover(world) }
        world.end()
        world.witness.checkEnd(world.record.tables)
    }

    /// Faults have stopped: the rest of the stock must sell, every doubt be resolved, the gate be whole again.
    private static func recover(_ world: World) async {
        world.calm()
        let end = world.scheduler.now + patience
        await Operator(world).reopen()
        if world.instances.isEmpty { world.startInstance() }
        for instance in world.instances { instance.host.resume() }
        await world.scheduler.sleep(.seconds(5))
        for sale in world.witness.salesToSell(at: world.record.now) {
            await LateShoppers(world, sale: sale).buyEverything(by: end)
        }
        await world.witness.settleDoubts(in: world, by: end)
        await world.scheduler.sleep(.seconds(12))
        world.witness.checkRecovery(world)
    }
}
