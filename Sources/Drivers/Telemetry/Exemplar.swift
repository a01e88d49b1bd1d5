/// The request behind one value of a histogram: where to look at what made the number.
public struct Exemplar: Sendable, Hashable {
    let traceID: String
    let spanID: String

    /// Names a span by its trace and its own id, in hexadecimal digits.
    public init(traceID: String, spanID: String) {
        self.traceID = traceID
        self.spanID = spanID
    }
}

/// An exemplar with the value that it stands for.
struct RecordedExemplar: Sendable {
    let exemplar: Exemplar
    let value: Double
    /// Seconds since 1970.
    let time: Double
}
