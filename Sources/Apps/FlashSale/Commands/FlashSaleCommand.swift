import ArgumentParser
import Kernel
import Postgres
import PostgresStores

#if canImport(Glibc)
    import Glibc
#endif

/// `flashsale`: the service and its tools in one binary.
@main
struct FlashSaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flashsale",
        abstract: "A flash-sale checkout and purchase service.",
        discussion: """
            Every setting is an environment variable, and an option of the same name: HTTP_PORT or --http-port. \
            'flashsale check-config' lists them all.

            Exit codes: 0 done; 1 refused, or an audit found something broken; 64 usage; 65 wrong data; 66 no such sale \
            or file; 69 PostgreSQL or Redis cannot be reached; 70 an error of the program; 74 the result cannot be \
            written; 75 busy, try again; 78 a setting or the schema is wrong.
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, SalesCommand.self, ReconcileCommand.self, AuditCommand.self,
            CheckConfigCommand.self,
        ]
    )

    /// Runs the command that the arguments name; its end is the process's.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let fault = CommandFault(thrown: error) else { exit(withError: error) }
            Terminal.complain("Error: \(fault)")
            Glibc.exit(fault.code.rawValue)
        }
    }
}

extension CommandFault {
    /// What a command threw, in these words; `nil` for what the argument parser says better.
    init?(thrown error: any Error) {
        switch error {
        case let fault as CommandFault: self = fault
        case let faults as ConfigurationFaults: self.init("\(faults)", faults.areUsage ? .usage : .misconfigured)
        case let error as StoreError: self.init(error)
        case let error as Migrator.Failure: self.init("\(error)", .misconfigured)
        case let error as PostgresError:
            let reason = "\(error)".split(whereSeparator: \.isWhitespace).joined(separator: " ")
            self.init("PostgreSQL cannot be reached (\(reason))", .unavailable)
        default: return nil
        }
    }
}

/// The version of this program.
enum Version {
    static let current = "0.1.0"
}
