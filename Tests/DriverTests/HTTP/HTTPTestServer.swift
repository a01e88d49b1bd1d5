import HTTP
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A server on a free port with routes that most tests use.
struct HTTPTestServer: Sendable {
    /// Not the clients' loop: what a test computes there is not to look like a slow server.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let server: HTTPServer
    let port: Int
    let observer: HTTPTestObserver

    func connect(reads: Bool = true) async throws -> HTTPTestClient {
        try await HTTPTestClient.connect(port, reads: reads)
    }

    /// Sends one request on a connection of its own and gives the response.
    func exchange(_ text: String) async throws -> HTTPTestResponse {
        let client = try await connect()
        try await client.send(text)
        let response = try await client.response()
        await client.close()
        return response
    }

    /// Sends the text, then a byte now and then until there is a response or the connection ends.
    func drip(_ text: String) async throws -> HTTPTestResponse {
        let client = try await connect()
        try await client.send(text)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends by a failure: the connection's end, or that there is a response.
                while (try? await client.send("x")) != nil, !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            defer { group.cancelAll() }
            return try await client.response()
        }
    }

    /// Whether the door closes within some seconds; the listener ends a moment after the idle connections.
    func refusesConnections() async -> Bool {
        for _ in 0..<500 {
            guard let client = try? await connect() else { return true }
            await client.close()
            try? await Task.sleep(for: .milliseconds(10))  // nothing is lost when it is cut short
        }
        return false
    }

    /// Runs `body` against a server, then drains it and waits for its end.
    static func run(
        _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
        routes: (inout HTTPRouter) -> Void = { _ in },
        body: (HTTPTestServer) async throws -> Void
    ) async throws {
        var configuration = HTTPServerConfiguration(port: 0)
        configuration.sweepInterval = .milliseconds(10)
        configuration.drainTimeout = .seconds(5)
        change(&configuration)
        var router = HTTPRouter()
        router.on(.get, "/hello") { _, _ in
            HTTPResponse(status: 200, contentType: .plainText, body: Array("hello".utf8))
        }
        router.on(.post, "/echo") { request, _ in HTTPResponse(status: 200, body: request.body) }
        routes(&router)
        let observer = HTTPTestObserver()
        let server = HTTPServer(
            configuration: configuration,
            router: router,
            eventLoopGroup: group,
            rejection: { rejection, id in
                HTTPResponse(status: rejection.status, contentType: .plainText, body: Array("\(rejection) \(id)".utf8))
            },
            observer: observer
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let port = try await server.whenBound()
            do {
                try await body(HTTPTestServer(server: server, port: port, observer: observer))
            } catch {
                server.drain()
                throw error
            }
            server.drain()
            try await group.waitForAll()
        }
    }
}

/// Remembers what the server reported, and lets a test wait for it.
final class HTTPTestObserver: HTTPObserver {
    private struct Seen {
        var opened = 0
        var closed = 0
        var reports: [HTTPRequestReport] = []
        var rejections: [HTTPRejection] = []
        var acceptFailures = 0
    }

    private let seen = Mutex(Seen())
    let closed = HTTPTestGate()

    var openedCount: Int { seen.withLock { $0.opened } }
    var closedCount: Int { seen.withLock { $0.closed } }
    var reports: [HTTPRequestReport] { seen.withLock { $0.reports } }
    var acceptFailures: Int { seen.withLock { $0.acceptFailures } }
    var rejections: [HTTPRejection] { seen.withLock { $0.rejections } }

    func connectionOpened() { seen.withLock { $0.opened += 1 } }

    func connectionClosed() {
        seen.withLock { $0.closed += 1 }
        closed.open()
    }

    func acceptFailed(_ errno: Int32) { seen.withLock { $0.acceptFailures += 1 } }

    func requestFinished(_ report: HTTPRequestReport) { seen.withLock { $0.reports.append(report) } }

    func rejected(_ rejection: HTTPRejection) { seen.withLock { $0.rejections.append(rejection) } }
}

/// An event that happens once: those who wait go on when it is opened.
final class HTTPTestGate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// A value that tasks and tests share.
final class HTTPTestBox<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }

    func update(_ change: (inout Value) -> Void) { storage.withLock { change(&$0) } }
}
