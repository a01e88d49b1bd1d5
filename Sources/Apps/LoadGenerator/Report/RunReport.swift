import Foundation

/// One run, as one line of JSON.
struct RunReport: Codable, Sendable {
    /// Processor time of a process with its children, in the measured part.
    struct Processor: Codable, Sendable {
        let microsecondsPerRequest: Double
        let microsecondsPerOperation: Double
        let seconds: Double

        enum CodingKeys: String, CodingKey {
            case microsecondsPerRequest = "us_per_request"
            case microsecondsPerOperation = "us_per_operation"
            case seconds
        }
    }

    /// Memory of a process with its children, shared pages counted once, in KiB.
    struct Memory: Codable, Sendable {
        var start: Int
        var end: Int
        var max: Int

        enum CodingKeys: String, CodingKey {
            case start = "start_kb"
            case end = "end_kb"
            case max = "max_kb"
        }
    }

    var label: String
    var scenario: String
    var startedAt: String
    var options: [String: String]
    var seconds: Double
    var operations: Int
    var requests: Int
    var throughput: Double
    var requestsPerSecond: Double
    var steps: [String: StepReport]
    var answers: [String: Int]
    var failures: [String: Int]
    var cpu: [String: Processor]
    var memory: [String: Memory]
    var metrics: [String: Double]
    var check: [String: Double]
    var broken: [String]
    var notes: [String]

    enum CodingKeys: String, CodingKey {
        case label, scenario
        case startedAt = "started_at"
        case options, seconds, operations, requests, throughput
        case requestsPerSecond = "requests_per_second"
        case steps, answers, failures, cpu, memory, metrics, check, broken, notes
    }

    /// Without a line break.
    var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// All runs of a file.
    ///
    /// - Throws: ``LoadFault`` where it cannot be read.
    static func read(_ path: String) throws -> [RunReport] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw LoadFault("\(path) cannot be read")
        }
        return try text.split(separator: "\n").enumerated().map { index, line in
            do {
                return try JSONDecoder().decode(RunReport.self, from: Data(line.utf8))
            } catch {
                throw LoadFault("\(path), line \(index + 1) is no report of a run")
            }
        }
    }
}
