import HTTP
import NIOCore
import TestSupport
import Testing

@Suite struct HTTPServerBroadcastTests {
    private static let get = "GET /news HTTP/1.1\r\nHost: a\r\n\r\n"

    /// A broadcast behind a route, with so many seats.
    private struct Stage {
        let broadcast = HTTPBroadcast(farewells: ["go 1\n", "go 2\n", "go 3\n"].map { Array($0.utf8) })
        let audience: HTTPAudience

        init(seats: Int = 100) { audience = HTTPAudience(limit: seats) }

        func route(_ router: inout HTTPRouter) {
            router.on(.get, "/news") { [self] _, _ in response(from: broadcast.next) }
            // Something is published between the handler's look and the first byte.
            router.on(.get, "/news/meanwhile") { [self] _, _ in
                let response = response(from: broadcast.next)
                publish("meanwhile\n")
                return response
            }
            router.on(.get, "/news/from/{number}") { [self] _, path in response(from: Int(path["number"]) ?? 0) }
        }

        func response(from first: Int) -> HTTPResponse {
            guard let seat = audience.admit() else { return HTTPResponse(status: 503) }
            return HTTPResponse(
                status: 200,
                contentType: .plainText,
                following: broadcast.reading(opening: Array("hello\n".utf8), from: first, seat: seat)
            )
        }

        func publish(_ text: String) { broadcast.publish(Array(text.utf8)) }

