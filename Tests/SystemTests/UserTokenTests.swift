import Foundation
import TestSupport
import Testing

/// Shoppers' tokens, as the built service takes them.
@Suite struct UserTokenTests {
    @Test func keepsCartsAndCodesForTheirOwners() async throws {
        let old = try await TokenMint("old")
        let new = try await TokenMint("new", .es256)
        let stage = try await Stage.make()
        let settings = ["USER_TOKEN_AUDIENCE": "flashsale", "USER_TOKEN_ISSUER": "https://id.example.com"]
        let service = try await stage.service(settings.merging(["USER_TOKEN_KEYS": TokenMint.set(old, new)]) { $1 })
        let sale = try await TestSale.make(service, items: 5)
        let anna = try await Self.shopper("anna", old, service)
        let ben = try await Self.shopper("ben", new, service)

        let code = try #require(try await anna.checkout("anna", sale.items[0]).string("code"))
        let forbidden = try await ben.checkout("anna", sale.items[1])
        #expect(forbidden.status == 403 && forbidden.code == "forbidden")
        #expect(try await ben.purchase(code).code == "checkout_not_found")
        #expect(try await service.client().purchase(code).code == "unauthenticated")
        let bought = try await anna.purchase(code)
        #expect(bought.status == 200)
        #expect(try await ben.purchase(code).code == "checkout_not_found")
        #expect(try await anna.purchase(code).wire.body == bought.wire.body)
        #expect(try await service.client().get("/sales/\(sale.id)").status == 200)
        #expect(try await service.operatorClient().get("/admin/sales/\(sale.id)/purchases").status == 200)
        #expect(try await anna.post("/admin/sales").status == 404)
        #expect(
            try await Self.shopper("anna", old, service, port: service.adminPort).post("/admin/sales").status == 401
        )

        // The old key is gone with the next start.
        service.signal(SIGTERM)
        #expect(try await service.waitForExit() == 0)
        let file = NSTemporaryDirectory() + "flashsale-keys-\(UUID().uuidString).json"
        try TokenMint.set(new).write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }  // the system's temporary folder is swept
        let next = try await stage.service(settings.merging(["USER_TOKEN_KEYS": file]) { $1 })
        #expect(try await Self.shopper("anna", old, next).purchase(code).status == 401)
        #expect(try await Self.shopper("anna", new, next).purchase(code).wire.body == bought.wire.body)
        try await next.until(#"flashsale_shopper_tokens_total{result="key"}"#, isAtLeast: 1)
    }

    @Test func refusesATokenOfAMegabyteBeforeItIsRead() async throws {
        let mint = try await TokenMint("a")
        let stage = try await Stage.make()
        let service = try await stage.service(["USER_TOKEN_KEYS": TokenMint.set(mint)])
        let header = { (length: Int) in "Authorization: Bearer \(String(repeating: "a", count: length))\r\n" }

        #expect(try await service.client().post("/purchase?code=x", headers: header(5000)).status == 401)
        let answer = try await service.client().post("/purchase?code=x", headers: header(1 << 20))
        #expect(answer.status == 431)
    }

    @Test(arguments: [
        (["USER_TOKEN_KEYS": "/nowhere/keys.json"], "USER_TOKEN_KEYS must be a JWK set, or the path of a file"),
        (["USER_TOKEN_KEYS": "/"], "USER_TOKEN_KEYS must be a JWK set, or the path of a file"),
        (["USER_TOKEN_KEYS": "/dev/zero"], "USER_TOKEN_KEYS must have at most 65536 bytes"),
        (["USER_TOKEN_KEYS": #"{"keys":[{"kid":"a","kty":"oct","k":"c2VjcmV0LXdvcmQ"}]}"#], "key 1 is a secret one"),
        (["USER_TOKEN_KEYS": #"{"keys":[]}"#], "USER_TOKEN_KEYS must hold 1 to 100 keys"),
        (["USER_TOKEN_AUDIENCE": "flashsale"], "USER_TOKEN_AUDIENCE must not be set without USER_TOKEN_KEYS"),
    ])
    func refusesKeysThatItCannotUse(_ settings: [String: String], _ fault: String) async throws {
        let (code, output) = try await Tool.run(["check-config"], settings)

        #expect(code != 0)
        #expect(output.contains(fault) && !output.contains("c2VjcmV0"), "\(output)")
    }

    private static func shopper(
        _ user: String,
        _ mint: TokenMint,
        _ service: ServiceProcess,
        port: Int? = nil
    ) async throws -> ServiceClient {
        let end = Int(Date().timeIntervalSince1970) + 600
        let claims = #"{"iss":"https://id.example.com","aud":["flashsale"],"sub":"\#(user)","exp":\#(end)}"#
        let header = "Authorization: Bearer \(try mint.token(claims: claims))\r\n"
        return try await ServiceClient.connect(port ?? service.port, headers: header)
    }
}
