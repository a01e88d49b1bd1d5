import Foundation
import History

/// One fault from start to end: shoppers shop, it strikes in their midst, it is healed, they buy the last unit, all
/// comes to rest, and everything that was said is compared with what is on record.
struct FaultRun: Sendable {
    /// How long after healing the last unit may take.
    private static let patience = Duration.seconds(60)

    let fault: Fault
    let options: RunOptions

    /// Runs it; what breaks a promise or makes the run invalid is in the result.
    func run() async -> FaultResult {
        let start = ContinuousClock.now
        var result = FaultResult(fault)
        do {
            try await run(&result)
        } catch {
            result.failure = "\(error)"
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        return result
    }

    private func run(_ result: inout FaultResult) async throws {
        let recorder = try HistoryRecorder(file: "\(options.folder)/\(fault.name).jsonl")
        result = try await Rig.with(fault, options, recorder: recorder) { [result] rig in
            var result = result
            do {
                let times = try await shop(rig, &result)
                result.drainMilliseconds = try await rig.drain().milliseconds
                recorder.close()
                try await check(rig, times, &result)
            } catch {
                result.failure = "\(error)"
            }
            if !result.isGreen { try save(rig.instances, of: result) }
            return result
        }
    }

    private func shop(_ rig: Rig, _ result: inout FaultResult) async throws -> Times {
        try await Shopping.during(at: rig, options) { shoppers in
            let times = try await strike(rig, &result)
            try await Wait.until("the last unit is sold", within: Self.patience) {
                shoppers.isSoldOut && rig.recorder.count >= options.operations ? true : nil
            }
            return times
        }
    }

    /// When it happened, on the recorder's clock.
    private struct Times {
        var struckAt: Int64
        var healedAt: Int64
    }

    /// Lets the fault happen.
    private func strike(_ rig: Rig, _ result: inout FaultResult) async throws -> Times {
        // At a point of the first third that the seed chooses.
        let moment = options.operations / 6 + Int(options.seed % 7) * options.operations / 42
        try await Wait.until("\(moment) calls are made") { rig.recorder.count >= moment ? true : nil }
        rig.recorder.phase = fault.name
        result.soldBefore = try await rig.soldUnits()
        var times = Times(struckAt: HistoryRecorder.now, healedAt: 0)
        result.proof = try await fault.strike(rig)
        times.healedAt = HistoryRecorder.now
        result.awayMilliseconds = rig.awayMilliseconds
        rig.recorder.phase = "healed"
        result.soldAtHealing = try await rig.soldUnits()
        guard result.soldBefore > 0, result.soldAtHealing < rig.sale.items.count else {
            throw FaultRunError("the fault was not in the midst: \(result.soldBefore) to \(result.soldAtHealing) sold")
        }
        return times
    }

    private func check(_ rig: Rig, _ times: Times, _ result: inout FaultResult) async throws {
        let history = rig.recorder.history()
        let record = try await SaleRecord.read(sale: rig.sale.id, from: rig.record.url)
        let verdict = HistoryChecker.check(history, record, soldOut: true)
        result.take(verdict)
        result.turnedAway = history.operations.count { $0.wasTurnedAway }
        result.recovery = Recovery(
            history.operations,
            instances: rig.instances.count,
            struckAt: times.struckAt,
            healedAt: times.healedAt
        )
        try "\(verdict)\n".write(
            toFile: "\(options.folder)/\(fault.name).verdict.txt",
            atomically: true,
            encoding: .utf8
        )
    }

    private func save(_ instances: [Instance], of result: FaultResult) throws {
        for instance in instances {
            let name = "\(options.folder)/\(fault.name).instance-\(instance.number).log"
            try instance.log.write(toFile: name, atomically: true, encoding: .utf8)
        }
    }
}
