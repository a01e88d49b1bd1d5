import HTTP
import TestSupport
import Testing

@Suite struct HTTPServerTimeoutTests {
    @Test func answers408WhenTheHeadDoesNotEnd() async throws {
        try await HTTPTestServer.run({ $0.headerTimeout = .milliseconds(100) }) { server in
            let client = try await server.connect()
            try await client.send("GET /hello HTTP/1.1\r\nHost")

            let response = try await client.response()

            #expect(response.status == 408)
            #expect(response.header("connection") == "close")
            #expect(try await client.rest() == "")
        }
    }

    @Test func answers408WhenTheBodyDoesNotEnd() async throws {
        try await HTTPTestServer.run({ $0.bodyTimeout = .milliseconds(100) }) { server in
            let response = try await server.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc")

            #expect(response.status == 408)
            #expect(server.observer.rejections == [.timeout])
        }
    }

    @Test func aHeadThatDripsInHasNoMoreTimeThanOneThatStops() async throws {
        try await HTTPTestServer.run({ $0.headerTimeout = .milliseconds(200) }) { server in
            let response = try await server.drip("GET /hello HTTP/1.1\r\nHost: a\r\nX: ")

            #expect(response.status == 408)
            #expect(server.observer.rejections == [.timeout])
        }
    }

    @Test func aBodyThatDripsInHasNoMoreTimeThanOneThatStops() async throws {
        try await HTTPTestServer.run({ $0.bodyTimeout = .milliseconds(200) }) { server in
            let response = try await server.drip("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n")

            #expect(response.status == 408)
            #expect(server.observer.reports.map(\.status) == [408])
        }
    }

    @Test func closesOnAClientThatDoesNotTakeItsAnswers() async throws {
        try await HTTPTestServer.run(
            { $0.bodyTimeout = .milliseconds(200) },
            routes: { router in
                let body = [UInt8](repeating: 0x61, count: 1 << 20)
                router.on(.get, "/large") { _, _ in HTTPResponse(status: 200, body: body) }
            }
        ) { server in
            let client = try await server.connect(reads: false)
            // More than the kernel's buffers on both sides take.
            try await client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 64))
            await server.observer.closed.wait()

            #expect(server.observer.reports.count < 64)
            await client.close()
        }
    }

    @Test func closesOnAClientThatSendsOnAfterItsRefusal() async throws {
        try await HTTPTestServer.run({ $0.lingerTimeout = .milliseconds(200) }) { server in
            let response = try await server.drip("NOT HTTP\r\n\r\n")
            await server.observer.closed.wait()

            #expect(response.status == 400)
        }
    }

    @Test func closesAnIdleConnectionSilently() async throws {
        try await HTTPTestServer.run({ $0.idleTimeout = .seconds(1) }) { server in
            let unused = try await server.connect()
            #expect(try await unused.rest() == "")

            let used = try await server.connect()
            try await used.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await used.response().status == 200)
            #expect(try await used.rest() == "")
        }
    }

    @Test func answers503AndCancelsAHandlerThatMissesItsDeadline() async throws {
        let cancelled = HTTPTestGate()
        try await HTTPTestServer.run(
            {
                $0.requestDeadline = .milliseconds(50)
                $0.deadlineGrace = .milliseconds(50)
            },
            routes: { router in
                router.on(.get, "/hang") { _, _ in
                    try? await Task.sleep(for: .seconds(60))  // hangs until it is cancelled
                    if Task.isCancelled { cancelled.open() }
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")

            let response = try await client.response()
            await cancelled.wait()

            #expect(response.status == 503)
            #expect(response.header("connection") == "close")
            #expect(try await client.rest() == "")
            #expect(server.observer.rejections == [.deadlineExceeded])
            #expect(server.observer.reports.map(\.status) == [503])
        }
    }

    @Test func aRouteMaySetItsOwnDeadline() async throws {
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(
            {
                $0.requestDeadline = .milliseconds(20)
                $0.deadlineGrace = .milliseconds(20)
            },
            routes: { router in
                router.on(.get, "/hang") { _, _ in
                    await gate.wait()
                    return HTTPResponse(status: 200)
                }
                router.on(.get, "/long", options: HTTPRouteOptions(deadline: .seconds(60))) { _, _ in
                    await gate.wait()
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let long = try await server.connect()
            try await long.send("GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
            let hanging = try await server.exchange("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
            gate.open()

            #expect(hanging.status == 503)
            #expect(try await long.response().status == 200)
            await long.close()
        }
    }

    @Test func cancelsAtItsDeadlineAHandlerWhoseClientHasGone() async throws {
        let entered = HTTPTestGate()
        let cancelled = HTTPTestGate()
        try await HTTPTestServer.run(
            {
                $0.requestDeadline = .seconds(1)
                $0.deadlineGrace = .milliseconds(50)
            },
            routes: { router in
                router.on(.get, "/hang") { _, _ in
                    entered.open()
                    try? await Task.sleep(for: .seconds(60))  // hangs until it is cancelled
                    cancelled.open()
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
            await entered.wait()
            try await client.reset()
            await cancelled.wait()

            #expect(server.observer.reports.map(\.status) == [499])
        }
    }
}
