import History

/// How soon shoppers got what they came for, once the fault was healed.
struct Recovery: Codable, Sendable {
    /// Milliseconds until the first success of anybody; `nil` where none came.
    var first: Int?
    /// Milliseconds until every instance had succeeded again.
    var everywhere: Int?
    /// The longest time in milliseconds, from when the fault struck, in which nobody succeeded.
    var outage: Int?

    init(_ operations: [Operation], instances: Int, struckAt: Int64, healedAt: Int64) {
        var byInstance = [Int64?](repeating: nil, count: instances)
        let ends = operations.compactMap { $0.isSale ? $0.answeredAt : nil }.filter { $0 >= struckAt }.sorted()
        outage = zip([struckAt] + ends, ends).map { Int(($1 - $0) / 1_000_000) }.max()
        for operation in operations where operation.isSale {
            guard let end = operation.answeredAt, end >= healedAt else { continue }
            let node = operation.question.node
            byInstance[node] = min(byInstance[node] ?? .max, end)
        }
        let times = byInstance.map { end in end.map { Int(($0 - healedAt) / 1_000_000) } }
        first = times.compactMap { $0 }.min()
        everywhere = times.contains { $0 == nil } ? nil : times.compactMap { $0 }.max()
    }
}

extension Operation {
    /// Whether a shopper got what only a committed batch gives.
    var isSale: Bool { ending == .ok && [.checkout, .purchase].contains(question.call) }

    /// Whether the service answered that it cannot.
    var wasTurnedAway: Bool { ending == .unknown && (answer?.status ?? 0) >= 500 }
}
