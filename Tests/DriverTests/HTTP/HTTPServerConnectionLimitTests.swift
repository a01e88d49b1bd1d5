import HTTP
import TestSupport
import Testing

@Suite struct HTTPServerConnectionLimitTests {
    private static let hello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A server with room for one connection, which is taken.
    private static func runFull(
        _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
        body: (HTTPTestServer, HTTPTestClient) async throws -> Void
    ) async throws {
        try await HTTPTestServer.run(
            { configuration in
                configuration.maxConnections = 1
                change(&configuration)
            },
            routes: { router in
                router.on(.get, "/health", options: HTTPRouteOptions(isExempt: true)) { _, _ in
                    HTTPResponse(status: 200)
                }
            }
        ) { server in
            let first = try await server.connect()
            try await first.send(hello)
            #expect(try await first.response().status == 200)
            try await body(server, first)
            await first.close()
        }
    }

    @Test func answersOneRequestOfASurplusConnectionWith503() async throws {
        try await Self.runFull { server, first in
            let surplus = try await server.connect()
            try await surplus.send(Self.hello + Self.hello)
            let refused = try await surplus.response()

            #expect(refused.status == 503)
            #expect(refused.header("connection") == "close")
            #expect(try await surplus.rest() == "")
            #expect(server.observer.rejections == [.tooManyConnections])
            #expect(server.server.connectionCount == 1)

            try await first.send(Self.hello)
            #expect(try await first.response().status == 200)
        }
    }

    @Test func refusesASurplusRequestBeforeItsBody() async throws {
        try await Self.runFull { server, _ in
            let refused = try await server.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")

            #expect(refused.status == 503)
        }
    }

    @Test func answersExemptRoutesOnASurplusConnection() async throws {
        try await Self.runFull { server, _ in
            let health = try await server.exchange("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")

            #expect(health.status == 200)
            #expect(health.header("connection") == "close")
        }
    }

    @Test(arguments: ["", "G", "GET /health HTTP/1.1\r\n"])
    func aSurplusConnectionThatIsSlowToAskIsTold(_ start: String) async throws {
        try await Self.runFull({ $0.lingerTimeout = .milliseconds(100) }) { server, _ in
            let slow = try await server.connect()
            if !start.isEmpty { try await slow.send(start) }

            #expect(try await slow.response().status == 503)
            #expect(try await slow.rest() == "")
        }
    }

    @Test func closesUnansweredWhatIsBeyondTheSurplusToo() async throws {
        try await Self.runFull({ $0.maxSurplusConnections = 0 }) { server, _ in
            let surplus = try await server.connect()

            #expect(try await surplus.rest() == "")
            #expect(server.observer.rejections == [.tooManyConnections])
        }
    }

    @Test func hasRoomAgainWhenAConnectionEnds() async throws {
        try await Self.runFull { server, first in
            let refused = try await server.exchange(Self.hello)
            await first.close()
            await server.observer.closed.wait()
            let served = try await server.exchange(Self.hello)

            #expect(refused.status == 503)
            #expect(served.status == 200)
        }
    }

    @Test func surplusConnectionsTakeNoRoomFromRegularOnes() async throws {
        try await Self.runFull({ $0.lingerTimeout = .seconds(60) }) { server, first in
            let waiting = try await server.connect()
            let health = try await server.exchange("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            await first.close()
            await server.observer.closed.wait()

            #expect(health.status == 200)
            #expect(try await server.exchange(Self.hello).status == 200)
            await waiting.close()
        }
    }
}
