import NIOCore
import NIOPosix

// From an answer to the next request.
extension Engine {
    /// Begins an operation on a connection that has none.
    func begin(_ lane: Lane, _ arrival: Arrival) {
        guard !isExhausted else { return rest(lane) }
        lane.visit.shopper = arrival.shopper
        lane.intendedAt = arrival.intendedAt
        lane.isCounted = arrival.intendedAt >= measuredFrom && arrival.intendedAt < measuredUntil
        lane.request.clear()
        switch scenario.begin(lane.visit, &lane.request) {
        case .request(let step):
            begun += 1
            if begun == plan.count { exhaust(nil) }
            busy += 1
            lane.visit.step = step
            let now = Self.now()
            lane.send(since: countsFromWish ? arrival.intendedAt : now, now: now)
        case .over(let reason):
            exhaust(reason)
            rest(lane)
        }
    }

    func answered(_ lane: Lane, _ answer: Answer, since: UInt64) {
        let now = Self.now()
        let step = lane.visit.step
        let isInTime = now >= measuredFrom && now < measuredUntil
        if isInTime { measurements.requests += 1 }
        // What was wished for in time has its latency however late it is answered; throughput is what was done in time.
        if countsFromWish ? lane.isCounted : isInTime {
            measurements.count(answer, step: step, after: now > since ? now - since : 0)
        } else if answer.status >= 500 {
            fail("answered \(scenario.steps[step]) \(answer.status), not measured")
        }
        lane.request.clear()
        switch scenario.proceed(lane.visit, answer, &lane.request) {
        case .request(let next):
            lane.visit.step = next
            lane.send(since: now, now: now)
        case .succeeded:
            if isInTime { measurements.operations += 1 }
            end(lane, now)
        case .refused:
            if isInTime { measurements.refused += 1 }
            end(lane, now)
        }
    }

    func lost(_ lane: Lane, _ reason: String, wasBusy: Bool) {
        if wasBusy {
            fail("\(reason) (\(scenario.steps[lane.visit.step]))")
            scenario.abandon(lane.visit)
            busy -= 1
        }
        idle.removeAll { $0 === lane }
        guard phase == .running || phase == .draining else { return }
        reconnect(lane, after: 10_000_000)
        noteEnd()
    }

    /// The operation is over: next, please.
    private func end(_ lane: Lane, _ now: UInt64) {
        busy -= 1
        noteEnd()
        guard lane.isOpen else { return reconnect(lane, after: 1_000_000) }
        next(lane, now)
    }

    private func noteEnd() {
        if !isExhausted, let reason = scenario.end { exhaust(reason) }
        finishWhenIdle()
    }

    private func next(_ lane: Lane, _ now: UInt64) {
        if isClosedLoop {
            if phase == .running { begin(lane, Arrival(intendedAt: now, shopper: 0)) }
        } else if let arrival = waiting.popFirst() {
            begin(lane, arrival)
        } else {
            idle.append(lane)
        }
    }

    private func rest(_ lane: Lane) {
        if !isClosedLoop { idle.append(lane) }
        finishWhenIdle()
    }

    /// Gives up on requests that take too long, ten times a second.
    func sweep() {
        guard phase != .done else { return }
        let now = Self.now()
        let limit = UInt64(plan.timeout * 1e9)
        for lane in lanes where lane.isBusy && now > lane.sentAt + limit { lane.lose("timeout") }
        at(now + 100_000_000) { $0.sweep() }
    }
}

// Connections.
extension Engine {
    /// Connects a lane; calls back on the loop.
    func connect(_ lane: Lane, _ then: @escaping ((any Error)?) -> Void) {
        let bound = NIOLoopBound(lane, eventLoop: loop)
        ClientBootstrap(group: loop)
            .connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // One read a wake-up: an answer comes as a whole, and a second read would find nothing.
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(host: lane.endpoint.host, port: lane.endpoint.port)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    lane.open(channel)
                    then(nil)
                case .failure(let error): then(error)
                }
            }
    }

    private func reconnect(_ lane: Lane, after nanoseconds: UInt64) {
        at(Self.now() + nanoseconds) { engine in
            guard engine.phase == .running || engine.phase == .draining, !lane.isOpen else { return }
            engine.connect(lane) { error in
                guard engine.phase != .done else { return lane.close() }
                if error != nil {
                    engine.fail("cannot connect")
                    engine.reconnect(lane, after: 200_000_000)
                } else {
                    engine.next(lane, Self.now())
                }
            }
        }
    }
}
