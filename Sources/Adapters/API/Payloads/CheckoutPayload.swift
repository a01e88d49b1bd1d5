import HTTP
import Kernel
import Sales

extension HTTPResponse {
    /// `{"code","sale_id","items_count","items":[ids],"allowance":{"limit","left"},"sale_ends_at"}`.
    static func joined(_ checkout: Checkout, _ allowance: Allowance) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.checkout(checkout)
            json.key("allowance")
            json.object { json in
                json.member("limit", allowance.limit)
                json.member("left", allowance.left)
            }
            json.member("sale_ends_at", checkout.saleEndsAt)
        }
        return .json(json.bytes)
    }

    /// `{"code","sale_id","items_count","items":[ids],"user_id","status","sale_ends_at"}`.
    static func checkout(_ checkout: Checkout) -> HTTPResponse {
        var json = JSONWriter()
        json.object { json in
            json.checkout(checkout)
            json.member("user_id", checkout.userID.description)
            json.member("status", checkout.status.rawValue)
            json.member("sale_ends_at", checkout.saleEndsAt)
        }
        return .json(json.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func checkout(_ checkout: Checkout) {
        member("code", checkout.code)
        member("sale_id", checkout.code.sale.description)
        member("items_count", checkout.items.count)
        key("items")
        array(checkout.items) { $0.string($1.description) }
    }
}
