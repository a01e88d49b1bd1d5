import NIOCore

/// One channel to Redis, from connecting to its end; event-loop-bound.
///
/// Replies come in the order of commands, so a queue is all there is to match them. All commands of a turn of the loop
/// leave in one write. One that nobody waits for leaves with the next that somebody does, at latest with the next sweep:
/// a write, a wake of Redis and one of ours cost more than what is in it.
final class RedisLink: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A buffer that had to grow beyond this is not kept.
    private static let keptBytes = 256 << 10

    let configuration: RedisConfiguration
    let counters: RedisCounters
    let eventLoop: any EventLoop
    private let stallTimeout: UInt64
    private var reader: RedisReplyReader
    private var context: ChannelHandlerContext?
    private var outgoing = ByteBuffer()
    /// How many of ``pending``, the last ones, are in ``outgoing``.
    private var unsentCount = 0
    private var turn: UInt64?
    private var isSweepScheduled = false
    private var pendingBytes = 0
    private var pending = CircularBuffer<RedisPending>(initialCapacity: 128)
    /// How many of ``pending`` are past their deadline; while there are any, the connection is stalled.
    private var expiredCount = 0
    /// No deadline of ``pending`` is earlier.
    private var nextDeadline = UInt64.max
    /// When a reply came last, or when the queue ceased to be empty.
    private var lastProgress: UInt64 = 0
    private(set) var isClosed = false
    private(set) var closingError = RedisError(.disconnected, "Redis closed the connection")
    var whenClosed: (() -> Void)?

    init(_ configuration: RedisConfiguration, counters: RedisCounters, eventLoop: any EventLoop) {
        self.configuration = configuration
        self.counters = counters
        self.eventLoop = eventLoop
        stallTimeout = configuration.stallTimeout.nanoseconds
        reader = RedisReplyReader(maxReplyBytes: configuration.maxReplyBytes)
    }

    // MARK: Sending

    /// Queues a command for this turn's write, or fails it at once.
    func send(_ command: RedisCommand, _ receiver: RedisReceiver, within limit: UInt64) {
        if let error = refusal(of: command, receiver) {
            return finish(command, receiver, .failure(error), sentAt: nil, now: 0)
        }
        let isPatient = receiver.isNobody
        let now = isPatient ? Self.now : startTurn()
        let deadline = now &+ limit &+ (isPatient ? Self.sweepInterval : 0)
        push(command, receiver, sentAt: now, deadline: deadline, hasSource: false)
        counters.commands.increment()
    }

    private func refusal(of command: RedisCommand, _ receiver: RedisReceiver) -> RedisError? {
        if isClosed { return closingError }
        if expiredCount > 0, !receiver.isNobody { return RedisError(.stalled, "Redis has not answered in time") }
        guard pending.count < configuration.maxPending,
            pendingBytes + command.body.count <= configuration.maxPendingBytes
        else { return RedisError(.overloaded, "\(pending.count) commands wait for replies") }
        return nil
    }

    private func push(
        _ command: RedisCommand,
        _ receiver: RedisReceiver,
        sentAt: UInt64,
        deadline: UInt64,
        hasSource: Bool
    ) {
        command.encode(withSource: hasSource, into: &outgoing)
        if pending.isEmpty { lastProgress = sentAt }
        nextDeadline = min(nextDeadline, deadline)
        pendingBytes += command.body.count
        pending.append(
            RedisPending(
                command: command,
                receiver: receiver,
                sentAt: sentAt,
                deadline: deadline,
                hasSource: hasSource
            )
        )
        counters.pending.set(pending.count)
        unsentCount += 1
        scheduleSweep()
    }

    /// The time of this turn of the loop, at whose end everything leaves.
    private func startTurn() -> UInt64 {
        if let turn { return turn }
        let now = Self.now
        turn = now
        eventLoop.assumeIsolated().execute { self.flush() }
        return now
    }

    /// Sends what has gathered.
    func flush() {
        turn = nil
        guard let context, outgoing.readableBytes > 0 else { return }
        let now = Self.now
        // By positions alone: `pending.indices` is a copy of the queue, and a change of what is copied copies it all.
        var index = pending.index(pending.endIndex, offsetBy: -unsentCount)
        while index != pending.endIndex {
            if pending[index].receiver.isNobody { pending[index].sentAt = now }  // the wait for company was not Redis'
            pending.formIndex(after: &index)
        }
        unsentCount = 0
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        if outgoing.capacity > Self.keptBytes { outgoing = ByteBuffer() } else { outgoing.clear() }
    }

    // MARK: Receiving

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        close(because: closingError)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let buffer = unwrapInboundIn(data)
        let now = Self.now
        do throws(RedisError) {
            try feed(buffer)
            while !isClosed, let reply = try reader.next() { try receive(reply, now) }
        } catch {
            close(because: error)
        }
        counters.pending.set(pending.count)
    }

    func channelInactive(context: ChannelHandlerContext) {
        close(because: closingError)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        close(because: RedisError(.disconnected, "\(error)"))
    }

    private func feed(_ buffer: ByteBuffer) throws(RedisError) {
        var fault: RedisError?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(RedisError) { try reader.feed(bytes) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    private func receive(_ reply: RedisReply, _ now: UInt64) throws(RedisError) {
        guard let entry = pending.popFirst() else {
            throw RedisError(.protocolViolation, "a reply came that nobody had asked for")
        }
        lastProgress = now
        pendingBytes -= entry.command.body.count
        if entry.isExpired { expiredCount -= 1 }
        guard case .error(let text) = reply else {
            return finish(entry.command, entry.receiver, .success(reply), sentAt: entry.sentAt, now: now)
        }
        guard !entry.hasSource, entry.command.script != nil, !entry.receiver.isGone, RedisScript.retries(after: text)
        else {
            let error = RedisError(reply: text)
            finish(entry.command, entry.receiver, .failure(error), sentAt: entry.sentAt, now: now)
            // Somewhere else there is a master by now.
            if error.isOfReplica { close(because: RedisError(.disconnected, "the server has become a replica")) }
            return
        }
        _ = startTurn()
        push(
            entry.command,
            entry.receiver,
            sentAt: entry.sentAt,
            deadline: max(entry.deadline, now &+ Self.sweepInterval),
            hasSource: true
        )
    }

    // MARK: Ending

    /// Fails everything that waits and closes the channel; harmless when repeated.
    func close(because error: RedisError) {
        guard !isClosed else { return }
        isClosed = true
        closingError = error
        let waiting = pending
        pending.removeAll()
        counters.pending.set(0)
        whenClosed?()
        whenClosed = nil
        let now = Self.now
        for entry in waiting { finish(entry.command, entry.receiver, .failure(error), sentAt: entry.sentAt, now: now) }
        context?.close(promise: nil)
    }

    private func finish(
        _ command: RedisCommand,
        _ receiver: RedisReceiver,
        _ result: Result<RedisReply, RedisError>,
        sentAt: UInt64?,
        now: UInt64
    ) {
        if receiver.isGone { return }
        if case .failure(let error) = result {
            counters.errors.increment()
            if sentAt == nil, receiver.isNobody { counters.dropped.increment() }
            configuration.observer?(command.observation(from: sentAt ?? now, to: now, error))
        } else {
            configuration.observer?(command.observation(from: sentAt ?? now, to: now, nil))
        }
        receiver.finish(result)
    }
}

// MARK: Deadlines

extension RedisLink: NIOScheduledCallbackHandler {
    /// How often deadlines are looked at while something waits, in nanoseconds.
    private static let sweepInterval: UInt64 = 5_000_000

    static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    private func scheduleSweep() {
        guard !isSweepScheduled else { return }
        isSweepScheduled = true
        let interval = TimeAmount.nanoseconds(Int64(Self.sweepInterval))
        // Fails only when the loop has ended, and then nothing waits any more.
        _ = try? eventLoop.assumeIsolated().scheduleCallback(in: interval, handler: self)
    }

    /// Looks at the deadlines; in a turn of the loop this comes after what was read.
    func handleScheduledCallback(eventLoop: some EventLoop) {
        isSweepScheduled = false
        flush()
        guard let oldest = pending.first else { return }
        let now = Self.now
        if now >= nextDeadline { expire(now) }
        if now >= oldest.deadline, now - lastProgress >= stallTimeout {
            return close(because: RedisError(.disconnected, "no reply for \(configuration.stallTimeout)"))
        }
        scheduleSweep()
    }

    private func expire(_ now: UInt64) {
        nextDeadline = .max
        var expired: [RedisPending] = []
        var next = pending.startIndex
        while next != pending.endIndex {
            let index = next
            pending.formIndex(after: &next)
            let entry = pending[index]
            if entry.isExpired { continue }
            guard entry.deadline <= now else {
                nextDeadline = min(nextDeadline, entry.deadline)
                continue
            }
            pending[index].isExpired = true
            expiredCount += 1
            guard !entry.receiver.isNobody else { continue }
            pending[index].receiver = .gone
            expired.append(entry)
        }
        // After the loop, because those who are told may send the next command.
        let error = RedisError(.timedOut, "no reply within the command's limit")
        for entry in expired { finish(entry.command, entry.receiver, .failure(error), sentAt: entry.sentAt, now: now) }
    }
}
