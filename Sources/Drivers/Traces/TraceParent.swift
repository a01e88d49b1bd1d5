/// The header `traceparent`: `00-<trace id>-<parent id>-<flags>`, of this version or one that begins like it.
public struct TraceParent: Hashable, Sendable {
    /// The trace.
    public let traceID: TraceID
    /// The caller's span.
    public let parentID: SpanID
    /// Whether the caller keeps its spans.
    public let isSampled: Bool

    private static let length = 55

    /// Reads a header's value; `nil` for all that the specification calls invalid, so that the trace begins anew.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= Self.length, [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Hexadecimal.number(bytes[0..<2]), version != 0xFF,
            let high = Hexadecimal.number(bytes[3..<19]), let low = Hexadecimal.number(bytes[19..<35]),
            let parent = Hexadecimal.number(bytes[36..<52]), let flags = Hexadecimal.number(bytes[53..<55]),
            let traceID = TraceID(high: high, low: low), let parentID = SpanID(parent)
        else { return nil }
        // Later versions may add fields behind another dash; this one has none.
        if bytes.count > Self.length {
            guard version > 0, bytes[Self.length] == UInt8(ascii: "-") else { return nil }
        }
        self.traceID = traceID
        self.parentID = parentID
        isSampled = flags & 1 == 1
    }
}

extension TraceContext {
    /// The place as a header's value.
    public var traceParent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}
