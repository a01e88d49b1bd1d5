import Kernel
import Sales
import TestSupport

/// Who makes the sale and controls it.
struct Operator: Sendable {
    private let world: World

    init(_ world: World) { self.world = world }

    /// Puts the run's sale on record, unless the schedule does.
    func prepare() async {
        let scenario = world.scenario
        if scenario.isScheduled { return }
        let dice = Dice(seed: scenario.seed, 2)
        var request = CreateSale.Request()
        request.totalItems = Int(scenario.items)
        request.startsAt = world.record.now.adding(.milliseconds(dice.number(0...600)))
        let seconds = scenario.isShort ? Int64(dice.number(2...4)) : 3600
        request.endsAt = world.record.now.adding(seconds: seconds)
        request.graceSeconds = dice.number(0...2)
        request.itemsPerUser = Int(scenario.limit)
        request.afterEnd = dice.perMille(200) ? .runOut : .close
        let limits = CreateSale.Limits(itemsPerUser: 1, graceSeconds: 1)
        do throws(CreateSale.Failure) {
            _ = try await CreateSale(sales: world.record, limits: limits).execute(request, by: AuditActor("operator"))
            world.log.count(.saleOpened)
        } catch {
            world.witness.violated("the sale could not be made: \(error)")
        }
    }

    /// Resumes whatever is paused.
    func reopen() async {
        for sale in world.record.tables.sales.values.sorted(by: { $0.id < $1.id }) where sale.state == .paused {
            await command(.resume, on: sale.id)
        }
    }

    /// Gives a command through the record's pool.
    func command(_ command: ControlSale.Command, on sale: SaleID) async {
        world.note("operator: \(command) of \(sale)")
        // The record in memory does not fail; a refusal (the sale is over) changes nothing.
        _ = try? await ControlSale(sales: world.record).execute(command, on: sale, by: AuditActor("operator"))
    }
}
