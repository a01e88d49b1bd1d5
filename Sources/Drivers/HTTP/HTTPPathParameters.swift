/// The decoded parameters of a route's template.
public struct HTTPPathParameters: Sendable {
    private let names: [String]
    private let values: [String]

    /// Pairs the names of a template with the values of a path, in order; none by default.
    public init(names: [String] = [], values: [String] = []) {
        precondition(names.count == values.count, "each path parameter has one value")
        self.names = names
        self.values = values
    }

    /// The value of a parameter that the route's template has; any other name ends the program.
    public subscript(name: String) -> String {
        guard let index = names.firstIndex(of: name) else {
            preconditionFailure("the route's template has no parameter of this name")
        }
        return values[index]
    }
}
