import Glibc
import HTTP
import TestSupport
import Testing

/// A drain that clients are told of before the door closes.
@Suite struct HTTPServerAnnouncedDrainTests {
    private static let request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func servesOnForTheDelayAndEndsEachConnectionWithItsAnswer() async throws {
        // A port outside the range for outgoing connections, where a connection could meet another test or itself.
        let port = try FreePorts.take(1)[0]
        try await HTTPTestServer.run({ $0.port = port }) { server in
            let old = try await server.connect()
            try await old.send(Self.request)
            #expect(try await old.response().header("connection") != "close")

            server.server.drain(after: .seconds(2))
            try await old.send(Self.request)
            let toTheOld = try await old.response()
            let toANewOne = try await server.exchange(Self.request)

            #expect(toTheOld.status == 200 && toTheOld.header("connection") == "close")
            #expect(try await old.rest() == "")
            #expect(toANewOne.status == 200 && toANewOne.header("connection") == "close")
            #expect(await server.refusesConnections())
        }
    }

    @Test func keepsAConnectionWithoutARequestUntilTheListenerHasEnded() async throws {
        let port = try FreePorts.take(1)[0]
        try await HTTPTestServer.run({
            $0.port = port
            $0.idleDrain = .seconds(30)
        }) { server in
            let idle = try await server.connect()
            try await idle.send(Self.request)
            _ = try await idle.response()
            server.server.drain(after: .milliseconds(10))
            #expect(await server.refusesConnections())

            try await idle.send(Self.request)
            let late = try await idle.response()

            #expect(late.status == 200 && late.header("connection") == "close")
        }
    }

    @Test func losesNoConnectionThatWaitsToBeAccepted() async throws {
        let port = try FreePorts.take(1)[0]
        let entered = HTTPTestGate()
        try await HTTPTestServer.run(
            { $0.port = port },
            routes: { router in
                router.on(.get, "/sleep") { _, _ in
                    entered.open()
                    usleep(400_000)  // the event loop of the connection does nothing else
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            // One connection on each of the two loops, so that nobody accepts when the listener is to end.
            let sleepers = [try await server.connect(), try await server.connect()]
            for sleeper in sleepers { try await sleeper.send(Self.request.replacing("/hello", with: "/sleep")) }
            await entered.wait()
            server.server.drain(after: .milliseconds(1))

            var waiting: [HTTPTestClient] = []
            for _ in 0..<50 {
                let client = try await server.connect()
                try await client.send(Self.request)
                waiting.append(client)
            }
            for client in waiting { #expect(try await client.response().status == 200) }
            #expect(await server.refusesConnections())
        }
    }
}
