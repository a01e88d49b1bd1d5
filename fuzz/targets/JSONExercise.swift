@testable import API
@testable import HTTP

/// Bodies in JSON, as values and as what the routes make of them.
///
/// Whatever the bytes: strings that are taken can be written and read again, and come back the same.
enum JSONExercise {
    static func run(_ bytes: [UInt8]) {
        let request = HTTPRequest(method: .post, target: "/", body: bytes)
        // Each of these may refuse; none may crash.
        _ = try? Parameters(request).userID()
        _ = try? Parameters(request).itemID()
        _ = try? Parameters(request).code()
        if let body = try? OperatorBody(bytes) { _ = try? SaleRequest.read(body) }
        guard let value = try? JSONValue(bytes) else { return }
        visit(value, depth: 0)
    }

    private static func visit(_ value: JSONValue, depth: Int) {
        precondition(depth <= JSONValue.maxDepth, "nested deeper than allowed")
        switch value {
        case .null, .bool, .number: break
        case .string(let text): precondition(rewritten(text) == .string(text), "a string changes when it is written")
        case .array(let elements): for element in elements { visit(element, depth: depth + 1) }
        case .object(let members): for member in members.values { visit(member, depth: depth + 1) }
        }
    }

    private static func rewritten(_ text: String) -> JSONValue? {
        var json = JSONWriter()
        json.string(text)
        return try? JSONValue(json.bytes)
    }
}
