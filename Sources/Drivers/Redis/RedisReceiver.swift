/// Who is told how a command ended.
enum RedisReceiver {
    /// A caller that waits; resumed exactly once, because the receiver leaves the queue with it.
    case caller(UnsafeContinuation<Result<RedisReply, RedisError>, Never>)
    /// One of several commands that are waited for together.
    case gathering(RedisGathering)
    /// Nobody.
    case nobody
    /// A caller that was told of its deadline and has left.
    case gone

    func finish(_ result: Result<RedisReply, RedisError>) {
        switch self {
        case .caller(let continuation): continuation.resume(returning: result)
        case .gathering(let gathering): gathering.add(result)
        case .nobody, .gone: break
        }
    }

    var isNobody: Bool {
        if case .nobody = self { true } else { false }
    }

    var isGone: Bool {
        if case .gone = self { true } else { false }
    }
}

/// Replies of commands that leave together, in order; event-loop-bound.
final class RedisGathering {
    private var missing: Int
    private var firstError: RedisError?
    private let continuation: UnsafeContinuation<RedisError?, Never>

    init(_ count: Int, _ continuation: UnsafeContinuation<RedisError?, Never>) {
        missing = count
        self.continuation = continuation
    }

    func add(_ result: Result<RedisReply, RedisError>) {
        if case .failure(let error) = result, firstError == nil { firstError = error }
        missing -= 1
        if missing == 0 { continuation.resume(returning: firstError) }
    }
}

/// A command that waits for its reply.
struct RedisPending {
    let command: RedisCommand
    var receiver: RedisReceiver
    var sentAt: UInt64
    /// In nanoseconds of the loop's clock, as ``sentAt``.
    let deadline: UInt64
    /// Its deadline has passed; the reply will be swallowed.
    var isExpired = false
    /// It went out with the script's text.
    let hasSource: Bool
}
