import HTTP
import Sales

/// A page of items as it goes out, with its tag:
/// `{"items":[{"id","name","image_url","price","number","sold"}],"next_cursor"}`.
struct ItemPage: Sendable {
    let body: [UInt8]
    let tag: EntityTag

    init(_ items: [ListedItem], nextCursor: String?) {
        var json = JSONWriter(capacity: 64 + 200 * items.count)
        json.object { json in
            json.key("items")
            json.array(items) { json, listed in
                json.object { json in
                    json.item(listed.item)
                    json.member("number", listed.item.key.number)
                    json.member("sold", listed.isSold)
                }
            }
            json.member("next_cursor", orNull: nextCursor)
        }
        body = json.bytes
        tag = EntityTag(of: body)
    }

    /// 200, or 304 where the client has these very bytes.
    func response(to request: HTTPRequest) -> HTTPResponse {
        let headers = [tag.header, HTTPHeader("Cache-Control", "no-cache")]
        if tag.isKnown(to: request) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, contentType: .json, headers: headers, body: body)
    }
}
