import Glibc
import Postgres
import TestSupport
import Testing

@Suite struct PostgresHostileServerTests {
    struct Behaviour: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: PostgresError.Code
        let serve: @Sendable (PostgresRawPeer) -> Void
    }

    static let beforeLogin = [
        Behaviour(testDescription: "never answers", code: .timedOut) { $0.stayMute() },
        Behaviour(testDescription: "speaks HTTP", code: .unreachable) { peer in
            peer.receive()
            peer.send([UInt8]("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8))
        },
        Behaviour(testDescription: "closes at once", code: .unreachable) { _ in },
        Behaviour(testDescription: "sends half a greeting", code: .unreachable) { peer in
            peer.receive()
            peer.send([0x52, 0, 0])
        },
        Behaviour(testDescription: "is mute after the greeting", code: .timedOut) { peer in
            peer.receive()
            peer.send("R", [0, 0, 0, 0])
            peer.stayMute()
        },
        Behaviour(testDescription: "never answers the settings", code: .timedOut) { peer in
            peer.receive()
            peer.send("R", [0, 0, 0, 0])
            peer.send("Z", [0x49])
            peer.stayMute()
        },
    ]

    @Test(arguments: beforeLogin)
    func refusesToConnectToAServerThat(_ behaviour: Behaviour) async throws {
        let server = PostgresRawServer(behaviour.serve)
        let error = await onOwnThread {
            postgresError { _ = try PostgresConnection(to: server.url, connectTimeout: .milliseconds(300)) }
        }
        await server.stop()

        #expect(error?.code == behaviour.code)
        #expect(error?.connectionLost == true)
        #expect(error?.description.contains("secret-word") == false)
    }

    static let afterLogin = [
        Behaviour(testDescription: "stops answering", code: .timedOut) { $0.stayMute() },
        Behaviour(testDescription: "answers garbage", code: .protocolViolation) { peer in
            peer.receive()
            peer.send([UInt8]("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            peer.stayMute()
        },
        Behaviour(testDescription: "sends half a reply and closes", code: .connectionClosed) { peer in
            peer.receive()
            peer.send("1")
            peer.send("2")
            peer.send([0x54, 0, 0, 0, 60, 0, 1])
        },
        Behaviour(testDescription: "sends a result without its end", code: .timedOut) { peer in
            peer.receive()
            peer.send("1")
            peer.send("2")
            peer.send("n")
            peer.send("C", [UInt8]("SELECT 0".utf8) + [0])
            peer.stayMute()
        },
        Behaviour(testDescription: "closes", code: .connectionClosed) { _ in },
    ]

    @Test(arguments: afterLogin)
    func closesTheConnectionToAServerThat(_ behaviour: Behaviour) async throws {
        let server = PostgresRawServer { peer in
            peer.welcome()
            behaviour.serve(peer)
        }
        try await onOwnThread {
            let connection = try PostgresConnection(to: server.url)
            let error = postgresError { try connection.run("SELECT 1", within: .milliseconds(300)) }

            #expect(error?.code == behaviour.code)
            #expect(error?.connectionLost == true)
            #expect(!connection.isUsable)
            #expect(postgresError { try connection.run("SELECT 1") }?.code == .connectionClosed)
        }
        await server.stop()
    }

    @Test func givesUpWritingToAServerThatDoesNotRead() async throws {
        let server = PostgresRawServer { peer in
            peer.welcome()
            // Not reading is the point; POLLRDHUP, which the Glibc module leaves out, tells that the client closed.
            var hangUp = pollfd(fd: peer.descriptor, events: 0x2000, revents: 0)
            poll(&hangUp, 1, 20_000)
        }
        let big = [UInt8](repeating: 1, count: 50_000_000)
        try await onOwnThread {
            let connection = try PostgresConnection(to: server.url)
            let error = postgresError {
                try connection.run("SELECT $1::bytea", PostgresParameters { $0.bytes(big) }, within: .milliseconds(500))
            }

            #expect(error?.code == .timedOut)
        }
        await server.stop()
    }

    @Test func refusesAPortWhereNobodyListens() async throws {
        let server = PostgresRawServer { _ in }
        await server.stop()
        let error = await onOwnThread { postgresError { _ = try PostgresConnection(to: server.url) } }

        #expect(error?.code == .unreachable)
        #expect(error?.sqlState == nil)
        #expect(error?.description.contains("secret-word") == false)
    }

    @Test func triesTheNextHostWhenTheFirstIsMute() async throws {
        let url = try await TestPostgres.shared().url
        let mute = PostgresRawServer { $0.stayMute() }
        let several = url.replacing("@127.0.0.1:", with: "@127.0.0.1:\(mute.port),127.0.0.1:")
        try await onOwnThread {
            let configuration = PostgresConfiguration(url: several, connectTimeout: .milliseconds(500))
            let connection = try PostgresConnection(configuration, deadline: .now + .seconds(20))

            #expect(try connection.run("SELECT 1::int8")[0].int64(0) == 1)
        }
        await mute.stop()
    }

    /// The caller's time used to be the first host's alone.
    @Test func leavesTheOtherHostsTheirShareOfTheTime() async throws {
        let url = try await TestPostgres.shared().url
        let mute = PostgresRawServer { $0.stayMute() }
        let several = url.replacing("@127.0.0.1:", with: "@127.0.0.1:\(mute.port),127.0.0.1:")
        try await onOwnThread {
            let configuration = PostgresConfiguration(url: several, connectTimeout: .seconds(600))
            let connection = try PostgresConnection(configuration, deadline: .now + .seconds(6))

            #expect(try connection.run("SELECT 1::int8")[0].int64(0) == 1)
        }
        await mute.stop()
    }
}
