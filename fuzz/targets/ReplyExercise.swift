@testable import Redis

/// Replies of Redis, read by hiredis under our bounds.
///
/// Whatever the bytes: the same replies come of them at once and in pieces, up to the first that is malformed.
enum ReplyExercise {
    static func run(_ bytes: [UInt8]) {
        let whole = replies([bytes])
        let cut = replies(pieces(of: bytes))
        precondition(whole == cut, "the cuts matter: \(whole) at once, \(cut) in pieces")
    }

    private static func replies(_ pieces: [[UInt8]]) -> [RedisReply] {
        var replies: [RedisReply] = []
        try? read(pieces, into: &replies)  // a malformed reply would close the link
        return replies
    }

    private static func read(_ pieces: [[UInt8]], into replies: inout [RedisReply]) throws {
        var reader = RedisReplyReader(maxReplyBytes: 1 << 16)
        for piece in pieces {
            try piece.withUnsafeBytes { try reader.feed($0) }
            while let reply = try reader.next() { replies.append(reply) }
        }
    }
}
