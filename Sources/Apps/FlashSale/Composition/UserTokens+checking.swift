import API

extension AppConfiguration.UserTokens {
    /// Why the keys cannot be used, as a phrase; `nil` where they can.
    var fault: String? {
        do throws(ShopperKeys.Fault) {
            _ = try ShopperKeys(jwks: keys)
            return nil
        } catch {
            return error.reason
        }
    }

    /// What checks the tokens of requests.
    func checker() async throws -> ShopperTokens {
        try await ShopperTokens(
            ShopperKeys(jwks: keys),
            rules: .init(issuer: issuer, audience: audience),
            now: WallClock.now
        )
    }
}
