import History
import TestSupport

/// How fast the service is itself again: figures with their aims, on the binaries that are measured.
struct RecoveryRuns: Sendable {
    /// The stock for rebuilding the gate.
    static let largeStock = 100_000

    let options: RunOptions
    /// The binary `flashsale-load`.
    let load: String
    /// Runs of each measurement.
    let repeats: Int

    /// Measures everything; `tell` is given each figure as it is known.
    ///
    /// - Throws: where a promise was broken, or nothing could be measured.
    func run(_ tell: (RecoveryFigure) throws -> Void) async throws {
        for figure in try await instanceKilled() { try tell(figure) }
        try tell(await postgresRestarted())
        try tell(await gateRebuilt())
        try tell(await withoutRedis())
    }

    /// An instance is killed under load and started again at once.
    private func instanceKilled() async throws -> [RecoveryFigure] {
        var other = RecoveryFigure(name: "instance killed → first success at the other", unit: "ms", aim: 100)
        var itself = RecoveryFigure(name: "instance killed → it sells again, from its start", unit: "ms", aim: 2000)
        for _ in 0..<repeats {
            let (times, operations) = try await underLoad(Self.fault("killed", instances: 2)) { rig in
                let killedAt = HistoryRecorder.now
                _ = try await rig.kill(0)
                let startedAt = HistoryRecorder.now
                try rig.instances[0].start()
                try await rig.instances[0].untilReady()
                try await Task.sleep(for: .milliseconds(500))
                return (killedAt, startedAt)
            }
            other.runs.append(try Self.firstSuccess(in: operations, at: 1, after: times.0))
            itself.runs.append(try Self.firstSuccess(in: operations, at: 0, after: times.1))
        }
        return [other, itself]
    }

    /// PostgreSQL crashes under load and is started again.
    private func postgresRestarted() async throws -> RecoveryFigure {
        var figure = RecoveryFigure(
            name: "PostgreSQL restarted → first success, from its first connection",
            unit: "ms",
            aim: 1000
        )
        for _ in 0..<repeats {
            let (acceptedAt, operations) = try await underLoad(Self.fault("postgres", instances: 2)) { rig in
                try await rig.postgres.stop(immediately: true)
                async let started: Void = rig.postgres.start()
                let acceptedAt = try await Wait.until("PostgreSQL accepts", every: .milliseconds(1)) {
                    let session = try await IdleSession.open(port: rig.record.port)
                    await session?.close()
                    return session.map { _ in HistoryRecorder.now }
                }
                try await started
                try await Task.sleep(for: .seconds(1))
                return acceptedAt
            }
            figure.runs.append(try Self.firstSuccess(in: operations, at: nil, after: acceptedAt))
        }
        return figure
    }

    /// Runs `body` while shoppers shop; afterwards every promise must have been kept.
    private func underLoad<Value: Sendable>(
        _ fault: Fault,
        _ body: @Sendable (Rig) async throws -> Value
    ) async throws -> (Value, [Operation]) {
        let recorder = try HistoryRecorder()
        return try await Rig.with(fault, options, recorder: recorder) { rig in
            let value = try await Shopping.during(at: rig, options) { _ in
                try await Task.sleep(for: .seconds(1))
                return try await body(rig)
            }
            _ = try await rig.drain()
            let history = recorder.history()
            let verdict = HistoryChecker.check(history, try await .read(sale: rig.sale.id, from: rig.record.url))
            guard verdict.isClean else { throw FaultRunError("a promise was broken:\n\(verdict)") }
            return (value, history.operations)
        }
    }

    /// Milliseconds from `time` to the first success at an instance (`nil`: at any).
    private static func firstSuccess(
        in operations: [Operation],
        at node: Int?,
        after time: Int64
    ) throws -> Double {
        let ends = operations.compactMap { operation -> Int64? in
            guard operation.isSale, node == nil || operation.question.node == node, let end = operation.answeredAt
            else { return nil }
            return end >= time ? end : nil
        }
        guard let first = ends.min() else { throw FaultRunError("nobody succeeded afterwards") }
        return Double(first - time) / 1_000_000
    }

    static func fault(_ name: String, instances: Int) -> Fault {
        Fault(name: name, summary: "", instances: instances) { _ in "" }
    }
}
