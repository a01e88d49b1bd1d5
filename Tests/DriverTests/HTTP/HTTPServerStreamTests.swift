import HTTP
import TestSupport
import Testing

@Suite struct HTTPServerStreamTests {
    struct Failure: Error {}

    private static let piece = [UInt8](repeating: 0x61, count: 16_384)

    @Test func streamsInChunksAndKeepsTheConnection() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/stream") { _, _ in
                HTTPResponse(
                    status: 200,
                    contentType: .jsonLines,
                    stream: HTTPBodyStream { writer in
                        for number in 0..<300 { try await writer.write(Array("{\"n\":\(number)}\n".utf8)) }
                        try await writer.write([])
                    }
                )
            }
            router.on(.get, "/empty") { _, _ in
                HTTPResponse(status: 200, contentType: nil, stream: HTTPBodyStream { _ in })
            }
        }) { server in
            let client = try await server.connect()
            let get = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"
            try await client.send(get + "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + get)
            try await client.send("GET /empty HTTP/1.1\r\nHost: a\r\n\r\n")

            let first = try await client.response()
            let head = try await client.response(toHEAD: true)
            let second = try await client.response()
            let empty = try await client.response()

            #expect(first.header("transfer-encoding") == "chunked")
            #expect(first.header("content-length") == nil)
            #expect(first.text == (0..<300).map { "{\"n\":\($0)}\n" }.joined())
            #expect(head.header("transfer-encoding") == "chunked")
            #expect(second.text == first.text)
            #expect(empty.status == 200)
            #expect(empty.body.isEmpty)
            await client.close()
        }
    }

    @Test func endsAStreamWithTheConnectionInHTTP10() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/stream") { _, _ in
                HTTPResponse(status: 200, contentType: nil, stream: HTTPBodyStream { try await $0.write(Self.piece) })
            }
        }) { server in
            let response = try await server.exchange("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

            #expect(response.header("transfer-encoding") == nil)
            #expect(response.header("connection") == "close")
            #expect(response.body == Self.piece)
        }
    }

    @Test func answers500WhenAStreamFailsAtOnceAndBreaksOffLater() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/at-once") { _, _ in
                HTTPResponse(status: 200, contentType: nil, stream: HTTPBodyStream { _ in throw Failure() })
            }
            router.on(.get, "/later") { _, _ in
                HTTPResponse(
                    status: 200,
                    contentType: nil,
                    stream: HTTPBodyStream { writer in
                        try await writer.write([0x61])
                        throw Failure()
                    }
                )
            }
        }) { server in
            let atOnce = try await server.exchange("GET /at-once HTTP/1.1\r\nHost: a\r\n\r\n")
            let client = try await server.connect()
            try await client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
            let later = try await client.rest()

            #expect(atOnce.status == 500)
            #expect(later.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(later.hasSuffix("1\r\na\r\n"))
        }
    }

    @Test func makesAStreamWaitForASlowReader() async throws {
        let written = HTTPTestBox(0)
        let total = 1_024 * Self.piece.count
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/stream") { _, _ in
                HTTPResponse(
                    status: 200,
                    contentType: nil,
                    stream: HTTPBodyStream { writer in
                        for _ in 0..<1_024 {
                            try await writer.write(Self.piece)
                            written.update { $0 += Self.piece.count }
                        }
                    }
                )
            }
        }) { server in
            let client = try await server.connect(reads: false)
            try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            // Another client's requests are answered meanwhile; then the kernel's buffers are full and the stream waits.
            var before = -1
            while written.value != before || before == 0 {
                before = written.value
                for _ in 0..<50 {
                    #expect(try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
                }
            }
            #expect(written.value < total / 2)

            try await client.resumeReading()
            let count = try await client.wait { bytes, isClosed in isClosed ? bytes.count : nil }
            #expect(count > total)
            #expect(written.value == total)
        }
    }

    @Test func breaksOffAReaderThatHasStopped() async throws {
        let failure = HTTPTestBox<HTTPBodyError?>(nil)
        let ended = HTTPTestGate()
        try await HTTPTestServer.run(
            { $0.bodyTimeout = .milliseconds(200) },
            routes: { router in
                router.on(.get, "/stream") { _, _ in
                    HTTPResponse(
                        status: 200,
                        contentType: nil,
                        stream: HTTPBodyStream { writer in
                            do {
                                while true { try await writer.write(Self.piece) }
                            } catch {
                                failure.value = error as? HTTPBodyError
                                ended.open()
                                throw error
                            }
                        }
                    )
                }
            }
        ) { server in
            let client = try await server.connect(reads: false)
            try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            await ended.wait()

            #expect(failure.value == .timedOut)
            await client.close()
        }
    }

    @Test func tellsAStreamThatTheClientHasGone() async throws {
        let ended = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.on(.get, "/stream") { _, _ in
                HTTPResponse(
                    status: 200,
                    contentType: nil,
                    stream: HTTPBodyStream { writer in
                        defer { ended.open() }
                        while true { try await writer.write(Self.piece) }
                    }
                )
            }
        }) { server in
            let client = try await server.connect()
            try await client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.wait { bytes, _ in bytes.count > 100_000 ? true : nil }
            try await client.reset()
            await ended.wait()
            await server.observer.closed.wait()

            #expect(server.observer.reports.map(\.status) == [499])
        }
    }

    @Test(arguments: [true, false])
    func givesALongBodyToItsHandlerPieceByPiece(isChunked: Bool) async throws {
        let gate = HTTPTestGate()
        let largest = HTTPTestBox(0)
        let limit = HTTPRouteOptions(maxBodyBytes: 64 << 20, deadline: .seconds(60))
        try await HTTPTestServer.run(routes: { router in
            router.onStream(.post, "/import", options: limit) { _, _, reader in
                await gate.wait()
                var sum = 0
                do throws(HTTPBodyError) {
                    while let piece = try await reader.next() {
                        sum += piece.count
                        largest.update { $0 = max($0, piece.count) }
                    }
                } catch {
                    return HTTPResponse(status: 400)
                }
                return HTTPResponse(status: 200, body: Array("\(sum)".utf8))
            }
        }) { server in
            let client = try await server.connect()
            let pieces = 256
            let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(pieces * Self.piece.count)"
            try await client.send("POST /import HTTP/1.1\r\nHost: a\r\n\(length)\r\n\r\n")
            let part = isChunked ? Array("4000\r\n".utf8) + Self.piece + Array("\r\n".utf8) : Self.piece
            var body: [UInt8] = []
            for _ in 0..<pieces { body += part }
            if isChunked { body += Array("0\r\n\r\n".utf8) }
            let whole = body
            async let sent: Void = client.send(whole)
            gate.open()

            #expect(try await client.response().text == "\(pieces * Self.piece.count)")
            try await sent
            // The high-water mark and what one read may add to it.
            #expect(largest.value <= 3 * 65_536)
            try await client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().text == "hello")
            await client.close()
        }
    }

    @Test func aHandlerMayAnswerBeforeItHasReadTheBody() async throws {
        try await HTTPTestServer.run(routes: { router in
            router.onStream(.post, "/import") { _, _, _ in HTTPResponse(status: 403) }
        }) { server in
            let client = try await server.connect()
            try await client.send("POST /import HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nabc")

            let response = try await client.response()

            #expect(response.status == 403)
            #expect(response.header("connection") == "close")
            #expect(try await client.rest() == "")
        }
    }

    @Test func runsAHandlerOnceThatAnswersWithAStreamBeforeTheBodyEnds() async throws {
        let runs = HTTPTestBox(0)
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.onStream(.post, "/import") { _, _, _ in
                runs.update { $0 += 1 }
                return HTTPResponse(
                    status: 200,
                    contentType: nil,
                    stream: HTTPBodyStream { writer in
                        try await writer.write([0x61])
                        await gate.wait()
                        try await writer.write([0x62])
                    }
                )
            }
        }) { server in
            let client = try await server.connect()
            try await client.send("POST /import HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc")
            _ = try await client.wait { bytes, _ in bytes.suffix(6).elementsEqual("1\r\na\r\n".utf8) ? true : nil }
            try await client.send("def")
            #expect(try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            gate.open()

            #expect(try await client.response().text == "ab")
            #expect(try await client.rest() == "")
            #expect(runs.value == 1)
        }
    }

    @Test func sends100WhenTheHandlerFirstReads() async throws {
        let gate = HTTPTestGate()
        try await HTTPTestServer.run(routes: { router in
            router.onStream(.post, "/import") { _, _, reader in
                await gate.wait()
                let piece = try? await reader.next()  // a failure shows in the status
                return HTTPResponse(status: piece == nil ? 500 : 200)
            }
        }) { server in
            let client = try await server.connect()
            try await client.send(
                "POST /import HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            gate.open()
            #expect(try await client.response().status == 100)
            try await client.send("abc")
            #expect(try await client.response().status == 200)
            await client.close()
        }
    }

    @Test(arguments: [
        ("reset", HTTPBodyError.connectionClosed), ("end", .connectionClosed), ("silence", .timedOut),
        ("flood", .tooLarge), ("garbage", .malformed),
    ])
    func tellsTheHandlerWhyABodyStops(_ act: String, expected: HTTPBodyError) async throws {
        let failure = HTTPTestBox<HTTPBodyError?>(nil)
        let started = HTTPTestGate()
        let ended = HTTPTestGate()
        try await HTTPTestServer.run(
            {
                $0.maxBodyBytes = 10
                if act == "silence" { $0.bodyTimeout = .milliseconds(100) }
            },
            routes: { router in
                router.onStream(.post, "/import") { _, _, reader in
                    do throws(HTTPBodyError) {
                        while try await reader.next() != nil { started.open() }
                    } catch {
                        failure.value = error
                    }
                    ended.open()
                    return HTTPResponse(status: 200)
                }
            }
        ) { server in
            let client = try await server.connect()
            try await client.send("POST /import HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            await started.wait()
            switch act {
            case "reset": try await client.reset()
            case "end": try await client.finish()
            case "flood": try await client.send("8\r\nabcdefgh\r\n")
            case "garbage": try await client.send("zz\r\n")
            default: break
            }
            await ended.wait()

            #expect(failure.value == expected)
            await client.close()
        }
    }
}
