import Testing
import Traces

@Suite struct TracerTests {
    private static let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let unsampled = header.dropLast() + "0"

    @Test func goesOnWithItsCallersTrace() {
        let place = Self.tracer(0).begin(traceParent: Self.header, traceState: "rojo=1")

        #expect(place.traceID.description == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(place.parentID?.description == "00f067aa0ba902b7")
        #expect(place.spanID != place.parentID && place.isSampled && place.state == "rojo=1")
    }

    @Test(arguments: [nil, "", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", header + "-x"])
    func beginsATraceWhereThereIsNoValidOne(_ header: String?) {
        let tracer = Self.tracer(1)
        let places = (0..<2).map { _ in tracer.begin(traceParent: header, traceState: "rojo=1") }

        #expect(places[0].traceID != places[1].traceID)
        #expect(places.allSatisfy { $0.parentID == nil && $0.isSampled && $0.state.isEmpty })
    }

    @Test func decidesItselfUnlessItFollowsItsCaller() {
        let following = Self.tracer(1)
        let deciding = Self.tracer(1, followsParent: false)

        #expect(!following.begin(traceParent: String(Self.unsampled), traceState: "").isSampled)
        #expect(deciding.begin(traceParent: String(Self.unsampled), traceState: "").isSampled)
        #expect(!Self.tracer(0, followsParent: false).begin(traceParent: Self.header, traceState: "").isSampled)
    }

    @Test(arguments: [0, 0.01, 0.25, 1])
    func keepsTheShareThatItIsTo(_ ratio: Double) {
        let tracer = Self.tracer(ratio)

        let kept = (0..<20_000).count { _ in tracer.root().isSampled }

        // More than eight standard deviations on both sides.
        #expect(abs(Double(kept) / 20_000 - ratio) <= 0.03)
        #expect(ratio > 0 || kept == 0)
        #expect(ratio < 1 || kept == 20_000)
    }

    @Test func keepsTheSameTracesAsEverybodyElse() throws {
        // By the last 63 of the id's bits, as the samplers of other languages do.
        let low = try #require(TraceID(high: .max, low: UInt64.max / 4))
        let high = try #require(TraceID(high: 0, low: UInt64.max / 4 * 3))
        let half = TraceSampler(ratio: 0.5, followsParent: true)

        #expect(half.keeps(low, parent: nil) && !half.keeps(high, parent: nil))
        #expect(!half.keeps(low, parent: false) && half.keeps(high, parent: true))
    }

    @Test func namesNoTwoAlike() {
        let tracer = Self.tracer(1)
        let root = tracer.root()

        let spans = Set((0..<10_000).map { _ in tracer.child(of: root).spanID })

        #expect(spans.count == 10_000 && !spans.contains(root.spanID))
    }

    @Test func takesNoSpanOfATraceThatIsNotKept() {
        let queue = SpanQueue()
        let tracer = Tracer(sampler: TraceSampler(ratio: 0, followsParent: true), queue: queue)

        tracer.record(Span("lost", .internal, at: tracer.root(), from: 1, to: 2))

        #expect(queue.count == 0 && queue.lostCount(.queueFull) == 0)
    }

    @Test func holdsSoManySpansAndCountsTheRest() {
        let queue = SpanQueue(capacity: 100)
        let tracer = Tracer(sampler: TraceSampler(ratio: 1, followsParent: true), queue: queue)

        for _ in 0..<250 { tracer.record(Span("one", .internal, at: tracer.root(), from: 1, to: 2)) }

        #expect(queue.count == 100 && queue.lostCount(.queueFull) == 150)
    }

    private static func tracer(_ ratio: Double, followsParent: Bool = true) -> Tracer {
        Tracer(sampler: TraceSampler(ratio: ratio, followsParent: followsParent), queue: SpanQueue())
    }
}
