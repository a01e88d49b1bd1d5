import Kernel
import Logging
import Redis
import Synchronization
import Traces

/// Calls of the gate's scripts, whose failures all mean the same: the gate is away.
final class GateCalls: Sendable {
    /// For calls that carry a sale's facts, on no request's path.
    static let longLimit = Duration.seconds(2)

    private static let quietPeriod = Duration.seconds(1)

    let client: RedisClient
    private let log: Logger
    private let tracer: Tracer?
    private let faults = ReplyFaults()
    /// When an unusable reply was logged last.
    private let lastLogged = Mutex<Instant?>(nil)

    init(client: RedisClient, log: Logger, tracer: Tracer? = nil) {
        self.client = client
        self.log = log
        self.tracer = tracer
    }

    /// The script's answer; `nil` when the gate is away, which the driver counts and logs.
    func call(_ command: RedisCommand, within limit: Duration? = nil) async -> ScriptReply? {
        guard let tracer, let request = TraceScope.sampled else { return await ask(command, within: limit).answer }
        let start = Tracer.now
        let (answer, fault) = await ask(command, within: limit)
        tracer.record(
            Span(
                "EVALSHA \(command.name)",
                .client,
                at: tracer.child(of: request),
                from: start,
                to: Tracer.now,
                attributes: [
                    .init("db.system.name", "redis"), .init("db.operation.name", "EVALSHA"),
                    .init("db.stored_procedure.name", command.name),
                ] + (answer.map { [.init("flashsale.gate.answer", Self.known($0.word))] } ?? []),
                error: fault
            )
        )
        return answer
    }

    /// What scripts say to requests; anything else is somebody's who writes our keys.
    private static func known(_ word: String) -> String { words.contains(word) ? word : "other" }

    private static let words: Set = ["SOLD", "LIMIT", "GO", "COLD", "DONE", "LOCKED", "BUSY", "ALLOWED", "LIMITED"]

    /// The script's answer, or a word for why there is none.
    private func ask(_ command: RedisCommand, within limit: Duration?) async -> (answer: ScriptReply?, fault: String?) {
        do {
            let reply = try await client.send(command, within: limit)
            if let answer = ScriptReply(reply) { return (answer, nil) }
            report("no word", to: command)
            return (nil, "reply")
        } catch {
            if error.code == .server { report(error.word, to: command) }
            return (nil, error.word)
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
