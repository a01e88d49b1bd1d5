import Telemetry
import Testing

@Suite struct RedactionTests {
    @Test(arguments: [
        ("postgres://user:secret@db:5432/sale", "postgres://user:***@db:5432/sale"),
        ("postgres://user@db/sale", "postgres://user@db/sale"),
        ("postgres://user:a@b:c@db/sale", "postgres://user:***@db/sale"),
        ("postgres://user:a/b@db/sale", "postgres://user:***@db/sale"),
        ("postgres://user:a?b#c@db/sale", "postgres://user:***@db/sale"),
        (
            "postgres://u:p@db/sale?sslmode=require&password=x&a=b",
            "postgres://u:***@db/sale?sslmode=require&password=***&a=b"
        ),
        ("postgres:///sale?host=/run&user=me", "postgres:///sale?host=/run&user=me"),
        ("postgres://u:p@a:1,b:2/sale?password=x", "postgres://u:***@a:1,b:2/sale?password=***"),
        ("postgres://a:1,b:2/sale", "postgres://a:1,b:2/sale"), ("postgres://a,b:2/sale", "postgres://a,b:2/sale"),
        ("redis://:secret@cache:6379/0", "redis://:***@cache:6379/0"),
        (
            "redis+sentinel://:p@a:1,b:2/shop/0?sentinel_password=x",
            "redis+sentinel://:***@a:1,b:2/shop/0?sentinel_password=***"
        ),
        ("redis+sentinel://a:1,b/shop/0", "redis+sentinel://a:1,b/shop/0"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("redis://[::1]:6379/0", "redis://[::1]:6379/0"),
        ("https://ghp_abc@example.org/x", "https://***@example.org/x"),
        ("https://example.org/@me?access_token=t#id_token=u", "https://example.org/@me?access_token=***#id_token=***"),
        ("https://example.org/?API_KEY=1;b=2", "https://example.org/?API_KEY=***;b=2"),
        ("no address", "no address"), ("", ""), ("://", "://"), ("a://@", "a://***@"),
    ])
    func hidesPasswordsAndTokens(url: String, shown: String) {
        #expect(Redaction.urlWithoutPassword(url) == shown)
    }
}
