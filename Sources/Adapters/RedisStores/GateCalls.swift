import Kernel
import Logging
import Redis
import Synchronization

/// Calls of the gate's scripts, whose failures all mean the same: the gate is away.
final class GateCalls: Sendable {
    /// For calls that carry a sale's facts, on no request's path.
    static let longLimit = Duration.seconds(2)

    private static let quietPeriod = Duration.seconds(1)

    let client: RedisClient
    private let log: Logger
    private let faults = ReplyFaults()
    /// When an unusable reply was logged last.
    private let lastLogged = Mutex<Instant?>(nil)

    init(client: RedisClient, log: Logger) {
        self.client = client
        self.log = log
    }

    /// The script's answer; `nil` when the gate is away, which the driver counts and logs.
    func call(_ command: RedisCommand, within limit: Duration? = nil) async -> ScriptReply? {
        do {
            let reply = try await client.send(command, within: limit)
            guard let answer = ScriptReply(reply) else {
                report("no word", to: command)
                return nil
            }
            return answer
        } catch {
            if error.code == .server { report(error.word, to: command) }
            return nil
        }
    }

    /// The answer as a word of `Word`; an unknown one is reported and counts as an absent gate.
    func call<Word: RawRepresentable<String>>(
        _ command: RedisCommand,
        as type: Word.Type,
        within limit: Duration? = nil
    ) async -> (word: Word, reply: ScriptReply)? {
        guard let reply = await call(command, within: limit) else { return nil }
        guard let word = Word(rawValue: reply.word) else {
            reportUnusable(reply.word, to: command)
            return nil
        }
        return (word, reply)
    }

    /// An answer that cannot be: a fault of ours or of somebody who writes our keys.
    func reportUnusable(_ what: String, to command: RedisCommand) {
        faults.count(command)
        report(what, to: command)
    }

    /// At most once a second, because every request may meet the same fault.
    private func report(_ what: String, to command: RedisCommand) {
        let now = Instant.now
        let isDue = lastLogged.withLock { last in
            if let earlier = last, now - earlier < Self.quietPeriod { return false }
            last = now
            return true
        }
        guard isDue else { return }
        log.error("Redis answered what it should not", metadata: ["script": "\(command.name)", "answer": "\(what)"])
    }
}
