import HTTP
import TestSupport
import Testing

@Suite struct HTTPServerLimitTests {
    private static func head(bytes: Int) -> String {
        let start = "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: \(String(repeating: "a", count: 8_000))\r\nX-B: "
        return start + String(repeating: "b", count: bytes - start.utf8.count - 4) + "\r\n\r\n"
    }

    private static func head(fields: Int) -> String {
        "GET /hello HTTP/1.1\r\nHost: a\r\n" + (1..<fields).map { "X-\($0): a\r\n" }.joined() + "\r\n"
    }

    private static func head(target bytes: Int) -> String {
        "GET /hello?\(String(repeating: "a", count: bytes - 7)) HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    struct Head: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let status: Int

        init(bytes: Int, _ status: Int) {
            self.init("\(bytes) bytes", HTTPServerLimitTests.head(bytes: bytes), status)
        }

        init(fields: Int, _ status: Int) {
            self.init("\(fields) fields", HTTPServerLimitTests.head(fields: fields), status)
        }

        init(target bytes: Int, _ status: Int) {
            self.init("target of \(bytes) bytes", HTTPServerLimitTests.head(target: bytes), status)
        }

        private init(_ name: String, _ text: String, _ status: Int) {
            self.testDescription = name
            self.text = text
            self.status = status
        }
    }

    @Test(arguments: [
        Head(bytes: 16_384, 200), Head(bytes: 16_385, 431), Head(bytes: 40_000, 431),
        Head(fields: 64, 200), Head(fields: 65, 431), Head(fields: 200, 431),
        Head(target: 8_192, 200), Head(target: 8_193, 414), Head(target: 8_300, 414), Head(target: 30_000, 414),
    ])
    func boundsTheHead(_ head: Head) async throws {
        try await HTTPTestServer.run { server in
            let whole = try await server.exchange(head.text)
            #expect(whole.status == head.status)

            let client = try await server.connect()
            let bytes = Array(head.text.utf8)
            for start in stride(from: 0, to: bytes.count, by: 1_021) where server.observer.rejections.count < 2 {
                try await client.send(Array(bytes[start..<min(start + 1_021, bytes.count)]))
            }
            #expect(try await client.response().status == head.status)
            await client.close()
        }
    }

    @Test func boundsEmptyLinesBeforeARequest() async throws {
        try await HTTPTestServer.run { server in
            let response = try await server.exchange(String(repeating: "\r\n", count: 8_193))

            #expect(response.status == 431)
        }
    }

    @Test func takesABodyOfTheLimitAndRefusesOneByteMoreUnread() async throws {
        try await HTTPTestServer.run({ $0.maxBodyBytes = 100_000 }) { server in
            let body = String(repeating: "x", count: 100_000)
            let taken = try await server.exchange(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n\(body)"
            )
            let refused = try await server.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n")

            #expect(taken.status == 200)
            #expect(taken.body.count == 100_000)
            #expect(refused.status == 413)
            #expect(refused.header("connection") == "close")
        }
    }

    @Test func refusesAChunkedBodyThatGrowsPastTheLimit() async throws {
        try await HTTPTestServer.run({ $0.maxBodyBytes = 1_000 }) { server in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let chunk = "1f4\r\n\(String(repeating: "x", count: 500))\r\n"

            let taken = try await server.exchange(head + chunk + chunk + "0\r\n\r\n")
            let refused = try await server.exchange(head + chunk + chunk + "1\r\nx\r\n")

            #expect(taken.body.count == 1_000)
            #expect(refused.status == 413)
        }
    }

    @Test func aRouteMaySetItsOwnBodyLimit() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.on(.post, "/small", options: HTTPRouteOptions(maxBodyBytes: 2)) { _, _ in HTTPResponse(status: 200) }
        }) { server in
            let taken = try await server.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            let refused = try await server.exchange("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")

            #expect(taken.status == 200)
            #expect(refused.status == 413)
        }
    }

    @Test func boundsChunkExtensionsAndTrailers() async throws {
        try await HTTPTestServer.run { server in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let extensions = try await server.connect()
            try await extensions.send(head + "1;")
            try await extensions.send(String(repeating: "e", count: 17_000))
            try await extensions.send(String(repeating: "e", count: 10))
            let trailers = try await server.exchange(
                head + "0\r\n" + String(repeating: "T: v\r\n", count: 100) + "\r\n"
            )
            let long = try await server.exchange(head + "0\r\nT: " + String(repeating: "v", count: 17_000) + "\r\n\r\n")

            #expect(try await extensions.response().status == 400)
            #expect(trailers.status == 431)
            #expect(long.status == 431)
            await extensions.close()
        }
    }

    @Test func bodiesHeldByAllRequestsAreBounded() async throws {
        try await HTTPTestServer.run({ $0.maxBufferedBodyBytes = 1_000 }) { server in
            let first = try await server.connect()
            try await first.send(
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 901\r\nExpect: 100-continue\r\n\r\n"
            )
            #expect(try await first.response().status == 100)
            try await first.send(String(repeating: "x", count: 900))

            // Until the first part has been read, the second is within the bound; then it is not.
            var second = 200
            while second == 200 {
                let body = String(repeating: "x", count: 200)
                second = try await server.exchange(
                    "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n\(body)"
                ).status
            }
            try await first.send("x")

            #expect(second == 503)
            #expect(try await first.response().body.count == 901)
            let after = try await server.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
            #expect(after.status == 200)
            await first.close()
        }
    }

    @Test func refusesRequestsBeyondThoseInFlightButNotExemptOnes() async throws {
        let gate = HTTPTestGate()
        let entered = HTTPTestGate()
        try await HTTPTestServer.run(
            { $0.maxInFlight = 1 },
            routes: { router in
                router.on(.get, "/gate") { _, _ in
                    entered.open()
                    await gate.wait()
                    return HTTPResponse(status: 200)
                }
                router.on(.get, "/health", options: HTTPRouteOptions(isExempt: true)) { _, _ in
                    HTTPResponse(status: 200)
                }
            }
        ) { server in
            let waiting = try await server.connect()
            try await waiting.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            await entered.wait()

            let client = try await server.connect()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            let refused = try await client.response()
            let health = try await client.response()
            gate.open()
            let first = try await waiting.response()
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let later = try await client.response()

            #expect(refused.status == 503)
            #expect(refused.header("connection") == nil)
            #expect(health.status == 200)
            #expect(first.status == 200)
            #expect(later.status == 200)
            await waiting.close()
            await client.close()
        }
    }

    @Test func stopsReadingPipelinedRequestsWhileOneIsHandled() async throws {
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/gate") { _, _ in
                await gate.wait()
                return HTTPResponse(status: 200)
            }
        }) { server in
            let client = try await server.connect()
            let count = 5_000
            try await client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
            let request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            let last = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            async let sent: Void = client.send(String(repeating: request, count: count - 1) + last)
            gate.open()
            let answers = try await client.rest()
            try await sent

            #expect(answers.split(separator: "HTTP/1.1 200 OK\r\n").count == count + 1)
            #expect(answers.hasSuffix("hello"))
            await client.close()
        }
    }
}
