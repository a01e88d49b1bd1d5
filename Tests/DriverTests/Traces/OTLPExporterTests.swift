import Logging
import Metrics
import TestSupport
import Testing
import Traces

/// The exporter against a collector that is well, and against all that a collector can be instead.
@Suite struct OTLPExporterTests {
    @Test func exportsWhatASpanSays() async throws {
        let collector = try await TestCollector.start()
        let queue = SpanQueue()
        let tracer = Self.tracer(queue)
        let place = tracer.begin(
            traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            traceState: "rojo=1"
        )
        let other = tracer.root()
        let child = tracer.child(of: place)
        tracer.record(
            Span("POST /a", .server, at: place, from: 1_700_000_000_000_000_001, to: 1_700_000_000_000_000_002)
        )
        tracer.record(
            Span(
                "a \"name\"\n\u{1}",
                .client,
                at: child,
                from: 7,
                to: 5,
                attributes: [.init("word", "é\\"), .init("number", -42)],
                links: [other],
                error: "timeout"
            )
        )

        try await Self.export(queue, to: collector) { configuration in
            configuration.headers = [("x-api-key", "secret")]
            configuration.resource = [("service.name", "shop"), ("service.version", "1")]
        } until: {
            queue.exportedCount == 2
        }

        let export = try #require(collector.exports.first)
        #expect(export.target == "/v1/traces" && export.header("x-api-key") == "secret")
        #expect(export.header("Content-Type") == "application/json")
        #expect(try ExportedSpan.resource(export) == ["service.name": "shop", "service.version": "1"])
        let spans = try ExportedSpan.read(collector.exports)
        #expect(spans.map(\.name) == ["POST /a", "a \"name\"\n\u{1}"] && spans.map(\.kind) == [2, 3])
        #expect(spans.allSatisfy { $0.trace == "4bf92f3577b34da6a3ce929d0e0e4736" && $0.state == "rojo=1" })
        #expect(spans[0].parent == "00f067aa0ba902b7" && spans[0].status == 0)
        #expect(spans[0].start == 1_700_000_000_000_000_001 && spans[0].end == 1_700_000_000_000_000_002)
        #expect(spans[1].parent == spans[0].id && spans[1].status == 2 && spans[1].end == spans[1].start)
        #expect(spans[1].attributes == ["word": "é\\", "number": "-42", "error.type": "timeout"])
        #expect(spans[1].links == [[other.traceID.description, other.spanID.description]])
        try await collector.stop()
    }

    @Test func sendsSpansInBatches() async throws {
        let collector = try await TestCollector.start()
        let queue = SpanQueue()
        Self.record(25, in: queue)

        try await Self.export(queue, to: collector) {
            $0.batch = 10
        } until: {
            queue.exportedCount == 25
        }

        let sizes = try collector.exports.map { try ExportedSpan.read([$0]).count }
        #expect(sizes == [10, 10, 5] && queue.count == 0)
        try await collector.stop()
    }

    @Test(arguments: [429, 502, 503, 504])
    func triesAgainWhatTheCollectorCannotTakeNow(_ status: Int) async throws {
        let collector = try await TestCollector.start(
            .answer(status, retryAfter: 0),
            .answer(status, retryAfter: 0),
            .take
        )
        let queue = SpanQueue()
        Self.record(3, in: queue)

        try await Self.export(queue, to: collector) { _ in
        } until: {
            queue.exportedCount == 3
        }

        #expect(collector.exports.count == 3)
        #expect(Set(collector.exports.map(\.body)).count == 1)
        #expect(SpanQueue.Loss.allCases.allSatisfy { queue.lostCount($0) == 0 })
        try await collector.stop()
    }

    @Test func waitsAsLongAsItIsToldAndNoLongerThanItsBound() async throws {
        let collector = try await TestCollector.start(.answer(503, retryAfter: 86_400), .take)
        let queue = SpanQueue()
        Self.record(1, in: queue)
        let start = ContinuousClock.now

        try await Self.export(queue, to: collector) {
            $0.maxPause = .milliseconds(300)
        } until: {
            queue.exportedCount == 1
        }

        #expect(ContinuousClock.now - start >= .milliseconds(300) && collector.exports.count == 2)
        try await collector.stop()
    }

