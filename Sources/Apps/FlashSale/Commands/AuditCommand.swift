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

    @Argument(help: "The sale's id.") var sale: String
    @OptionGroup var options: SettingOptions

    func run() async throws {
        let id = try Reading.sale(sale)
        try await OperatorTools.run(options.configuration()) { tools in
            try await tools.waitForRedis()
            guard let report = try await Self.audit(id, with: tools) else {
                throw CommandFault("there is no sale \(id)")
            }
            for invariant in Invariant.allCases { Terminal.write(Self.line(invariant, in: report)) }
            if !report.violations.isEmpty { throw ExitCode.failure }
        }
    }

    private static func audit(_ id: SaleID, with tools: OperatorTools) async throws -> AuditSale.Report? {
        do {
            return try await tools.auditSale.execute(id, by: OperatorTools.actor)
        } catch {
            throw CommandFault("PostgreSQL cannot be read: \(error)")
        }
    }

    private static func line(_ invariant: Invariant, in report: AuditSale.Report) -> String {
        let name = invariant.rawValue + String(repeating: " ", count: max(1, 14 - invariant.rawValue.count))
        if let count = report.violations[invariant] { return name + "broken by \(count)" }
        if invariant == .gate, report.gate == nil { return name + "not compared: Redis cannot be reached" }
        return name + "holds"
    }
}
