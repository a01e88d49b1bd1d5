import Testing

@testable import Redis

struct RedisConfigurationTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let url: String
        let description: String
        var user: String?
        var password: String?
        var sentinelPassword: String?

        var testDescription: String { url }
    }

    @Test(arguments: [
        Good(url: "redis://localhost", description: "host: localhost, port: 6379, database: 0"),
        Good(url: "redis://127.0.0.1:6380/", description: "host: 127.0.0.1, port: 6380, database: 0"),
        Good(url: "redis://[::1]:6380/3", description: "host: ::1, port: 6380, database: 3"),
        Good(url: "redis://:s3cret@h/1", description: "host: h, port: 6379, database: 1", password: "s3cret"),
        Good(
            url: "redis://app:p%40ss%3Aw%2F@h:1",
            description: "user: app, host: h, port: 1, database: 0",
            user: "app",
            password: "p@ss:w/"
        ),
        Good(
            url: "redis+sentinel://one,two:26380,[::1]:3/shop",
            description: "group: shop, host: one, port: 26379, host: two, port: 26380, host: ::1, port: 3, database: 0"
        ),
        Good(
            url: "redis+sentinel://app:s3cret@one:1/a%20shop/2?sentinel_username=eye&sentinel_password=0ther%26",
            description: "user: app, group: a shop, host: one, port: 1, database: 2",
            user: "app",
            password: "s3cret",
            sentinelPassword: "0ther&"
        ),
    ])
    func readsURLs(_ good: Good) throws {
        let configuration = try RedisConfiguration(url: good.url)

        #expect(configuration.address.description == good.description)
        #expect(configuration.address.user == good.user)
        #expect(configuration.address.password == good.password)
        #expect(configuration.address.group?.password == good.sentinelPassword)
    }

    @Test(arguments: [
        "", "localhost:6379", "http://h", "redis://", "redis://:6379", "redis://h:0", "redis://h:65536", "redis://h:x",
        "redis://h:", "redis://h/x", "redis://h/-1", "redis://[::1", "redis://[::1]x", "redis://secret@h",
        "redis://u:secret%4@h", "redis://u:secret%zz@h", "redis://h/0?timeout=1", "redis://a,b/0/1",
        "redis+sentinel://", "redis+sentinel://h", "redis+sentinel://h/", "redis+sentinel://h,/shop",
        "redis+sentinel://h/shop/x", "redis+sentinel://h/shop/0/1", "redis+sentinel://h/shop?password=secret",
        "redis+sentinel://h/shop?sentinel_username=secret", "redis+sentinel://h/shop#0",
    ])
    func refusesURLsThatAreNone(_ url: String) {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: url) }

        #expect(error?.code == .configuration)
        #expect(error?.message.contains("secret") == false)
    }

    @Test
    func saysThatItSpeaksNoTLS() {
        let error = #expect(throws: RedisError.self) { try RedisConfiguration(url: "rediss://h") }

        #expect(error?.message.contains("TLS") == true)
    }

    @Test
    func hidesThePassword() throws {
        let configuration = try RedisConfiguration(url: "redis://app:s3cret@h/0")

        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("s3cret"))
        }
        #expect("\(configuration)".contains("app"))
    }
}
