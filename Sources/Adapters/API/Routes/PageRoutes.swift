import HTTP
import WebPages

/// A page for browsers, with what it loads: HTML at one address, the rest under `/assets/{version}/`.
///
/// The version is a digest of all the files, and the page names it, so browsers keep what they have loaded for good and
/// still never mix two releases. An instance that is asked for the version of another one, as in the middle of a rolling
/// update, answers with its own files and has them kept by nobody.
struct PageRoutes: Sendable {
    /// Where the page's text names the version.
    static let placeholder = "/assets/-/"

    private struct Asset: Sendable {
        let contentType: HTTPHeader
        let bytes: [UInt8]
        let tag: EntityTag
    }

    private let address: String
    private let page: Asset
    private let version: String
    private let assets: [String: Asset]

    /// Serves `page` at `address`, and `files` for it.
    init(_ page: WebPages.File, at address: String, with files: [WebPages.File]) {
        let version = EntityTag(of: files.flatMap(\.bytes)).header.value.filter { $0 != "\"" }
        let html = String(decoding: page.bytes, as: UTF8.self)
            .split(separator: Self.placeholder, omittingEmptySubsequences: false)
            .joined(separator: "/assets/\(version)/")
        self.address = address
        self.version = version
        self.page = Self.asset(path: page.path, bytes: Array(html.utf8))
        assets = Dictionary(
            uniqueKeysWithValues: files.map { ($0.path, Self.asset(path: $0.path, bytes: $0.bytes)) }
        )
    }

    func register(in router: inout HTTPRouter) {
        router.on(.get, address) { request, _ in answer(request, page, .revalidated) }
        router.on(.get, "/assets/{version}/{folder}/{file}") { request, path in
            guard let asset = assets[path["folder"] + "/" + path["file"]] else { return Problem(.notFound).response }
            return answer(request, asset, path["version"] == version ? .forEver : .revalidated)
        }
    }

    private func answer(_ request: HTTPRequest, _ asset: Asset, _ caching: HTTPHeader) -> HTTPResponse {
        let headers = [asset.tag.header, caching] + HTTPHeader.pageProtection
        if asset.tag.isKnown(to: request) { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, contentType: asset.contentType, headers: headers, body: asset.bytes)
    }

    private static func asset(path: String, bytes: [UInt8]) -> Asset {
        Asset(contentType: .contentType(ofFile: path), bytes: bytes, tag: EntityTag(of: bytes))
    }
}

extension HTTPHeader {
    fileprivate static let forEver = HTTPHeader("Cache-Control", "public, max-age=31536000, immutable")
    fileprivate static let revalidated = HTTPHeader("Cache-Control", "no-cache")

    /// A page runs its own files and nothing else, talks to its own server only, and stands in no frame.
    ///
    /// Pictures alone may come from elsewhere, over TLS: a sale's items may have theirs at any address.
    fileprivate static let pageProtection = [
        HTTPHeader(
            "Content-Security-Policy",
            """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; connect-src 'self'; \
            base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
            trusted-types 'none'
            """
        ),
        HTTPHeader("Referrer-Policy", "no-referrer"),
        HTTPHeader("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    fileprivate static func contentType(ofFile path: String) -> HTTPHeader {
        switch path.split(separator: ".").last {
        case "html": .html
        case "css": HTTPHeader("Content-Type", "text/css; charset=utf-8")
        case "js": HTTPHeader("Content-Type", "text/javascript; charset=utf-8")
        case "svg": HTTPHeader("Content-Type", "image/svg+xml")
        default: preconditionFailure("a page is made of HTML, CSS, JavaScript and SVG")
        }
    }
}
