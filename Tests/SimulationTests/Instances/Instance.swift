import Kernel
import Sales
import TestSupport

/// One instance of the service: the real use cases and group commit over simulated ports.
final class Instance: Sendable {
    let number: Int
    let host: Host
    let sales: Sales
    private let world: World
    private let checkouts: SimulatedWriter<CheckoutCommand, CheckoutCommandOutcome>
    private let purchases: SimulatedWriter<PurchaseRequest, PurchaseOutcome>

    init(_ number: Int, in world: World) {
        let seed = world.scenario.seed
        func dice(_ purpose: UInt64) -> Dice { Dice(seed: seed, 1000 + UInt64(number) * 16 + purpose) }
        let host = Host(world.scheduler)
        let random = dice(0)
        let gates = SimulatedGates(
            world: world,
            host: host,
            dice: dice(1),
            leases: InMemoryLeases(gate: world.gate, token: UInt64(number))
        )
        let repository = SimulatedRepository(world: world, host: host, dice: dice(2))
        let board = SaleBoard()
        let knowledge = InMemoryKnowledge(board: board, gate: gates, time: world.clock)
        checkouts = Self.checkoutWriter(world, host, knowledge, dice(3), dice(4))
        purchases = Self.purchaseWriter(world, host, knowledge, dice(5), dice(6))
        sales = Sales(
            ports: Sales.Ports(
                checkoutCommitter: SimulatedCheckoutCommitter(writer: checkouts, witness: world.witness, host: host),
                purchaseCommitter: SimulatedPurchaseCommitter(writer: purchases),
                sales: repository,
                checkouts: repository,
                imports: NoTransport(),
                exports: NoTransport(),
                reports: NoTransport(),
                auditor: repository,
                checkoutGate: gates,
                purchaseGate: gates,
                gateStore: gates,
                leases: gates,
                metrics: BranchMetrics(log: world.log, witness: world.witness)
            ),
            board: board,
            surroundings: Self.surroundings(world, random),
            plan: world.scenario.plan,
            filterInterval: .seconds(2),
            auditInterval: .seconds(3)
        )
        self.number = number
        self.host = host
        self.world = world
    }

    /// Its wall clock may be an hour off; nothing may depend on it.
    private static func surroundings(_ world: World, _ random: Dice) -> Sales.Surroundings {
        let offset = Int64(random.number(-1...1)) * 3600
        if offset != 0 { world.log.count(.clockOff) }
        var surroundings = Sales.Surroundings(wallClock: { world.record.now.adding(seconds: offset) })
        surroundings.time = world.clock
        surroundings.clock = world.clock
        surroundings.random = random
        return surroundings
    }

    private static func checkoutWriter(
        _ world: World,
        _ host: Host,
        _ knowledge: InMemoryKnowledge,
        _ linkDice: Dice,
        _ writerDice: Dice
    ) -> SimulatedWriter<CheckoutCommand, CheckoutCommandOutcome> {
        let link = SimulatedLink(world: world, host: host, dice: linkDice)
        let transaction = InMemoryCheckouts(record: world.record, link: link, knowledge: knowledge)
        let rejected: @Sendable (CheckoutCommand) -> Void = { command in
            if case .record(let attempt) = command { world.witness.rejected(attempt) }
        }
        return SimulatedWriter(world, host, writerDice, rejected: rejected) {
            await transaction.attempt($0, isRerun: $1)
        }
    }

    private static func purchaseWriter(
        _ world: World,
        _ host: Host,
        _ knowledge: InMemoryKnowledge,
        _ linkDice: Dice,
        _ writerDice: Dice
    ) -> SimulatedWriter<PurchaseRequest, PurchaseOutcome> {
        let transaction = InMemoryPurchases(
            record: world.record,
            link: SimulatedLink(world: world, host: host, dice: linkDice),
            encoder: ByteEncoder(),
            knowledge: knowledge
        )
        return SimulatedWriter(world, host, writerDice) { await transaction.attempt($0, isRerun: $1) }
    }

    /// Does what the service does by itself, at the intervals at which it does it.
    func start() {
        let sales = sales
        world.scheduler.spawn { await self.checkouts.run() }
        world.scheduler.spawn { await self.purchases.run() }
        host.repeatedly(every: .seconds(1)) { try await sales.refreshSaleBoard.execute() }
        host.repeatedly(every: .seconds(1)) { try await sales.keepGateOpen.execute() }
        host.repeatedly(every: .seconds(1)) { try await sales.rebuildSoldItemFilter.execute() }
        host.repeatedly(every: .seconds(3)) { _ = try await sales.auditLiveSales.execute() }
        guard world.scenario.isScheduled else { return }
        host.repeatedly(every: .seconds(10)) {
            if try await !sales.prepareScheduledSales.execute().isEmpty { try await sales.refreshSaleBoard.execute() }
        }
    }

    /// Dies on the spot.
    func crash() {
        host.die()
        checkouts.abandon()
        purchases.abandon()
    }

    /// Closes the door, writes what it has accepted, and ends.
    func stop() {
        host.drain()
        checkouts.drain()
        purchases.drain()
        world.scheduler.at(world.scheduler.now + .seconds(5)) { self.crash() }
    }
}

extension Scenario {
    /// What scheduled sales are like.
    var plan: PrepareScheduledSales.Plan {
        .init(schedule: isScheduled ? .hourly : .off, items: items, itemsPerUser: limit, graceSeconds: 2)
    }
}
