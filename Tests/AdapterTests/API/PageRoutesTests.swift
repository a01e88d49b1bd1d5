import HTTP
import Testing
import WebPages

@testable import API

@Suite struct PageRoutesTests {
    @Test func namesOneVersionOfAllItLoads() async throws {
        let page = try #require(await Self.answer("/"))
        let named = Set(page.text.matches(of: #/"\/assets\/(\w+)\//#).map { String($0.1) })

        #expect(named.count == 1 && !page.text.contains(PageRoutes.placeholder))
        #expect(page.header("Cache-Control") == "no-cache")
    }

    @Test func letsBrowsersKeepItsOwnVersionAndNoOther() async throws {
        let version = try await Self.version
        let own = try #require(await Self.answer("/assets/\(version)/parts/base.css"))
        let other = try #require(await Self.answer("/assets/other/parts/base.css"))

        #expect(own.status == 200 && own.header("Cache-Control") == "public, max-age=31536000, immutable")
        #expect(other.status == 200 && other.header("Cache-Control") == "no-cache" && other.text == own.text)
    }

    @Test(arguments: ["/", "/assets/{version}/storefront/storefront.js", "/assets/other/parts/icon.svg"])
    func sendsNothingThatTheBrowserHas(template: String) async throws {
        let target = template.replacing("{version}", with: try await Self.version)
        let first = try #require(await Self.answer(target))
        let tag = try #require(first.header("ETag"))

        let second = try #require(await Self.answer(target, knowing: "W/\(tag)"))
        let third = try #require(await Self.answer(target, knowing: "\"another\""))

        #expect(second.status == 304 && second.text.isEmpty && second.header("ETag") == tag)
        #expect(third.status == 200 && third.text == first.text)
    }

    @Test func allowsNothingThatIsNotItsOwn() async throws {
        for target in ["/", "/assets/other/parts/dom.js"] {
            let policy = try #require(await Self.answer(target)?.header("Content-Security-Policy"))
            let directives = Set(policy.split(separator: "; ").map(String.init))

            #expect(directives.isSuperset(of: ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]))
            #expect(!policy.contains("unsafe") && !policy.contains("data:") && !policy.contains("http:"))
        }
    }

    @Test(arguments: ["parts/none.css", "storefront/storefront.html", "operators/live.js", "/base.css", "parts/"])
    func hasNothingElse(path: String) async throws {
        let version = try await Self.version

        #expect(await Self.answer("/assets/\(version)/\(path)")?.status ?? 404 == 404)
    }

    private static var version: String {
        get async throws {
            let match = try #require(await answer("/")?.text.firstMatch(of: #/"\/assets\/(\w+)\//#))
            return String(match.1)
        }
    }

    /// What the storefront's routes answer; `nil` where there is no route.
    private static func answer(_ target: String, knowing tag: String? = nil) async -> HTTPResponse? {
        var router = HTTPRouter()
        PageRoutes(WebPages.storefront, at: "/", with: WebPages.parts + WebPages.storefrontAssets)
            .register(in: &router)
        let headers = tag.map { [("If-None-Match", $0)] } ?? []
        let request = HTTPRequest(method: .get, target: target, headers: headers)
        guard case .found(let route, let path) = router.match(.get, path: request.path),
            case .buffered(let handler) = route.handler
        else { return nil }
        return await handler(request, path)
    }
}
