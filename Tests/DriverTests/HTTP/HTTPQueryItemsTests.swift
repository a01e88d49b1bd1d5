import HTTP
import TestSupport
import Testing

@Suite struct HTTPQueryItemsTests {
    struct Valid: Sendable, CustomTestStringConvertible {
        let query: String
        let items: [String]
        var testDescription: String { query }
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let query: String
        let parameter: String
        let reason: HTTPDecodingError.Reason
        var testDescription: String { query }
    }

    @Test(arguments: [
        Valid(query: "", items: []),
        Valid(query: "a=1", items: ["a:1"]),
        Valid(query: "a=1&b=2&a=3", items: ["a:1", "b:2", "a:3"]),
        Valid(query: "a", items: ["a:"]),
        Valid(query: "a=", items: ["a:"]),
        Valid(query: "=1", items: [":1"]),
        Valid(query: "&&a=1&&", items: ["a:1"]),
        Valid(query: "a=b=c", items: ["a:b=c"]),
        Valid(query: "a=x+y%20z", items: ["a:x y z"]),
        Valid(query: "a%2Bb=%2b", items: ["a+b:+"]),
        Valid(query: "a=%26%3d&b=%25", items: ["a:&=", "b:%"]),
        Valid(query: "n=%C3%A9%E2%82%AC%F0%9F%98%80", items: ["n:é€😀"]),
        Valid(query: "a=%0A%7F", items: ["a:\n\u{7F}"]),
        Valid(query: "a=%F4%8F%BF%BF", items: ["a:\u{10FFFF}"]),
    ])
    func decodes(_ valid: Valid) throws {
        let items = try HTTPRequest(method: .get, target: "/x?\(valid.query)").queryItems()

        #expect(items.map { "\($0.name):\($0.value)" } == valid.items)
    }

    @Test(arguments: [
        Malformed(query: "a=%", parameter: "a", reason: .malformedEscape),
        Malformed(query: "a=%4", parameter: "a", reason: .malformedEscape),
        Malformed(query: "b=1&a=%zz", parameter: "a", reason: .malformedEscape),
        Malformed(query: "a=%4&b=1", parameter: "a", reason: .malformedEscape),
        Malformed(query: "a=%+1", parameter: "a", reason: .malformedEscape),
        Malformed(query: "%g1=1", parameter: "%g1", reason: .malformedEscape),
        Malformed(query: "a=%00", parameter: "a", reason: .containsNUL),
        Malformed(query: "a%00=1", parameter: "a%00", reason: .containsNUL),
        Malformed(query: "a=%FF", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%C3", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%C0%AF", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%E0%80%AF", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%ED%A0%80", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%F4%90%80%80", parameter: "a", reason: .invalidUTF8),
        Malformed(query: "a=%80", parameter: "a", reason: .invalidUTF8),
    ])
    func refuses(_ malformed: Malformed) {
        let request = HTTPRequest(method: .get, target: "/x?\(malformed.query)")

        let error = #expect(throws: HTTPDecodingError.self) { _ = try request.queryItems() }

        #expect(error?.parameter == malformed.parameter)
        #expect(error?.reason == malformed.reason)
    }

    @Test func showsDuplicates() throws {
        let items = try HTTPRequest(method: .get, target: "/x?a=1&b=2&a=3").queryItems()

        #expect(items.first("a") == "1")
        #expect(items.all("a") == ["1", "3"])
        #expect(items.count(of: "a") == 2)
        #expect(items.first("c") == nil)
    }

    @Test func refusesTheSixtyFifthItem() throws {
        let many = (1...65).map { "p\($0)=1" }
        let allowed = many.prefix(64).joined(separator: "&")

        let items = try HTTPRequest(method: .get, target: "/x?\(allowed)").queryItems()
        let error = #expect(throws: HTTPDecodingError.self) {
            _ = try HTTPRequest(method: .get, target: "/x?\(many.joined(separator: "&"))").queryItems()
        }

        #expect(items.count == 64)
        #expect(error?.parameter == "p65")
        #expect(error?.reason == .tooMany)
    }
}
