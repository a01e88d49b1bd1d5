/// Something that took time, and is over.
public struct Span: Sendable {
    /// What it was to others; the numbers are OTLP's.
    public enum Kind: Int, Sendable {
        /// Within the service.
        case `internal` = 1
        /// Answers somebody.
        case server = 2
        /// Asks somebody.
        case client = 3
    }

    /// One thing that is said about a span; keys are part of the program, and so is whatever is no number.
    public struct Attribute: Sendable, Hashable {
        enum Value: Sendable, Hashable {
            case text(String)
            case integer(Int)
        }

        let key: String
        let value: Value

        /// A text from a closed set.
        public init(_ key: String, _ text: String) {
            self.key = key
            value = .text(text)
        }

        /// A number.
        public init(_ key: String, _ number: Int) {
            self.key = key
            value = .integer(number)
        }
    }

    /// As many as collectors usually take.
    static let maxLinks = 128

    /// A short name from a closed set.
    public let name: String
    /// What it was to others.
    public let kind: Kind
    /// Its place.
    public let context: TraceContext
    /// Nanoseconds since 1970.
    public let start: UInt64
    /// Nanoseconds since 1970, not before `start`.
    public let end: UInt64
    /// What else is to be said.
    public let attributes: [Attribute]
    /// Spans that it has to do with, the first 128 of them.
    public let links: [TraceContext]
    /// How many there were beyond.
    public let droppedLinks: Int
    /// Whether it failed.
    public let isError: Bool

    /// Tells of something that is over; `error` is what went wrong, a word from a closed set that becomes `error.type`.
    public init(
        _ name: String,
        _ kind: Kind,
        at context: TraceContext,
        from start: UInt64,
        to end: UInt64,
        attributes: [Attribute] = [],
        links: [TraceContext] = [],
        error: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.start = start
        self.end = max(start, end)
        self.attributes = attributes + (error.map { [Attribute("error.type", $0)] } ?? [])
        self.links = Array(links.prefix(Self.maxLinks))
        droppedLinks = max(0, links.count - Self.maxLinks)
        isError = error != nil
    }
}
