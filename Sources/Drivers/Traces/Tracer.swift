import Glibc
import Synchronization

/// Gives requests their places in traces, and takes the spans of those that are kept.
///
/// Never waits, whoever calls: spans go into a bounded queue or are counted as lost.
public final class Tracer: Sendable {
    private let sampler: TraceSampler
    private let queue: SpanQueue
    /// The states of two generators (Steele, Lea and Flood, SplitMix): each draw is one atomic addition.
    private let first = Atomic<UInt64>(.random(in: 0 ... .max))
    private let second = Atomic<UInt64>(.random(in: 0 ... .max))

    /// A tracer whose spans wait in `queue` for an exporter.
    public init(sampler: TraceSampler, queue: SpanQueue) {
        self.sampler = sampler
        self.queue = queue
    }

    /// The place of a request: in its caller's trace, or where the header is none or invalid in a new one.
    public func begin(traceParent: String?, traceState: String) -> TraceContext {
        guard let text = traceParent, let parent = TraceParent(text) else { return root() }
        return TraceContext(
            traceID: parent.traceID,
            spanID: spanID(),
            parentID: parent.parentID,
            isSampled: sampler.keeps(parent.traceID, parent: parent.isSampled),
            state: TraceState.valid(traceState)
        )
    }

    /// The first place of a new trace; kept by the sampler's choice, or because somebody knows that it has to be.
    public func root(isSampled: Bool? = nil) -> TraceContext {
        let id = traceID()
        return TraceContext(
            traceID: id,
            spanID: spanID(),
            isSampled: isSampled ?? sampler.keeps(id, parent: nil)
        )
    }

    /// A place below another.
    public func child(of context: TraceContext) -> TraceContext { context.child(spanID()) }

    /// Takes a span, if its trace is kept.
    public func record(_ span: Span) {
        if span.context.isSampled { queue.append(span) }
    }

    /// Nanoseconds since 1970.
    public static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private func traceID() -> TraceID {
        while true {
            if let id = TraceID(high: Self.draw(first), low: Self.draw(second)) { return id }
        }
    }

    private func spanID() -> SpanID {
        while true {
            if let id = SpanID(Self.draw(second)) { return id }
        }
    }

    private static func draw(_ state: borrowing Atomic<UInt64>) -> UInt64 {
        var bits = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
