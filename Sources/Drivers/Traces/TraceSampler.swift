/// Which traces are kept.
public struct TraceSampler: Hashable, Sendable {
    /// Traces that begin here are kept where their number is below it, of 2^63.
    private let threshold: UInt64
    private let followsParent: Bool

    /// Keeps a share of the traces.
    ///
    /// - Parameters:
    ///   - ratio: from 0 to 1; the id decides, so that all who take the same share keep the same traces.
    ///   - followsParent: whether a caller's decision counts for the traces that it began.
    public init(ratio: Double, followsParent: Bool) {
        precondition((0...1).contains(ratio), "a share is from 0 to 1")
        threshold = UInt64(ratio * 0x1p63)
        self.followsParent = followsParent
    }

    /// Whether a trace is kept; `parent` is the caller's decision, `nil` where there is no caller.
    public func keeps(_ id: TraceID, parent: Bool?) -> Bool {
        if followsParent, let parent { return parent }
        return id.low >> 1 < threshold
    }
}
