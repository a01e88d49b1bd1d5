import Kernel
import TestSupport

/// The way from one writer to the record, with everything that can happen on it.
struct SimulatedLink: RecordLink {
    let world: World
    let host: Host
    let dice: Dice

    private var scheduler: Scheduler { world.scheduler }

    func connect() async -> Bool {
        guard await host.pass() else { return false }
        guard world.isRecordAway || dice.perMille(world.weather.connectRefused) else { return true }
        world.log.count(.recordAway)
        await scheduler.sleep(dice.time(.milliseconds(1), .milliseconds(50)))
        return false
    }

    func read<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async -> Answer? {
        await travel()
        guard await host.pass() else { return nil }
        guard !world.isRecordAway, !dice.perMille(world.weather.readLost) else {
            world.log.count(.readLost)
            await noticeLoss()
            return nil
        }
        let answer = body()
        await travel()
        return await host.pass() ? answer : nil
    }

    func flush(_ body: @escaping @Sendable () -> FlushAnswer) async -> FlushAnswer? {
        guard await host.pass() else { return nil }
        // From here on the flush is on its way, whatever becomes of the instance.
        await travel()
        let fate = fate()
        switch fate {
        case .performed:
            let answer = body()
            if answer == .conflict { world.log.count(.conflictOfVersions) }
            world.log.note(20, UInt64(answer == .committed ? 1 : 0), text: "flush: \(answer)")
            await travel()
            return await host.pass() ? answer : nil
        case .refused(let answer):
            world.log.note(21, text: "flush refused: \(answer)")
            await travel()
            return await host.pass() ? answer : nil
        case .lost: world.log.note(22, text: "flush never arrives")
        case .replyLost:
            let answer = body()
            world.log.note(23, UInt64(answer == .committed ? 1 : 0), text: "flush: \(answer), reply lost")
        case .late(let after): performLate(body, after: after)
        }
        await noticeLoss()
        return nil
    }

    private enum Fate {
        case performed, refused(FlushAnswer), lost, replyLost, late(VirtualTime)
    }

    private func fate() -> Fate {
        let weather = world.weather
        func happens(_ share: Int, _ branch: Branch) -> Bool {
            guard dice.perMille(share) else { return false }
            world.log.count(branch)
            return true
        }
        if world.isRecordAway || happens(weather.flushNeverArrives, .flushNeverArrived) { return .lost }
        if happens(weather.replyLost, .replyLost) { return .replyLost }
        // Half of the late ones meet the rerun at its work.
        let delay: VirtualTime = dice.perMille(500) ? .milliseconds(60) : .milliseconds(2500)
        if dice.perMille(weather.flushLate) { return .late(dice.time(.milliseconds(1), delay)) }
        if happens(weather.flushConflict, .conflictInjected) { return .refused(.conflict) }
        if happens(weather.flushRejected, .rejected) { return .refused(.rejected) }
        if happens(weather.flushAway, .recordAway) { return .refused(.away) }
        return .performed
    }

    /// The server takes what was sent out of its socket's buffer after the client has given the connection up.
    private func performLate(_ body: @escaping @Sendable () -> FlushAnswer, after span: VirtualTime) {
        let log = world.log
        log.note(24, text: "flush is held up for \(span)")
        scheduler.at(scheduler.now + span) {
            let answer = body()
            log.count(answer == .committed ? .lateFlushWon : .lateFlushFailed)
            log.note(25, UInt64(answer == .committed ? 1 : 0), text: "late flush: \(answer)")
        }
    }

    private func travel() async {
        let isSlow = dice.perMille(world.weather.slow)
        await scheduler.sleep(dice.time(.microseconds(100), isSlow ? .milliseconds(400) : .milliseconds(2)))
    }

    /// A connection that was reset is noticed at once, one that is silent after the flush's time limit.
    private func noticeLoss() async {
        await scheduler.sleep(dice.perMille(200) ? .seconds(3) : dice.time(.microseconds(100), .milliseconds(30)))
        _ = await host.pass()
    }
}
