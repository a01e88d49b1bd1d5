import Foundation
import NIOCore
import NIOPosix

/// One run from opening a sale to the report.
struct LoadRun {
    let scenario: ScenarioName
    let options: LoadOptions

    /// - Throws: ``LoadFault`` where the run cannot be made; whatever went wrong in it is in the report.
    func execute() async throws -> RunReport {
        let token = try options.token
        let endpoints = try options.endpoints
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let shops = endpoints.map { ControlClient(endpoint: $0, token: nil, group: group) }
        let operators = ControlClient(endpoint: try options.operators, token: token, group: group)
        let result: Result<RunReport, any Error>
        do {
            let office = SaleOffice(operators: operators, shops: shops)
            result = .success(try await run(office, on: group.next()))
        } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        return try result.get()
    }

    private func run(_ office: SaleOffice, on loop: any EventLoop) async throws -> RunReport {
        let startedAt = Date()
        let sizes = RunSizes(scenario, options)
        let opening = scenario == .rush ? Date(timeIntervalSinceNow: 3 + Double(sizes.items) / 20_000) : nil
        let sale: TargetSale
        if let id = options.sale {
            sale = try await office.find(id)
        } else {
            sale = try await office.open(items: sizes.items, itemsPerUser: sizes.itemsPerUser, startsAt: opening)
        }
        let workshop = ScenarioWorkshop(scenario, sale, sizes.wishes(startedAt), users: sizes.users)
        var plan = sizes.plan(try options.endpoints)
        let before = try await preparation(workshop, plan, on: loop)
        let crowd = try await ReaderCrowd.open(options.readers, of: sale, at: plan.endpoints)
        if let opening {
            plan.startsAt = .now() + .nanoseconds(Int64(opening.timeIntervalSinceNow * 1e9))
        }
        let isLate = opening.map { $0 < Date() } ?? false
        var watch = RunWatch(
            processes: try options.watched,
            metrics: try options.metricsEndpoints.map { ControlClient(endpoint: $0, token: nil, group: loop) },
            showsProgress: !options.quiet
        )
        let (events, continuation) = AsyncStream.makeStream(of: Engine.Event.self)
        async let running = Engine.run(plan, on: loop, events: continuation) { workshop.scenario(after: before) }
        for await event in events { await watch.note(event) }
        watch.endProgress()
        let outcome = try await running
        let tally = try await crowd.close()
        var check = try await SaleAudit(office: office, sale: sale, wishes: workshop.wishes)
            .compare(
                outcome.ledger,
                mustBeSoldOut: workshop.sellsOut && outcome.measurements.endedBecause == "sold out"
            )
        if outcome.ledger.soldOutAt > outcome.startedAt, workshop.sellsOut {
            check.numbers["seconds_to_sell_out"] = Double(outcome.ledger.soldOutAt - outcome.startedAt) / 1e9
        }
        check.add(tally)
        if isLate { watch.notes.append("the sale was open before the shoppers were there") }
        return ReportBuilder(label: sizes.label, scenario: scenario, options: sizes.described, startedAt: startedAt)
            .report(outcome.measurements, watch, check)
    }

    /// What must have happened before the measured run: codes to redeem, a sale without stock.
    private func preparation(_ workshop: ScenarioWorkshop, _ plan: RunPlan, on loop: any EventLoop) async throws
        -> Ledger
    {
        guard workshop.needsPreparation else { return Ledger(totalItems: workshop.sale.totalItems) }
        if !options.quiet { Terminal.note("preparing …") }
        var plan = plan
        plan.pacing = .closed
        plan.connections = max(plan.connections, 64)
        plan.warmUp = 0
        plan.duration = 600
        plan.count = nil
        let (_, continuation) = AsyncStream.makeStream(of: Engine.Event.self)
        let outcome = try await Engine.run(plan, on: loop, events: continuation) { workshop.preparation() }
        let failures = outcome.measurements.allFailures
        guard failures.isEmpty else { throw LoadFault("the preparation failed: \(failures)") }
        if scenario == .soldout, workshop.sale.isOwn, outcome.ledger.acknowledged < workshop.sale.totalItems {
            throw LoadFault("the preparation sold \(outcome.ledger.acknowledged) of \(workshop.sale.totalItems) items")
        }
        return outcome.ledger
    }
}
