import HTTP
import Sales

/// A page of items as it goes out: `{"items":[{"id","name","image_url","price","sold"}],"next_cursor"}`, with its tag.
struct ItemPage: Sendable {
    let body: [UInt8]
    let tag: String

    init(_ items: [ListedItem], nextCursor: String?) {
        var json = JSONWriter(capacity: 64 + 200 * items.count)
        json.object { json in
            json.key("items")
            json.array(items) { json, listed in
                json.object { json in
                    json.item(listed.item)
                    json.member("sold", listed.isSold)
                }
            }
            json.member("next_cursor", orNull: nextCursor)
        }
        body = json.bytes
        tag = "\"\(String(Self.digest(body), radix: 36))\""
    }

    /// 200, or 304 where the client has these very bytes.
    func response(to request: HTTPRequest) -> HTTPResponse {
        let headers = [HTTPHeader("ETag", tag), HTTPHeader("Cache-Control", "no-cache")]
        if isKnown(to: request) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, contentType: .json, headers: headers, body: body)
    }

    private func isKnown(to request: HTTPRequest) -> Bool {
        request.headers("if-none-match").contains { line in
            line.split(separator: ",").contains { candidate in
                var candidate = candidate.drop { $0 == " " }
                while candidate.last == " " { candidate.removeLast() }
                if candidate.hasPrefix("W/") { candidate.removeFirst(2) }
                return candidate == "*" || candidate == tag
            }
        }
    }

    /// FNV-1a in 64 bits: two pages of one address are told apart, nobody is kept from making equal ones.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
