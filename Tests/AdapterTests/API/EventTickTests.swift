import HTTP
import TestSupport
import Testing

@testable import API

/// Feeds that are told to look while somebody reads over a real connection.
@Suite struct EventTickTests {
    /// A server of the stage's routes, and a reader of the sale's events who has had the snapshot.
    private func withReader(
        _ body: @Sendable @escaping (EventStage, HTTPTestClient, HTTPServer) async throws -> Void
    ) async throws {
        try await EventStage.with { stage in
            let server = HTTPServer(configuration: HTTPServerConfiguration(port: 0), router: stage.router)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                defer { server.drain() }
                let client = try await HTTPTestClient.connect(server.whenBound())
                try await client.send("GET \(stage.target) HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await text(of: client) { $0.contains("event: snapshot") && $0.hasSuffix("}\n\n") }
                try await body(stage, client, server)
                await client.close()
            }
        }
    }

    /// What has come, once it is what is waited for; takes it.
    private func text(
        of client: HTTPTestClient,
        _ isThere: @Sendable @escaping (String) -> Bool
    ) async throws -> String {
        try await client.wait { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            guard isThere(text) else { return nil }
            bytes = []
            return text
        }
    }

    @Test func tellsWhatHasChangedAtATickAndNothingWhereNothingHas() async throws {
        try await withReader { stage, client, _ in
            stage.time.advance(by: .milliseconds(250))
            await stage.feeds.tick()
            stage.sell(5)
            await stage.feeds.tick()  // too early
            stage.sell(6)
            stage.time.advance(by: .milliseconds(250))
            await stage.feeds.tick()

            let text = try await text(of: client) { $0.contains("delta") && $0.hasSuffix("}\n\n") }
            #expect(Event.read(text).map(\.data) == [#"{"sold":2,"sold_rate":2,"items":[5,6]}"#])
            #expect(stage.feeds.audience.sentCount == 1)
        }
    }

    @Test func breaksTheSilenceAfterFifteenSeconds() async throws {
        try await withReader { stage, client, _ in
            for _ in 0..<59 {
                stage.time.advance(by: .milliseconds(250))
                await stage.feeds.tick()
            }
            #expect(stage.feeds.audience.sentCount == 0)
            stage.time.advance(by: .milliseconds(250))
            await stage.feeds.tick()

            let told = try await text(of: client) { $0.hasSuffix("\n\n") }
            #expect(told == ": keep-alive\n\n")
        }
    }

    @Test func looksNoMoreWhenItsReadersHaveGone() async throws {
        try await withReader { stage, client, server in
            await client.close()
            while stage.feeds.audience.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
            let id = try #require(await stage.events()[0].id)
            stage.sell(5)
            for _ in 0..<20 {
                stage.time.advance(by: .milliseconds(250))
                await stage.feeds.tick()
            }
            // Nobody has looked: the unit is news to the next one who asks.
            #expect(await stage.events(since: id).map(\.name) == ["delta"])

            stage.time.advance(by: .seconds(61))
            await stage.feeds.tick()
            #expect(await stage.events(since: id).map(\.name) == ["snapshot"])  // the feed is another one
            #expect(server.inFlightCount == 0)
        }
    }

    @Test func tellsReadersWhereToTurnWhenItDrains() async throws {
        try await withReader { _, client, server in
            server.drain()
            let rest = try await client.rest()
            #expect(
                ["500", "1000", "1500", "2000", "2500", "3000", "3500", "4000"].map { "retry: \($0)\n\n" }.contains(
                    rest
                )
            )
        }
    }
}
