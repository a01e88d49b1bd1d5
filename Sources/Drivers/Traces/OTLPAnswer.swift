/// What a collector says to an export.
struct OTLPAnswer: Sendable {
    /// The status of the response.
    var status: Int
    /// The seconds of `Retry-After`, where there are any.
    var retryAfter: Int?
    /// The beginning of the body.
    var body: [UInt8] = []

    /// What it means for the spans.
    enum Meaning: Equatable {
        /// Taken, all but so many.
        case taken(rejected: Int)
        /// Not now.
        case later
        /// Not ever: to send it again would be answered alike.
        case refused

        /// Whether the collector has them.
        var isTaken: Bool { if case .taken = self { true } else { false } }
    }

    /// Only these may be asked again; any other refusal is final.
    var meaning: Meaning {
        switch status {
        case 200..<300: .taken(rejected: rejectedSpans)
        case 429, 502, 503, 504: .later
        default: .refused
        }
    }

    /// `{"partialSuccess":{"rejectedSpans":"3"}}`, a string or a number; 0 where it is not there.
    private var rejectedSpans: Int {
        let name = Array(#""rejectedSpans""#.utf8)
        guard body.count > name.count,
            let start = (0...(body.count - name.count)).first(where: { body[$0...].starts(with: name) })
        else { return 0 }
        let value = body[(start + name.count)...].drop { " :\t\r\n\"".utf8.contains($0) }
        let digits = value.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }
}
