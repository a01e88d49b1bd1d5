/// How often each step was answered what: by status and, for refusals, the problem's code.
struct AnswerCounts: Sendable {
    private struct Kind: Sendable {
        let step: Int
        let status: Int
        let digest: UInt64
        let name: String
        var count: Int
    }

    /// A handful, so looking through them is the quickest.
    private var kinds: [Kind] = []

    /// Counts an answer.
    mutating func count(_ answer: Answer, step: Int) {
        let code = answer.status < 400 ? nil : answer.code
        let digest = code.map(Self.digest) ?? 0
        if let index = kinds.firstIndex(where: { $0.step == step && $0.status == answer.status && $0.digest == digest })
        {
            kinds[index].count += 1
        } else if kinds.count < 200 {
            let name = code.map { "\(answer.status) " + String(decoding: $0, as: UTF8.self) } ?? "\(answer.status)"
            kinds.append(Kind(step: step, status: answer.status, digest: digest, name: name, count: 1))
        }
    }

    /// Answers of 400 to 499.
    var refused: Int { kinds.reduce(0) { $0 + ((400..<500).contains($1.status) ? $1.count : 0) } }

    /// By step and kind, such as `checkout 409 item_already_sold`.
    func named(_ steps: [String]) -> [String: Int] {
        Dictionary(kinds.map { ("\(steps[$0.step]) \($0.name)", $0.count) }, uniquingKeysWith: +)
    }

    /// Server faults by step and kind.
    func faults(_ steps: [String]) -> [String: Int] {
        let faults = kinds.filter { $0.status >= 500 }
        return Dictionary(faults.map { ("\(steps[$0.step]) \($0.name)", $0.count) }, uniquingKeysWith: +)
    }

    /// FNV-1a.
    private static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
