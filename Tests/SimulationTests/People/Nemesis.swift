import Kernel
import Sales
import TestSupport

/// Makes things go wrong, now and then, one after the other.
struct Nemesis: Sendable {
    /// What it does.
    enum Deed: CaseIterable, Sendable {
        case crash, stop, pause, takeRecordAway, takeGateAway, forgetAll, forgetSome, goBack, failOver
        case takeUnitBack, pauseSale, endSale, extendSale, reconcile
    }

    private let world: World
    private let dice: Dice

    init(_ world: World) {
        self.world = world
        dice = Dice(seed: world.scenario.seed, 3)
    }

    /// Goes on until the storm is over.
    func rage() async {
        let deeds = Deed.allCases.filter { world.scenario.nemeses.contains($0) }
        var memory: [SaleID: InMemoryGate.Keys] = [:]
        while world.scheduler.now < world.scenario.stormEnds {
            await world.scheduler.sleep(dice.time(.milliseconds(20), world.scenario.nemesisPause))
            guard world.scheduler.now < world.scenario.stormEnds, let deed = dice.one(of: deeds) else { continue }
            world.log.note(60, text: "nemesis: \(deed)")
            if deed == .goBack { goBack(&memory) } else { await perform(deed) }
        }
    }

    private func perform(_ deed: Deed) async {
        switch deed {
        case .crash: crash()
        case .stop: stop()
        case .pause:
            dice.one(of: world.instances)?.host.pause(for: dice.time(.milliseconds(50), .milliseconds(4000)))
            world.log.count(.paused)
        case .takeRecordAway: world.takeRecordAway(for: dice.time(.milliseconds(20), .milliseconds(2500)))
        case .takeGateAway: world.takeGateAway(for: dice.time(.milliseconds(20), .milliseconds(3000)))
        case .forgetAll:
            world.gate.forgetAll()
            world.log.count(.gateForgotAll)
        case .forgetSome: forgetSome()
        case .goBack: break
        case .failOver:
            world.record.failOver()
            world.log.count(.failedOver)
        case .takeUnitBack: await takeUnitBack()
        case .pauseSale: await pauseSale()
        case .endSale: await endSale()
        case .extendSale:
            guard let sale else { return }
            await Operator(world).command(.extendBy(seconds: 1), on: sale.id)
            world.log.count(.saleExtended)
        case .reconcile: await reconcile()
        }
    }

    private func crash() {
        guard let instance = dice.one(of: world.instances) else { return }
        instance.crash()
        world.log.count(.crashed)
        startAnother()
    }

    private func stop() {
        guard let instance = dice.one(of: world.instances.filter { !$0.host.isDraining }) else { return }
        instance.stop()
        world.log.count(.stopped)
        startAnother()
    }

    private func startAnother() {
        let world = world
        world.scheduler.at(world.scheduler.now + dice.time(.milliseconds(5), .milliseconds(600))) {
            guard !world.isOver else { return }
            world.startInstance()
            world.log.count(.restarted)
        }
    }

    /// Single keys vanish, as when Redis evicts them.
    private func forgetSome() {
        guard let sale else { return }
        var keys = world.gate.keys(of: sale.id)
        if dice.perMille(300) { keys.epoch = nil }
        if dice.perMille(500) { keys.sold = [] }
        if dice.perMille(500) { keys.full = [] }
        if dice.perMille(500) { keys.bloom = nil }
        if dice.perMille(500) { keys.done = [:] }
        if dice.perMille(500) { keys.locks = [:] }
        world.gate.set(keys, of: sale.id)
        world.log.count(.gateForgotSome)
    }

    /// A replica that lags behind becomes the primary.
    private func goBack(_ memory: inout [SaleID: InMemoryGate.Keys]) {
        guard let sale else { return }
        let now = world.gate.keys(of: sale.id)
        if let earlier = memory[sale.id] {
            world.gate.set(earlier, of: sale.id)
            world.log.count(.gateWentBack)
        }
        memory[sale.id] = now
    }

    /// Half of the time it is a unit that is sold at this moment, before its buyer's instance has heard of it.
    private func takeUnitBack() async {
        guard let sale else { return }
        let latest = dice.perMille(500) ? await nextPurchase() : nil
        let sold = world.record.tables.units(of: sale.id).filter { unit in
            unit.soldTo != nil && (latest == nil || unit.soldTo == latest)
        }
        guard let unit = dice.one(of: sold.map(\.item.key)) else { return }
        world.record.takeBack(unit)
        world.log.count(.unitTakenBack)
        world.note("unit \(unit.number) is taken back")
        guard latest != nil else { return }
        // Other parts of the instances may hear of the new epoch before the buyer's reply arrives.
        for instance in world.instances {
            world.scheduler.spawn {
                // One that cannot read now hears of it later.
                try? await instance.sales.refreshSaleBoard.execute()
            }
        }
    }

    /// Waits for a while until a purchase commits.
    private func nextPurchase() async -> CheckoutCode? {
        let count = world.record.tables.purchasesInOrder.count
        for _ in 0..<1000 {
            let purchases = world.record.tables.purchasesInOrder
            if purchases.count > count { return purchases.last }
            await world.scheduler.sleep(.milliseconds(1))
        }
        return nil
    }

    private func pauseSale() async {
        guard let sale else { return }
        await Operator(world).command(.pause, on: sale.id)
        world.log.count(.salePaused)
        await world.scheduler.sleep(dice.time(.milliseconds(20), .milliseconds(800)))
        await Operator(world).command(.resume, on: sale.id)
        world.log.count(.saleResumed)
    }

    private func endSale() async {
        guard let sale, world.scenario.mode == .safety, dice.perMille(300) else { return }
        await Operator(world).command(.end, on: sale.id)
        world.log.count(.saleEnded)
    }

    /// There is never anything wrong in the gate, so that reconciling must not find anything.
    private func reconcile() async {
        guard let sale, let instance = dice.one(of: world.instances) else { return }
        // A gate or record that is away cannot be compared.
        let report = try? await instance.sales.reconcileSale.execute(sale.id, by: AuditActor("reconcile"))
        guard let report else { return }
        world.log.count(.reconciled)
        world.witness.expect(!report.epochRaised, "P7: reconciling found \(report.wrongSold) and \(report.wrongFull)")
    }

    private var sale: Sale? {
        dice.one(of: world.record.tables.sales.values.sorted { $0.id < $1.id })
    }
}
