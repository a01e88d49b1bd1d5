import HTTP
import Sales

/// What is wrong with a request's fields; becomes 400 `validation_failed`.
struct ValidationFault: Error, Equatable {
    var errors: [String: String]

    init(_ field: String, _ reason: String) { errors = [field: reason] }

    var problem: Problem { Problem(.validationFailed, errors: errors) }
}

/// The parameters of a request, from its query and its body: a JSON object, or a form.
///
/// Unknown ones are ignored. One that is given twice, or in both places with different values, is refused.
struct Parameters {
    private let query: HTTPQueryItems
    private let body: Body

    private enum Body {
        case none
        case json([String: JSONValue])
        case form(HTTPQueryItems)
    }

    init(_ request: HTTPRequest) throws(ValidationFault) {
        do {
            query = try request.queryItems()
        } catch {
            throw ValidationFault(error.parameter, error.phrase)
        }
        body = try Self.body(of: request)
    }

    /// The parameters of the query alone, for routes that take their body otherwise.
    init(query request: HTTPRequest) throws(ValidationFault) {
        do {
            query = try request.queryItems()
        } catch {
            throw ValidationFault(error.parameter, error.phrase)
        }
        body = .none
    }

    /// The value of a parameter that may go by several names; `nil` where it is not given.
    func text(_ names: String...) throws(ValidationFault) -> String? {
        let field = names[0]
        var fromQuery: String?
        for item in query where names.contains(item.name) {
            guard fromQuery == nil else { throw ValidationFault(field, "must be given once") }
            fromQuery = item.value
        }
        let fromBody = try bodyText(names)
        if let fromQuery, let fromBody, Array(fromQuery.utf8) != Array(fromBody.utf8) {
            throw ValidationFault(field, "must have the same value in query and body")
        }
        return fromQuery ?? fromBody
    }

    /// The value of a parameter that must be given.
    func required(_ names: String...) throws(ValidationFault) -> String {
        let given = names.count == 2 ? try text(names[0], names[1]) : try text(names[0])
        guard let given else { throw ValidationFault(names[0], "must be given") }
        return given
    }

    /// A whole number from a range, or `otherwise` where it is not given.
    func integer(_ name: String, in range: ClosedRange<Int>, otherwise: Int) throws(ValidationFault) -> Int {
        guard let text = try text(name) else { return otherwise }
        guard let value = Int(text), range.contains(value) else {
            throw ValidationFault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func bodyText(_ names: [String]) throws(ValidationFault) -> String? {
        var found: String?
        switch body {
        case .none: break
        case .form(let items):
            for item in items where names.contains(item.name) {
                guard found == nil else { throw ValidationFault(names[0], "must be given once") }
                found = item.value
            }
        case .json(let members):
            for name in names {
                guard let value = members[name], value != .null else { continue }
                guard case .string(let text) = value else { throw ValidationFault(names[0], "must be a string") }
                guard found == nil else { throw ValidationFault(names[0], "must be given once") }
                found = text
            }
        }
        return found
    }

    /// A body that begins with a brace is JSON whatever its type says, because that is what clients send by hand.
    private static func body(of request: HTTPRequest) throws(ValidationFault) -> Body {
        let bytes = request.body
        guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            return .none
        }
        let type = request.header("content-type")?.lowercased() ?? ""
        if first != UInt8(ascii: "{"), type.hasPrefix("application/x-www-form-urlencoded") {
            return try form(bytes)
        }
        do {
            guard case .object(let members) = try JSONValue(bytes) else {
                throw ValidationFault("body", "must be a JSON object")
            }
            return .json(members)
        } catch let fault as JSONFault {
            throw ValidationFault("body", fault.reason)
        } catch let fault as ValidationFault {
            throw fault
        } catch {
            throw ValidationFault("body", "must be a JSON object")
        }
    }

    private static func form(_ bytes: [UInt8]) throws(ValidationFault) -> Body {
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationFault("body", "must be percent-encoded")
        }
        do {
            return .form(try HTTPQueryItems(parsing: Substring(String(decoding: bytes, as: UTF8.self))))
        } catch {
            throw ValidationFault(error.parameter, error.phrase)
        }
    }
}

extension HTTPDecodingError {
    fileprivate var phrase: String {
        switch reason {
        case .malformedEscape: "has a malformed percent escape"
        case .invalidUTF8: "is not UTF-8"
        case .containsNUL: "must not contain the character NUL"
        case .tooMany: "is one parameter too many"
        }
    }
}
