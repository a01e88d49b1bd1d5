/// Statements that are sent together, in their order, with one Sync at the end.
///
/// Without BEGIN they are one implicit transaction. The first that fails makes the server skip all that follow.
public struct PostgresPipeline: Sendable {
    struct Command: Sendable {
        let statement: PostgresStatement
        let parameters: PostgresParameters
    }

    var commands: [Command] = []

    /// An empty pipeline.
    public init() {}

    /// The number of statements.
    public var count: Int { commands.count }

    /// Adds a statement; its rows will be at this position of the results.
    public mutating func add(_ statement: PostgresStatement, _ parameters: PostgresParameters = PostgresParameters()) {
        commands.append(Command(statement: statement, parameters: parameters))
    }

    /// Whether one of the statements has this name.
    func names(_ name: String) -> Bool { commands.contains { $0.statement.name == name } }

    /// Empties the pipeline and keeps its memory.
    public mutating func removeAll() {
        commands.removeAll(keepingCapacity: true)
    }
}
