import HTTP
import Kernel
import Sales

/// Renders purchases to the bytes that are stored and answered.
///
/// Bought something: 200 `{"success":true,"code","sale_id","purchased_items":[{"id","name","image_url","price"}],
/// "total_purchased","failed_items":[{"id","reason"}],"failed_count","purchased_at"}`.
/// Nothing: a problem document (409 `all_items_sold`, or 400 `user_limit_exceeded` where the limit alone was the
/// reason) with the same members, the checkout's code as `checkout_code`.
public struct JSONOutcomeEncoder: OutcomeEncoder {
    /// Makes an encoder; all of them render the same.
    public init() {}

    /// The status and the bytes of a purchase.
    public func encode(_ purchase: Purchase) -> StoredOutcome {
        var json = JSONWriter(capacity: 256 + 192 * purchase.items.count)
        guard purchase.items.isEmpty else {
            json.object { json in
                json.member("success", true)
                json.member("code", purchase.code)
                json.details(of: purchase)
            }
            return StoredOutcome(status: 200, body: json.bytes)
        }
        let kind = purchase.failedByLimitAlone ? Problem.Kind.userLimitExceeded : .allItemsSold
        json.object { json in
            json.problem(kind)
            json.member("success", false)
            json.member("checkout_code", purchase.code)
            json.details(of: purchase)
        }
        return StoredOutcome(status: Int16(kind.status), body: json.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func details(of purchase: Purchase) {
        member("sale_id", purchase.code.sale.description)
        key("purchased_items")
        array(purchase.items) { json, item in json.object { $0.item(item) } }
        member("total_purchased", purchase.items.count)
        key("failed_items")
        array(purchase.failures) { json, failure in
            json.object { json in
                json.member("id", failure.id.description)
                json.member("reason", failure.reason.rawValue)
            }
        }
        member("failed_count", purchase.failures.count)
        member("purchased_at", purchase.decidedAt)
    }

    /// `"id","name","image_url","price":{"amount_minor","currency"}`.
    mutating func item(_ item: Item) {
        member("id", item.id.description)
        member("name", item.name)
        member("image_url", item.imageURL)
        key("price")
        object { json in
            json.member("amount_minor", item.price.amountMinor)
            json.member("currency", item.price.currency)
        }
    }
}

extension HTTPResponse {
    /// A stored outcome, byte for byte.
    static func outcome(_ outcome: StoredOutcome, replayed: Bool) -> HTTPResponse {
        HTTPResponse(
            status: Int(outcome.status),
            contentType: outcome.status == 200 ? .json : .problemJSON,
            headers: replayed ? [replayedHeader] : [],
            body: outcome.body
        )
    }

    private static let replayedHeader = HTTPHeader("Idempotent-Replayed", "true")
}
