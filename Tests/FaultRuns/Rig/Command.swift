import Foundation
import TestSupport

/// Programs that are run to their end.
enum Command {
    /// Runs a program within a minute; returns what it wrote.
    @discardableResult
    static func run(_ program: String, _ arguments: String...) async throws -> String {
        try await run(program, arguments)
    }

    /// The same with a list of arguments.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) async throws -> String {
        let process = try ChildProcess(program, arguments, environment: ProcessInfo.processInfo.environment)
        let code = try await Wait.until("\(program) ends", within: .seconds(60), every: .milliseconds(2)) {
            process.exitCode
        }
        let output = process.output.trimmingCharacters(in: .newlines)
        guard code == 0 else { throw FaultRunError("\(program) \(arguments): \(output)") }
        return output
    }
}
