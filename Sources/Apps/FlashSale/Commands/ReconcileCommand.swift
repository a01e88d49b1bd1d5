import ArgumentParser
import Sales

/// `flashsale reconcile`: compares Redis with PostgreSQL and repairs Redis.
struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare Redis with PostgreSQL, repair Redis, and say what was found."
    )

    @Argument(help: "The sale's id.") var sale: String
    @OptionGroup var options: SettingOptions

    func run() async throws {
        let id = try Reading.sale(sale)
        try await OperatorTools.run(options.configuration()) { tools in
            try await tools.waitForRedis()
            do throws(ReconcileSale.Failure) {
                let report = try await tools.reconcileSale.execute(id, by: OperatorTools.actor)
                Terminal.write(Self.text(report))
            } catch {
                switch error {
                case .saleNotFound: throw CommandFault("there is no sale \(id)")
                case .gateUnreachable: throw CommandFault("Redis cannot be reached")
                case .store(let error): throw CommandFault("PostgreSQL cannot be read: \(error)")
                }
            }
        }
    }

    private static func text(_ report: ReconcileSale.Report) -> String {
        """
        \(report.isClean ? "clean" : "differences found")
        epoch \(report.epoch), in Redis \(report.gateEpoch.isEmpty ? "none" : report.gateEpoch)
        missing in Redis: \(report.missingSold) sold items, \(report.missingFull) users at the limit
        wrong in Redis: \(report.wrongSold.count) sold items, \(report.wrongFull) users at the limit\
        \(report.epochRaised ? "; the epoch was raised" : "")
        \(report.repaired ? "Redis now holds what PostgreSQL has" : "Redis could not be repaired")
        """
    }
}
