import History

/// How soon shoppers got what they came for, once the fault was healed.
struct Recovery: Codable, Sendable {
    /// Milliseconds until the first success of anybody; `nil` where none came.
    var first: Int?
    /// Milliseconds until every instance had succeeded again.
    var everywhere: Int?

    init(_ operations: [Operation], instances: Int, healedAt: Int64) {
        var byInstance = [Int64?](repeating: nil, count: instances)
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
}
