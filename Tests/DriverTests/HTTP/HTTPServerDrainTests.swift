import HTTP
import NIOCore
import TestSupport
import Testing

@Suite struct HTTPServerDrainTests {
    @Test func finishesRequestsInFlightClosesIdleOnesAndRefusesNewOnes() async throws {
        let gate = HTTPTestGate()
        let entered = HTTPTestGate()
        // A port outside the range for outgoing connections, where a connection could meet another test or itself.
        let port = try FreePorts.take(1)[0]
        try await HTTPTestServer.run(
            { $0.port = port },
            routes: { router in
                router.on(.get, "/gate") { _, _ in
                    entered.open()
                    await gate.wait()
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let busy = try await server.connect()
            try await busy.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            let idle = try await server.connect()
            try await idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await idle.response()
            await entered.wait()

            server.server.drain()
            #expect(try await idle.rest() == "")
            #expect(await server.refusesConnections())
            gate.open()
            let response = try await busy.response()

            #expect(response.status == 200)
            #expect(response.header("connection") == "close")
            #expect(try await busy.rest() == "")
        }
    }

    @Test func endsAtItsLimitThoughAHandlerHangs() async throws {
        let gate = HTTPTestGate()
        let entered = HTTPTestGate()
        try await HTTPTestServer.run(
            { $0.drainTimeout = .milliseconds(100) },
            routes: { router in
                router.on(.get, "/gate", options: HTTPRouteOptions(deadline: .seconds(60))) { _, _ in
                    entered.open()
                    await gate.wait()
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            await entered.wait()
            server.server.drain()

            #expect(try await client.rest() == "")
            #expect(server.server.inFlightCount == 1)
            gate.open()
        }
    }

    @Test func cancellingRunDrains() async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(port: 0), router: HTTPRouter())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let client = try await HTTPTestClient.connect(server.whenBound())
            group.cancelAll()

            try await group.waitForAll()
            #expect(try await client.rest() == "")
        }
        #expect(server.connectionCount == 0)
    }

    @Test func drainedBeforeItRunsReturnsAtOnce() async throws {
        let server = HTTPServer(configuration: HTTPServerConfiguration(port: 0), router: HTTPRouter())
        server.drain()

        try await server.run()
    }

    @Test func reportsAnAddressInUse() async throws {
        try await HTTPTestServer.run { first in
            let second = HTTPServer(configuration: HTTPServerConfiguration(port: first.port), router: HTTPRouter())

            let error = await #expect(throws: HTTPServerError.self) { try await second.run() }
            await #expect(throws: HTTPServerError.self) { _ = try await second.whenBound() }

            #expect(error?.code == .addressInUse)
            #expect(error?.message == "cannot listen on 127.0.0.1:\(first.port): address in use")
        }
    }

    @Test(arguments: [("192.0.2.1", HTTPServerError.Code.addressNotAvailable), ("host.invalid", .bindFailed)])
    func reportsAnAddressThatIsNotItsOwn(_ host: String, code: HTTPServerError.Code) async {
        let server = HTTPServer(configuration: HTTPServerConfiguration(host: host, port: 0), router: HTTPRouter())

        let error = await #expect(throws: HTTPServerError.self) { try await server.run() }

        #expect(error?.code == code)
    }

    @Test func runsOnce() async throws {
        try await HTTPTestServer.run { server in
            let error = await #expect(throws: HTTPServerError.self) { try await server.server.run() }

            #expect(error?.code == .alreadyRun)
        }
    }

    @Test func waitingForThePortEndsWithItsTask() async {
        let server = HTTPServer(configuration: HTTPServerConfiguration(port: 0), router: HTTPRouter())
        await withTaskGroup(of: HTTPServerError.Code?.self) { group in
            group.addTask {
                do throws(HTTPServerError) {
                    _ = try await server.whenBound()
                    return nil
                } catch {
                    return error.code
                }
            }
            group.cancelAll()

            #expect(await group.next() == .stopped)
        }
    }
}
