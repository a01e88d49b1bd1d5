import Redis

/// A script's answer: a word first, then whatever belongs to it.
struct ScriptReply {
    let word: String
    private let elements: [RedisReply]

    init?(_ reply: RedisReply) {
        guard case .array(let elements) = reply, let word = elements.first?.text else { return nil }
        self.word = word
        self.elements = elements
    }

    /// The bytes behind the word, from 0; `nil` where there are none.
    func bytes(_ index: Int) -> [UInt8]? { index + 1 < elements.count ? elements[index + 1].bytes : nil }

    /// The text behind the word, from 0; `nil` where there is none.
    func text(_ index: Int) -> String? { index + 1 < elements.count ? elements[index + 1].text : nil }

    /// The number behind the word, from 0; `nil` where there is none.
    func integer(_ index: Int) -> Int64? {
        guard index + 1 < elements.count, case .integer(let number) = elements[index + 1] else { return nil }
        return number
    }

    /// The list behind the word, from 0; `nil` where there is none.
    func list(_ index: Int) -> [RedisReply]? { index + 1 < elements.count ? elements[index + 1].elements : nil }
}
