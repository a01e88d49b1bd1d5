/// How many requests a user may make in which time: `20/10s`.
///
/// Spent evenly: after a whole quota at once the next request is due when one interval, period by requests, is over.
public struct RateQuota: Hashable, Sendable {
    /// Requests that a user may make at once, 1 to 1,000,000.
    public let requests: Int
    /// In which they come back, 1 second to a day.
    public let seconds: Int

    /// A quota of so many requests in so many seconds; `nil` out of their ranges.
    public init?(requests: Int, seconds: Int) {
        guard (1...1_000_000).contains(requests), (1...86_400).contains(seconds) else { return nil }
        self.requests = requests
        self.seconds = seconds
    }

    /// Reads `20/10s`, `100/m` or `5/2h`; `nil` where it is none of the kind.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let requests = Int(parts[0]), let unit = parts[1].last else { return nil }
        let length: Int
        switch unit {
        case "s": length = 1
        case "m": length = 60
        case "h": length = 3600
        default: return nil
        }
        let number = parts[1].dropLast()
        guard let count = number.isEmpty ? 1 : Int(number), (1...86_400).contains(count) else { return nil }
        self.init(requests: requests, seconds: count * length)
    }

    /// The distance between two requests when they come evenly, in microseconds, rounded up so that the quota holds.
    public var intervalMicroseconds: Int64 {
        (Int64(seconds) * 1_000_000 + Int64(requests) - 1) / Int64(requests)
    }

    /// What a whole quota takes, in microseconds.
    public var windowMicroseconds: Int64 { intervalMicroseconds * Int64(requests) }
}
