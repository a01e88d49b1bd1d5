/// Latencies of a step in microseconds.
struct StepReport: Codable, Sendable {
    let count: Int
    let p50: UInt64
    let p90: UInt64
    let p99: UInt64
    let p999: UInt64
    let max: UInt64
    let worstSecondP99: UInt64

    enum CodingKeys: String, CodingKey {
        case count
        case p50 = "p50_us"
        case p90 = "p90_us"
        case p99 = "p99_us"
        case p999 = "p999_us"
        case max = "max_us"
        case worstSecondP99 = "worst_second_p99_us"
    }
}