    @Test(arguments: [301, 400, 401, 404, 413, 500, 501])
    func triesNothingAgainThatIsRefusedForGood(_ status: Int) async throws {
        let collector = try await TestCollector.start(.answer(status, retryAfter: 0))
        let queue = SpanQueue()
        Self.record(3, in: queue)

        try await Self.export(queue, to: collector) { _ in
        } until: {
            queue.lostCount(.refused) == 3
        }

        #expect(collector.exports.count == 1 && queue.exportedCount == 0)
        try await collector.stop()
    }

    @Test func countsWhatWasTakenOnlyInPart() async throws {
        let collector = try await TestCollector.start(.rejectSome(2))
        let queue = SpanQueue()
        Self.record(5, in: queue)

        try await Self.export(queue, to: collector) { _ in
        } until: {
            queue.exportedCount == 3
        }

        #expect(queue.lostCount(.refused) == 2 && collector.exports.count == 1)
        try await collector.stop()
    }

    @Test func givesUpAfterSoManyTries() async throws {
        let collector = try await TestCollector.start(.answer(503, retryAfter: 0))
        let queue = SpanQueue()
        Self.record(3, in: queue)

        try await Self.export(queue, to: collector) {
            $0.attempts = 3
        } until: {
            queue.lostCount(.unreachable) == 3
        }

        #expect(collector.exports.count == 3)
        try await collector.stop()
    }

    @Test func countsAsLostWhatNobodyAnswers() async throws {
        let silent = try await TestCollector.start(.keepSilent)
        let port = try FreePorts.take(1)[0]
        for url in ["http://127.0.0.1:\(port)/v1/traces", "http://127.0.0.1:\(silent.port)/v1/traces"] {
            let queue = SpanQueue()
            Self.record(3, in: queue)

            try await Self.export(queue, to: url) {
                $0.timeout = .milliseconds(200)
            } until: {
                queue.lostCount(.unreachable) == 3
            }
        }
        try await silent.stop()
    }

    @Test func exportsWhatIsLeftWhenItEnds() async throws {
        let collector = try await TestCollector.start()
        let queue = SpanQueue()
        Self.record(5, in: queue)

        try await Self.export(queue, to: collector) {
            $0.interval = .seconds(60)
        } until: {
            true
        }

        #expect(queue.exportedCount == 5 && collector.exports.count == 1)
        try await collector.stop()
    }

    @Test func countsWhatIsLeftWhenItEndsAndNobodyAnswers() async throws {
        let collector = try await TestCollector.start(.keepSilent)
        let queue = SpanQueue()
        Self.record(5, in: queue)

        try await Self.export(queue, to: collector) {
            $0.interval = .seconds(60)
        } until: {
            true
        }

        #expect(queue.lostCount(.shutdown) == 5 && queue.count == 0)
        try await collector.stop()
    }

    /// Runs an exporter until something is so, then ends it.
    private static func export(
        _ queue: SpanQueue,
        to url: String,
        _ change: (inout OTLPConfiguration) -> Void,
        until isDone: @Sendable () -> Bool
    ) async throws {
        var configuration = OTLPConfiguration(url: url)
        configuration.interval = .milliseconds(100)
        change(&configuration)
        let exporter = OTLPExporter(configuration, queue: queue, log: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            for _ in 0..<1000 where !isDone() { try await Task.sleep(for: .milliseconds(10)) }
            group.cancelAll()
            try await group.waitForAll()
        }
        await exporter.finish(within: .milliseconds(500))
        #expect(isDone())
    }

    private static func export(
        _ queue: SpanQueue,
        to collector: TestCollector,
        _ change: (inout OTLPConfiguration) -> Void,
        until isDone: @Sendable () -> Bool
    ) async throws {
        try await export(queue, to: "http://127.0.0.1:\(collector.port)/v1/traces", change, until: isDone)
    }

    private static func record(_ count: Int, in queue: SpanQueue) {
        let tracer = tracer(queue)
        for number in 0..<count {
            tracer.record(Span("span \(number)", .internal, at: tracer.root(), from: 1, to: 2))
        }
    }

    private static func tracer(_ queue: SpanQueue) -> Tracer {
        Tracer(sampler: TraceSampler(ratio: 1, followsParent: true), queue: queue)
    }
}
