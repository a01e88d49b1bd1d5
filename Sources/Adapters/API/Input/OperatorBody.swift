import HTTP
import Kernel
import Sales

/// The JSON object that an operator sends; an empty body is an empty object.
struct OperatorBody: Sendable {
    private let members: [String: JSONValue]

    init(_ request: HTTPRequest) throws(ValidationFault) { try self.init(request.body) }

    init(_ bytes: [UInt8]) throws(ValidationFault) {
        guard !bytes.isEmpty else {
            members = [:]
            return
        }
        do throws(JSONFault) {
            guard case .object(let members) = try JSONValue(bytes) else {
                throw JSONFault("must be a JSON object")
            }
            self.members = members
        } catch {
            throw ValidationFault("body", error.reason)
        }
    }

    init(_ members: [String: JSONValue]) { self.members = members }

    func text(_ name: String) throws(ValidationFault) -> String? {
        switch members[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw ValidationFault(name, "must be a string")
        }
    }

    func integer(_ name: String) throws(ValidationFault) -> Int? {
        switch members[name] {
        case nil, .null: return nil
        case .number(let digits):
            guard let value = Int(digits) else { throw ValidationFault(name, "must be a whole number") }
            return value
        default: throw ValidationFault(name, "must be a whole number")
        }
    }

    func time(_ name: String) throws(ValidationFault) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw ValidationFault(name, "must be a time like 2026-01-31T12:00:00Z")
        }
        return time
    }

    func object(_ name: String) throws(ValidationFault) -> OperatorBody? {
        switch members[name] {
        case nil, .null: return nil
        case .object(let members): return OperatorBody(members)
        default: throw ValidationFault(name, "must be an object")
        }
    }

    func objects(_ name: String) throws(ValidationFault) -> [OperatorBody]? {
        guard let value = members[name], value != .null else { return nil }
        guard case .array(let elements) = value else { throw ValidationFault(name, "must be an array") }
        var objects: [OperatorBody] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else {
                throw ValidationFault(name, "[\(index)]: must be an object")
            }
            objects.append(OperatorBody(members))
        }
        return objects
    }
}

/// Reads what an operator asks for when making a sale.
enum SaleRequest {
    static func read(_ body: OperatorBody) throws(ValidationFault) -> CreateSale.Request {
        var request = CreateSale.Request()
        request.name = try body.text("name")
        request.startsAt = try body.time("starts_at")
        request.endsAt = try body.time("ends_at")
        request.itemsPerUser = try body.integer("items_per_user")
        request.graceSeconds = try body.integer("grace_seconds")
        request.totalItems = try body.integer("total_items")
        if let word = try body.text("after_end") {
            guard let afterEnd = Sale.AfterEnd(rawValue: word) else {
                throw ValidationFault("after_end", "must be close or run_out")
            }
            request.afterEnd = afterEnd
        }
        if let items = try body.objects("items") {
            var drafts: [ItemDraft] = []
            for (index, item) in items.enumerated() {
                do throws(InvalidText) { drafts.append(try ItemDraft(item)) } catch {
                    throw ValidationFault("items", "[\(index)]: \(error.reason)")
                }
            }
            request.items = drafts
        }
        return request
    }
}

extension ItemDraft {
    /// Reads `{"id","name","image_url"?,"price":{"amount_minor","currency"}}`; without a picture one is drawn.
    init(_ body: OperatorBody) throws(InvalidText) {
        do throws(ValidationFault) {
            guard let idText = try body.text("id") else { throw ValidationFault("id", "must be given") }
            let id = try ItemID(field: "id", idText)
            guard let name = try body.text("name") else { throw ValidationFault("name", "must be given") }
            guard let price = try body.object("price"), let amount = try price.integer("amount_minor"),
                let currency = try price.text("currency")
            else { throw ValidationFault("price", "must have amount_minor and currency") }
            self.init(
                id: id,
                name: name,
                imageURL: try body.text("image_url") ?? GeneratedItems.imageURL(id),
                price: Money(amountMinor: Int64(amount), currency: currency)
            )
        } catch {
            throw InvalidText(reason: error.errors.map { "\($0.key) \($0.value)" }.sorted().joined(separator: ", "))
        }
    }
}
