import API
import ArgumentParser
import Kernel
import Sales

/// `flashsale audit`: looks over all that is on record about a sale, and compares Redis with it.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look a sale over for broken invariants; repair Redis where it differs.",
        discussion: "Ends with 1 where something is wrong. The service does the same every AUDIT_SECONDS."
    )

    @OptionGroup var sale: SaleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var options: SettingOptions

    func run() async throws {
        let (id, output) = (try sale.id(), output)
        try await OperatorTools.run(options.configuration(), withRedis: true) { tools in
            guard let report = try await tools.auditSale.execute(id, by: OperatorTools.actor) else {
                throw CommandFault.noSale(id)
            }
            let lines = Invariant.allCases.map { Self.line($0, in: report) }
            try output.show(json: OperatorPayload.audit(report), text: lines.joined(separator: "\n"))
            if !report.violations.isEmpty { throw ExitCode(CommandFault.Code.refused.rawValue) }
        }
    }

    private static func line(_ invariant: Invariant, in report: AuditSale.Report) -> String {
        let name = invariant.rawValue + String(repeating: " ", count: max(1, 14 - invariant.rawValue.count))
        if let count = report.violations[invariant] { return name + "broken by \(count)" }
        if invariant == .gate, report.gate == nil { return name + "not compared: Redis cannot be reached" }
        return name + "holds"
    }
}