        /// Waits until so many readers are there.
        func until(readers count: Int) async throws {
            while audience.count != count { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private func reader(_ server: HTTPTestServer, _ path: String = "/news", reads: Bool = true) async throws
        -> HTTPTestClient
    {
        let client = try await server.connect()
        try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await text(client, endingIn: "hello\n")
        if !reads { try await client.channel.setOption(.autoRead, value: false).get() }
        return client
    }

    /// What has come, once it ends in these words; takes it.
    private func text(_ client: HTTPTestClient, endingIn end: String) async throws -> String {
        try await client.wait { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasSuffix(end) else { return nil }
            bytes = []
            return text
        }
    }

    @Test func sendsEveryPieceToEveryReaderInOrderUntilTheEnd() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(routes: stage.route) { server in
            var readers: [HTTPTestClient] = []
            for _ in 0..<100 { readers.append(try await reader(server)) }
            for number in 0..<50 { stage.publish("piece \(number)\n") }
            stage.broadcast.end(with: Array("end\n".utf8))

            let expected = (0..<50).map { "piece \($0)\n" }.joined() + "end\n"
            for reader in readers { #expect(try await reader.rest() == expected) }
            try await stage.until(readers: 0)
            #expect(stage.audience.sentCount == 100 * 51)
            #expect(stage.audience.droppedCount == 0)
        }
    }

    @Test func beginsWithAHeadWhoseBodyEndsWithTheConnection() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(routes: stage.route) { server in
            for version in ["HTTP/1.1", "HTTP/1.0"] {
                let client = try await server.connect()
                try await client.send("GET /news \(version)\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
                let head = try await text(client, endingIn: "\r\n\r\nhello\n").lowercased()

                #expect(head.hasPrefix("http/1.1 200 ok\r\n"))
                #expect(head.contains("\r\nconnection: close\r\n"))
                #expect(!head.contains("transfer-encoding"))
                #expect(!head.contains("content-length"))
                await client.close()
            }
        }
    }

    @Test func answersHEADWithoutTakingASeat() async throws {
        let stage = Stage(seats: 1)
        try await HTTPTestServer.run(routes: stage.route) { server in
            let client = try await server.connect()
            for _ in 0..<3 {
                try await client.send("HEAD /news HTTP/1.1\r\nHost: a\r\n\r\n")
                let head = try await client.response(toHEAD: true)
                #expect(head.status == 200)
                #expect(head.header("content-type") == "text/plain; charset=utf-8")
                #expect(head.header("transfer-encoding") == nil)
            }
            #expect(stage.audience.count == 0)
            await client.close()
        }
    }

    @Test func missesNothingBetweenTheHandlersLookAndTheFirstByte() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(routes: stage.route) { server in
            let client = try await server.connect()
            try await client.send("GET /news/meanwhile HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await text(client, endingIn: "hello\nmeanwhile\n")
            stage.publish("next\n")

            #expect(try await text(client, endingIn: "next\n") == "next\n")
            await client.close()
        }
    }

    @Test func beginsWhereAReaderLeftOffAndDropsOneWhoseStartIsForgotten() async throws {
        let stage = Stage()
        for number in 0..<300 { stage.publish("piece \(number)\n") }
        try await HTTPTestServer.run(routes: stage.route) { server in
            #expect(stage.broadcast.first == 60)
            #expect(stage.broadcast.next == 300)

            let client = try await server.connect()
            try await client.send("GET /news/from/298 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await text(client, endingIn: "hello\npiece 298\npiece 299\n")
            await client.close()

            let late = try await server.connect()
            try await late.send("GET /news/from/59 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await late.rest().hasSuffix("hello\n"))
            #expect(stage.audience.droppedCount == 1)
        }
    }

    @Test func keepsNoMorePiecesThanASlowLineCanTake() async throws {
        let stage = Stage()
        for _ in 0..<10 { stage.broadcast.publish([UInt8](repeating: 0x61, count: 10_000)) }

        #expect(stage.broadcast.next == 10)
        #expect(stage.broadcast.first == 6)
    }

    @Test func givesASeatBackWhenItsReaderGoes() async throws {
        let stage = Stage(seats: 2)
        try await HTTPTestServer.run(routes: stage.route) { server in
            let first = try await reader(server)
            let second = try await reader(server)
            #expect(try await server.exchange(Self.get).status == 503)
            #expect(stage.audience.refusedCount == 1)

            await first.close()
            try await stage.until(readers: 1)
            let third = try await reader(server)
            try await second.reset()
            try await stage.until(readers: 1)
            stage.publish("still here\n")
            #expect(try await text(third, endingIn: "here\n") == "still here\n")
            await third.close()
            try await stage.until(readers: 0)
        }
    }

    @Test func dropsAReaderThatTakesNothingAndServesTheOthers() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(routes: stage.route) { server in
            let slow = try await reader(server, reads: false)
            let quick = try await reader(server)
            let piece = String(repeating: "a", count: 16_383) + "\n"
            var published = 0
            // The quick one has each piece before the next is made, so that only the slow one is behind.
            while stage.audience.droppedCount == 0, published < 2_000 {
                stage.publish(piece)
                published += 1
                _ = try await text(quick, endingIn: piece)
            }

            #expect(stage.audience.droppedCount == 1)
            // It is counted as dropped a moment before its seat is free.
            try await stage.until(readers: 1)
            stage.publish("more\n")
            #expect(try await text(quick, endingIn: "more\n") == "more\n")
            await slow.close()
            await quick.close()
        }
    }

    @Test func dropsAReaderOnWhomBytesWaitTooLong() async throws {
        let stage = Stage()
        // No bound on what waits: only the time tells.
        let change: (inout HTTPServerConfiguration) -> Void = {
            $0.outputHighWaterBytes = 1 << 30
            $0.bodyTimeout = .milliseconds(200)
        }
        try await HTTPTestServer.run(change, routes: stage.route) { server in
            let slow = try await reader(server, reads: false)
            let quick = try await reader(server)
            let piece = String(repeating: "a", count: 32_767) + "\n"
            for _ in 0..<300 {
                stage.publish(piece)
                _ = try await text(quick, endingIn: piece)
            }
            // The quick one is idle as well, but nothing waits for it.
            while stage.audience.droppedCount == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await stage.until(readers: 1)
            stage.publish("more\n")
            #expect(try await text(quick, endingIn: "more\n") == "more\n")
            await slow.close()
            await quick.close()
        }
    }

    @Test func keepsAReaderThroughEveryTimeoutAndTakesNoRoomFromRequests() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(
            {
                $0.idleTimeout = .milliseconds(20)
                $0.bodyTimeout = .milliseconds(20)
                $0.headerTimeout = .milliseconds(20)
                $0.requestDeadline = .milliseconds(20)
                $0.deadlineGrace = .milliseconds(1)
                $0.maxInFlight = 1
            },
            routes: stage.route
        ) { server in
            let client = try await reader(server)
            try await Task.sleep(for: .milliseconds(300))
            #expect(server.server.inFlightCount == 0)
            #expect(try await server.exchange("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
            stage.publish("still here\n")

            #expect(try await text(client, endingIn: "here\n") == "still here\n")
            #expect(server.observer.reports.map(\.status).contains(200))
            await client.close()
        }
    }

    @Test func ignoresWhatAReaderSendsAndEndsWithItsEnd() async throws {
        let stage = Stage()
        try await HTTPTestServer.run(routes: stage.route) { server in
            let client = try await reader(server)
            try await client.send(String(repeating: Self.get, count: 5_000))
            stage.publish("one\n")
            #expect(try await text(client, endingIn: "one\n") == "one\n")
            try await client.finish()

            #expect(try await client.rest() == "")
            try await stage.until(readers: 0)
            #expect(server.observer.reports.count == 1)
        }
    }

    @Test func tellsReadersToGoWhenItDrainsAndDoesNotWaitForThem() async throws {
        let stage = Stage()
        try await HTTPTestServer.run({ $0.drainTimeout = .seconds(60) }, routes: stage.route) { server in
            let readers = [try await reader(server), try await reader(server)]
            let slow = try await reader(server, reads: false)
            server.server.drain()

            var farewells: [String] = []
            for reader in readers { farewells.append(try await reader.rest()) }
            // As many words as readers, for their two event loops take turns as it comes.
            #expect(Set(farewells).isSubset(of: ["go 1\n", "go 2\n", "go 3\n"]))
            #expect(farewells[0] != farewells[1])
            try await stage.until(readers: 0)
            await slow.close()
        }
    }

    @Test func letsReadersInWhileADrainIsOnlyAnnounced() async throws {
        let stage = Stage()
        let change: (inout HTTPServerConfiguration) -> Void = {
            $0.drainTimeout = .seconds(60)
            $0.idleDrain = .milliseconds(10)
        }
        try await HTTPTestServer.run(change, routes: stage.route) { server in
            let before = try await reader(server)
            server.server.drain(after: .milliseconds(500))
            let meanwhile = try await reader(server)
            stage.publish("one\n")

            for reader in [before, meanwhile] {
                let rest = try await reader.rest()
                #expect(rest.hasPrefix("one\ngo "))
            }
            try await stage.until(readers: 0)
        }
    }
}
