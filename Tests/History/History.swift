import Foundation

/// Everything that the clients of a run asked and were told, in the order of asking.
public struct History: Sendable {
    /// A line that is no event, or an answer to nothing.
    public struct Malformed: Error, CustomStringConvertible {
        /// The line's number and what is wrong.
        public let description: String
    }

    /// The calls.
    public let operations: [Operation]

    /// A history of the given calls.
    public init(_ operations: [Operation]) { self.operations = operations }

    /// Joins events to calls; a call without an answer is one whose fate is unknown.
    ///
    /// - Throws: ``Malformed`` for an answer to a call that the events do not hold.
    public init(_ events: [HistoryEvent]) throws {
        var operations: [Operation] = []
        var places: [Int: Int] = [:]
        for event in events {
            if event.type == .invoke {
                places[event.op] = operations.count
                operations.append(Operation(event))
            } else if let place = places[event.op] {
                operations[place].complete(event)
            } else {
                throw Malformed(description: "an answer to call #\(event.op), which nobody made")
            }
        }
        self.operations = operations
    }

    /// Reads JSON lines that a ``HistoryRecorder`` wrote.
    ///
    /// - Throws: ``Malformed`` for a line that is no event; what Foundation throws where the file cannot be read.
    public init(file: String) throws {
        let decoder = JSONDecoder()
        let lines = try Data(contentsOf: URL(fileURLWithPath: file)).split(separator: UInt8(ascii: "\n"))
        try self.init(
            lines.enumerated().map { index, line in
                do {
                    return try decoder.decode(HistoryEvent.self, from: line)
                } catch {
                    throw Malformed(description: "line \(index + 1): \(error)")
                }
            }
        )
    }
}
