import Testing

@testable import Redis

struct RedisConfigurationTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let url: String
        let description: String
        var user: String?
        var password: String?

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
    ])
    func readsURLs(_ good: Good) throws {
        let configuration = try RedisConfiguration(url: good.url)

        #expect(configuration.address.description == good.description)
        #expect(configuration.address.user == good.user)
        #expect(configuration.address.password == good.password)
    }

    @Test(arguments: [
        "", "localhost:6379", "http://h", "redis://", "redis://:6379", "redis://h:0", "redis://h:65536", "redis://h:x",
        "redis://h:", "redis://h/x", "redis://h/-1", "redis://[::1", "redis://[::1]x", "redis://secret@h",
        "redis://u:secret%4@h", "redis://u:secret%zz@h", "redis://h/0?timeout=1",
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
