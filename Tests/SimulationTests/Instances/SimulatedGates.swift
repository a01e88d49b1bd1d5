import Kernel
import Sales
import TestSupport

/// One instance's way to the gate: slow, lossy, gone, or answering too late.
struct SimulatedGates: CheckoutGate, PurchaseGate, GateStore, Leases {
    let world: World
    let host: Host
    let dice: Dice
    let leases: InMemoryLeases

    private var gate: InMemoryGate { world.gate }

    // Asked on a request's path: 20 ms at most, then it counts as away.

    func admit(_ user: UserID, _ item: ItemKey, epoch: GateEpoch) async -> Admission {
        let admission = await ask(orElse: .cold) { await gate.admit(user, item, epoch: epoch) }
        if admission == .cold { world.log.count(.gateCold) }
        return admission
    }

    func begin(_ code: CheckoutCode, lock: LockToken, epoch: GateEpoch) async -> PurchaseAdmission {
        await ask(orElse: .cold) { await gate.begin(code, lock: lock, epoch: epoch) }
    }

    func isLocked(_ code: CheckoutCode) async -> Bool {
        await ask(orElse: false) { await gate.isLocked(code) }
    }

    // Posted: nobody waits, and nobody learns what came of it.

    func observe(_ facts: [CommittedFacts]) {
        post {
            for entry in facts where gate.keys(of: entry.sale).epoch != entry.epoch.description {
                world.log.count(.staleFactsDropped)
            }
            gate.observe(facts)
        }
    }

    func abort(_ code: CheckoutCode, lock: LockToken) { post { gate.abort(code, lock: lock) } }

    func release(_ name: LeaseName) { post { leases.release(name) } }

    // Asked in the background.

    func take(_ name: LeaseName, for duration: Duration) async -> LeaseAnswer {
        await ask(orElse: .unreachable) { await leases.take(name, for: duration) }
    }

    func state(of sale: SaleID) async -> GateState {
        await ask(orElse: .unreachable) { await gate.state(of: sale) }
    }

    func open(_ facts: SaleFacts) async -> GateOpening {
        let opening = await ask(orElse: .unreachable) { await gate.open(facts) }
        if opening == .stale { world.log.count(.gateOfLaterEpoch) }
        return opening
    }

    func publish(_ filter: SoldItemFilter, of sale: SaleID, epoch: GateEpoch) async {
        // A filter that answers "probably" for everything is a correct one.
        let isSaturated = dice.perMille(world.weather.saturatedFilter)
        let published =
            isSaturated ? SoldItemFilter(generation: filter.generation, bloom: .saturated) : filter
        await ask(orElse: ()) { await gate.publish(published, of: sale, epoch: epoch) }
    }

    func filter(of sale: SaleID, epoch: GateEpoch, newerThan generation: Int64) async -> FilterReading {
        let reading = await ask(orElse: .unreachable) {
            await gate.filter(of: sale, epoch: epoch, newerThan: generation)
        }
        if case .newer = reading { world.log.count(.filterLoaded) }
        return reading
    }

    func soldUnits(of sale: SaleID, epoch: GateEpoch) async -> SoldUnits? {
        await ask(orElse: nil) { await gate.soldUnits(of: sale, epoch: epoch) }
    }

    func facts(of sale: SaleID) async -> GateContent? {
        await ask(orElse: nil) { await gate.facts(of: sale) }
    }

    private func ask<Answer: Sendable>(orElse absent: Answer, _ script: () async -> Answer) async -> Answer {
        guard await host.pass() else { return absent }
        let weather = world.weather
        if world.isGateAway || dice.perMille(weather.gateAway) {
            world.log.count(.gateAway)
            await world.scheduler.sleep(dice.perMille(500) ? .milliseconds(20) : .microseconds(50))
            return absent
        }
        await world.scheduler.sleep(dice.time(.microseconds(50), .microseconds(500)))
        let answer = await script()
        world.witness.gateChanged(world.record.tables)
        if dice.perMille(weather.gateReplyLost) {
            world.log.count(.gateReplyLost)
            await world.scheduler.sleep(.milliseconds(20))
            return absent
        }
        await world.scheduler.sleep(dice.time(.microseconds(50), .microseconds(500)))
        return await host.pass() ? answer : absent
    }

    private func post(_ script: @escaping @Sendable () -> Void) {
        let weather = world.weather
        guard host.isAlive, !world.isGateAway else { return }
        if dice.perMille(weather.factsLost) { return world.log.count(.factsLost) }
        var delay = dice.time(.microseconds(50), .milliseconds(1))
        if dice.perMille(weather.factsLate) {
            world.log.count(.factsLate)
            delay = dice.time(.milliseconds(1), .milliseconds(3000))
        }
        let world = world
        world.scheduler.at(world.scheduler.now + delay) {
            script()
            world.witness.gateChanged(world.record.tables)
        }
    }
}
