import HTTP
import TestSupport
import Testing

@Suite struct HTTPServerTests {
    @Test func keepsTheConnectionAndSetsTheStandardHeaders() async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                let response = try await client.response()

                #expect(response.status == 200)
                #expect(response.text == "hello")
                #expect(response.header("content-length") == "5")
                #expect(response.header("content-type") == "text/plain; charset=utf-8")
                #expect(response.header("cache-control") == "no-store")
                #expect(response.header("x-content-type-options") == "nosniff")
                #expect(response.header("date")?.hasSuffix(" GMT") == true)
                #expect(response.header("date")?.utf8.count == 29)
                #expect(response.header("x-request-id")?.utf8.count == 15)
                #expect(response.header("connection") == nil)
                #expect(response.header("server") == nil)
            }
            await client.close()
        }
    }

    @Test(arguments: [("abc-1", true), ("a b", false), ("", false), (String(repeating: "x", count: 65), false)])
    func repeatsAWellFormedRequestID(_ id: String, isKept: Bool) async throws {
        try await HTTPTestServer.run { server in
            let response = try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\nx-request-ID: \(id)\r\n\r\n")

            #expect((response.header("x-request-id") == id) == isKept)
            #expect(response.header("x-request-id")?.isEmpty == false)
        }
    }

    @Test(arguments: [1, 2, 17, 50])
    func answersPipelinedRequestsInOrder(_ count: Int) async throws {
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/n/{n}") { _, parameters in
                if parameters["n"] == "\(count / 2)" { await gate.wait() }
                return HTTPResponse(status: 200, body: Array(parameters["n"].utf8))
            }
        }) { server in
            let client = try await server.connect()
            try await client.send((0..<count).map { "GET /n/\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
            for number in 0..<count {
                if number == count / 2 { gate.open() }
                #expect(try await client.response().text == "\(number)")
            }
            await client.close()
        }
    }

    @Test func answersPipelinedRequestsWithBodiesWhateverTheCuts() async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            let requests =
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\na\r\n\r\nbc"
                + "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4;x=y\r\n\r\n\r\n\r\n3\r\nabc\r\n0\r\nTrailer: v\r\n\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
            for size in [1, 2, 3, 5, 7, 64, 4_096] {
                let bytes = Array(requests.utf8)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    try await client.send(Array(bytes[start..<min(start + size, bytes.count)]))
                }

                #expect(try await client.response().text == "a\r\n\r\nbc")
                #expect(try await client.response().text == "\r\n\r\nabc")
                #expect(try await client.response().text == "hello")
            }
            await client.close()
        }
    }

    @Test func answersHEADWithTheLengthAndWithoutTheBody() async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            try await client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")

            let head = try await client.response(toHEAD: true)
            let get = try await client.response()

            #expect(head.status == 200)
            #expect(head.header("content-length") == "5")
            #expect(get.text == "hello")
            await client.close()
        }
    }

    @Test func answersOPTIONSAndRefusesOtherMethodsWithAllow() async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            try await client.send("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.send("PUT /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            try await client.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")

            let options = try await client.response()
            let all = try await client.response()
            let put = try await client.response()
            let nowhere = try await client.response()

            #expect(options.status == 204)
            #expect(options.header("allow") == "GET, HEAD, OPTIONS")
            #expect(options.header("content-length") == nil)
            #expect(all.header("allow") == "GET, HEAD, OPTIONS, POST")
            #expect(put.status == 405)
            #expect(put.header("allow") == "GET, HEAD, OPTIONS")
            #expect(put.header("connection") == nil)
            #expect(nowhere.status == 404)
            await client.close()
            #expect(server.observer.rejections == [.methodNotAllowed(allow: [.get, .head, .options]), .notFound])
        }
    }

    struct Persistence: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: String
        let connection: String

        init(_ name: String, _ request: String, _ connection: String) {
            testDescription = name
            self.request = request
            self.connection = connection
        }
    }

    @Test(arguments: [
        Persistence("HTTP/1.0", "GET /hello HTTP/1.0\r\n\r\n", "close"),
        Persistence("HTTP/1.0, kept", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"),
        Persistence("HTTP/1.1, closed", "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close"),
        Persistence(
            "upgrade not taken up",
            "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
            "close"
        ),
    ])
    func closesOrKeepsAsTheVersionSays(_ example: Persistence) async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            try await client.send(example.request)

            let response = try await client.response()

            #expect(response.status == 200)
            #expect(response.header("connection") == example.connection)
            if example.connection == "close" {
                #expect(try await client.rest() == "")
            } else {
                try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
            await client.close()
        }
    }

    @Test func leavesOutWhatAHandlerMayNotSetAndCleansValues() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/headers") { _, _ in
                HTTPResponse(
                    status: 200,
                    headers: [
                        HTTPHeader("Content-Length", "99"), HTTPHeader("Transfer-Encoding", "chunked"),
                        HTTPHeader("Cache-Control", "max-age=5"), HTTPHeader("X-Note", "a\r\nInjected: b"),
                    ]
                )
            }
            router.on(.get, "/status") { _, _ in HTTPResponse(status: 99) }
        }) { server in
            let response = try await server.exchange("GET /headers HTTP/1.1\r\nHost: a\r\n\r\n")
            let status = try await server.exchange("GET /status HTTP/1.1\r\nHost: a\r\n\r\n")

            #expect(response.headers.filter { $0.name == "content-length" }.map(\.value) == ["0"])
            #expect(response.header("transfer-encoding") == nil)
            #expect(response.headers.filter { $0.name == "cache-control" }.map(\.value) == ["max-age=5"])
            #expect(response.header("x-note") == "a  Injected: b")
            #expect(response.header("injected") == nil)
            #expect(status.status == 500)
        }
    }

    @Test func givesTheHandlerWhatWasSent() async throws {
        let seen = HTTPTestBox<HTTPRequest?>(nil)
        try await HTTPTestServer.run(routes: { router in
            router.on(.post, "/seen") { request, _ in
                seen.value = request
                return HTTPResponse(status: 202)
            }
        }) { server in
            let target = "http://shop.example/seen?a=%31&b"
            let head = "POST \(target) HTTP/1.1\r\nHost: x\r\nX-Tag: one\r\nx-tag: two\r\nContent-Length: 2\r\n\r\n"
            let response = try await server.exchange(head + "ok")

            let request = try #require(seen.value)
            #expect(response.status == 202)
            #expect(request.method == .post)
            #expect(request.target == target)
            #expect(request.path == "/seen")
            #expect(request.query == "a=%31&b")
            #expect(request.header("X-TAG") == "one")
            #expect(request.headers("x-tag") == ["one", "two"])
            #expect(request.body == Array("ok".utf8))
            #expect(request.remoteAddress == "127.0.0.1")
            #expect(request.deadline > request.receivedAt)
            #expect(request.id == response.header("x-request-id"))
        }
    }

    @Test func reportsEachRequestAndConnection() async throws {
        try await HTTPTestServer.run { server in
            _ = try await server.exchange("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            await server.observer.closed.wait()

            let report = try #require(server.observer.reports.first)
            #expect(report.route == "/echo")
            #expect(report.status == 200)
            #expect(report.bytesIn == 3)
            #expect(report.bytesOut > 100)
            #expect(report.duration > .zero)
            #expect(server.observer.openedCount == 1)
            #expect(server.observer.closedCount == 1)
        }
    }

    @Test func honoursExpectContinue() async throws {
        try await HTTPTestServer.run { server in
            let client = try await server.connect()
            try await client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\n")
            #expect(try await client.response().status == 100)
            try await client.send("abc")
            #expect(try await client.response().text == "abc")
            await client.close()

            let refused = try await server.exchange(
                "POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            let other = try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\nExpect: gold\r\n\r\n")
            #expect(refused.status == 404)
            #expect(refused.header("connection") == "close")
            #expect(other.status == 417)
        }
    }

    @Test func answersAClientThatHasShutItsSide() async throws {
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/gate") { _, _ in
                await gate.wait()
                return HTTPResponse(status: 200)
            }
        }) { server in
            let client = try await server.connect()
            try await client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            try await client.finish()
            gate.open()

            #expect(try await client.response().status == 200)
            #expect(try await client.response().text == "hello")
            #expect(try await client.rest() == "")
        }
    }
}
