import HTTP
import Sales

/// Which items of a sale are sold, as a bitmap that goes out as it is.
struct Availability: Sendable {
    private static let binary = HTTPHeader("Content-Type", "application/octet-stream")

    private let body: [UInt8]
    private let tag: EntityTag
    private let headers: [HTTPHeader]

    init(_ progress: SaleProgress) {
        body = progress.sold.bitmap(of: Int(progress.sale.totalItems))
        tag = EntityTag(of: body)
        headers = [
            tag.header, HTTPHeader("Cache-Control", "no-cache"),
            HTTPHeader("X-Items", String(progress.sale.totalItems)), HTTPHeader("X-Sold", String(progress.sold.count)),
        ]
    }

    /// 200, or 304 where the client has this very bitmap.
    func response(to request: HTTPRequest) -> HTTPResponse {
        if tag.isKnown(to: request) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, contentType: Self.binary, headers: headers, body: body)
    }
}
