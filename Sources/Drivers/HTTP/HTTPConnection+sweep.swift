import NIOCore

extension HTTPConnection {
    /// Ends whatever has waited too long; called at every sweep.
    func tick(_ now: ContinuousClock.Instant) {
        if exchange.stage == .handling, let deadline = exchange.deadline, now > deadline + configuration.deadlineGrace {
            return missDeadline()
        }
        let waited = now - since
        switch phase {
        case .head:
            if kind == .surplus {
                if waited > configuration.lingerTimeout { reject(.tooManyConnections) }
            } else if headCount > 0 {
                if waited > configuration.headerTimeout { reject(.timeout) }
            } else if waited > (isWritable ? configuration.idleTimeout : configuration.bodyTimeout), !hasProgressed() {
                closeAfterFlush()
            }
        case .sizedBody, .chunkedBody:
            if exchange.stage == .streaming {
                sweepStream(waited)
            } else if waited > configuration.bodyTimeout, exchange.stage == .reading || exchange.reader != nil {
                reject(.timeout)
            }
        case .complete:
            if exchange.stage == .streaming { sweepStream(waited) }
        case .closing:
            if waited > configuration.bodyTimeout, !hasProgressed() { abort() }
        case .lingering:
            if waited > configuration.lingerTimeout { abort() }
        case .following:
            if waited > configuration.bodyTimeout { sweepFollower() }
        case .closed:
            break
        }
    }

    private func missDeadline() {
        if case .closed = phase {
            // The client has gone, and the handler has had its time: it is told to stop, and not waited for.
            exchange.task?.cancel()
            failBody(.timedOut)
            endExchange(status: 499)
            loop.remove(self)
        } else {
            reject(.deadlineExceeded)
        }
    }

    private func sweepStream(_ waited: Duration) {
        guard waited > configuration.bodyTimeout, !hasProgressed() else { return }
        failBody(.timedOut)
        exchange.task?.cancel()
        abort()
    }

    /// A follower is never idle; it only has to take what waits for it.
    private func sweepFollower() {
        if outputCount == 0 {
            since = loop.now
        } else if !hasProgressed() {
            drop()
        }
    }

    private var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Whether the client has taken some of what waits for it since the last look, which starts the wait anew.
    private func hasProgressed() -> Bool {
        guard let count = outputCount else {
            return false  // a closed channel: there is nobody to make progress
        }
        defer { lastOutputCount = count }
        guard count > 0, count != lastOutputCount else { return false }
        since = loop.now
        return true
    }

    /// Bytes that wait for the client.
    private var outputCount: Int? {
        try? context?.channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)
    }
}
