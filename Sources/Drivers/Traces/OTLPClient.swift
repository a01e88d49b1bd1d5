import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Sends exports, on a thread of its own: nothing that a collector does reaches the loops that serve shoppers.
final class OTLPClient: Sendable {
    private struct Session {
        let group: MultiThreadedEventLoopGroup
        let client: HTTPClient
    }

    /// More of an answer is not read.
    private static let maxAnswerBytes = 16_384

    private let configuration: OTLPConfiguration
    /// There from the first export on, because whoever opens it must close it.
    private let session = Mutex<Session?>(nil)

    init(_ configuration: OTLPConfiguration) { self.configuration = configuration }

    /// What the collector answers; `nil` where it does not, in time.
    func send(_ body: OTLPBody, within limit: Duration) async -> OTLPAnswer? {
        var request = HTTPClientRequest(url: configuration.url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "flashsale/\(configuration.version)")
        for header in configuration.headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        request.body = .bytes(body.bytes)
        do {
            let response = try await client().execute(request, deadline: .now() + limit.timeAmount)
            var answer = OTLPAnswer(status: Int(response.status.code))
            answer.retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }
            // What is longer or breaks off has still said by its status whether the spans were taken.
            if let bytes = try? await response.body.collect(upTo: Self.maxAnswerBytes) {
                answer.body = Array(bytes.readableBytesView)
            }
            return answer
        } catch {
            return nil
        }
    }

    /// Ends connections and thread.
    func close() async {
        guard let session = session.withLock({ $0.take() }) else { return }
        // There is nobody to whom a failure to end would matter.
        try? await session.client.shutdown()
        try? await session.group.shutdownGracefully()
    }

    private func client() -> HTTPClient {
        session.withLock { session in
            if let session { return session.client }
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            var settings = HTTPClient.Configuration()
            settings.redirectConfiguration = .disallow
            settings.httpVersion = .http1Only
            settings.timeout.connect = configuration.timeout.timeAmount
            let client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: settings)
            session = Session(group: group, client: client)
            return client
        }
    }
}

extension Duration {
    fileprivate var timeAmount: TimeAmount {
        let (seconds, attoseconds) = max(self, .zero).components
        return .nanoseconds(min(seconds, 86_400) * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
