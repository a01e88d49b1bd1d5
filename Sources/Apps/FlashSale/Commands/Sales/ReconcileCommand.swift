import API
import ArgumentParser
import Sales

/// `flashsale reconcile`: compares Redis with PostgreSQL and repairs Redis.
struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare Redis with PostgreSQL, repair Redis, and say what was found."
    )

    @OptionGroup var sale: SaleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var options: SettingOptions

    func run() async throws {
        let (id, output) = (try sale.id(), output)
        try await OperatorTools.run(options.configuration(), withRedis: true) { tools in
            let report: ReconcileSale.Report
            do throws(ReconcileSale.Failure) {
                report = try await tools.reconcileSale.execute(id, by: OperatorTools.actor)
            } catch {
                switch error {
                case .saleNotFound: throw CommandFault.noSale(id)
                case .gateUnreachable: throw CommandFault("Redis cannot be reached", .unavailable)
                case .store(let error): throw CommandFault(error)
                }
            }
            try output.show(json: OperatorPayload.reconciliation(report), text: Self.text(report))
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
