import Foundation

/// Runs the repository's scripts that start and stop servers.
enum ServerScript {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `scripts/NAME`; gives its output without the last line end.
    static func run(_ name: String, _ arguments: [String]) async throws -> String {
        try await execute(try path(of: name), arguments)
    }

    /// Runs a program to its end, within a minute; gives its output without the last line end.
    static func execute(_ program: String, _ arguments: [String]) async throws -> String {
        let process = try ChildProcess(program, arguments, environment: ProcessInfo.processInfo.environment)
        for _ in 0..<12_000 {
            if let code = process.exitCode {
                let output = process.output.trimmingCharacters(in: .newlines)
                guard code == 0 else { throw Failure(description: "\(program) \(arguments): \(output)") }
                return output
            }
            // The end of a child is asked for; a signal would be the whole process's.
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Failure(description: "\(program) \(arguments) did not end")
    }

    private static func path(of name: String) throws -> String {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.path + "/scripts/\(name)") {
            guard folder.path != "/" else { throw Failure(description: "no scripts/\(name) above \(#filePath)") }
            folder.deleteLastPathComponent()
        }
        return folder.path + "/scripts/\(name)"
    }
}
