/// A place in a trace: one span's, as W3C Trace Context names it.
public struct TraceContext: Hashable, Sendable {
    /// The trace.
    public let traceID: TraceID
    /// The span.
    public let spanID: SpanID
    /// The span above it; of a request the client's, `nil` where the trace begins here.
    public let parentID: SpanID?
    /// Whether spans of this trace are kept.
    public let isSampled: Bool
    /// `tracestate` as it came; empty where none did.
    public let state: String

    /// Puts a place together from its parts.
    public init(traceID: TraceID, spanID: SpanID, parentID: SpanID? = nil, isSampled: Bool, state: String = "") {
        self.traceID = traceID
        self.spanID = spanID
        self.parentID = parentID
        self.isSampled = isSampled
        self.state = state
    }

    /// A place below this one.
    public func child(_ id: SpanID) -> TraceContext {
        TraceContext(traceID: traceID, spanID: id, parentID: spanID, isSampled: isSampled, state: state)
    }
}

/// 16 bytes, not all of them zero.
public struct TraceID: Hashable, Sendable, CustomStringConvertible {
    /// The first 8 bytes.
    public let high: UInt64
    /// The last 8 bytes.
    public let low: UInt64

    /// Takes the bytes in two halves; `nil` where all are zero.
    public init?(high: UInt64, low: UInt64) {
        if high == 0, low == 0 { return nil }
        self.high = high
        self.low = low
    }

    /// 32 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(high, low) }
}

/// 8 bytes, not all of them zero.
public struct SpanID: Hashable, Sendable, CustomStringConvertible {
    /// The bytes.
    public let value: UInt64

    /// Takes the bytes; `nil` where all are zero.
    public init?(_ value: UInt64) {
        if value == 0 { return nil }
        self.value = value
    }

    /// 16 lower-case hexadecimal digits.
    public var description: String { Hexadecimal.text(value) }
}
