import TestSupport

extension Fault {
    /// The gate forgets, stops, goes back in time.
    static let redis = [
        Fault(name: "redis-emptied", summary: "FLUSHALL every 100 ms for 3 s") { rig in
            let forgotten = try await rig.repeating(for: .seconds(3), every: .milliseconds(100)) {
                try await rig.redis.forgetAll()
            }
            guard forgotten > 0 else { throw FaultRunError.didNotFire("there was nothing to forget") }
            return "\(forgotten) keys forgotten, none left each time"
        },
        Fault(name: "redis-scripts-flushed", summary: "SCRIPT FLUSH every 50 ms for 3 s") { rig in
            let forgotten = try await rig.repeating(for: .seconds(3), every: .milliseconds(50)) {
                try await rig.redis.forgetScripts()
            }
            guard forgotten > 0 else { throw FaultRunError.didNotFire("no script was loaded") }
            return "\(forgotten) loaded scripts forgotten"
        },
        Fault(
            name: "redis-killed",
            summary: "killed by signal 9, its files deleted, started empty two seconds later"
        ) { rig in
            let keys = try await rig.redis.killAndDeleteFiles()
            try await Task.sleep(for: .seconds(2))
            try await rig.redis.server.start()
            let left = try await rig.redis.console.run("DBSIZE")
            return "process gone, \(keys) keys before, \(left) after the start"
        },
        Fault(name: "redis-paused", summary: "CLIENT PAUSE for 3 s: it takes commands and answers none") { rig in
            try await rig.redis.console.run("CLIENT", "PAUSE", "3000", "ALL")
            let start = ContinuousClock.now
            try await rig.redis.console.run("PING")
            let silence = ContinuousClock.now - start
            guard silence >= .seconds(2) else { throw FaultRunError.didNotFire("PING took \(silence)") }
            return "PING took \(silence.milliseconds) ms"
        },
        Fault(
            name: "redis-old-epoch",
            summary: "the epoch rises, then an old replica takes over that holds the last epoch's facts, all of them "
                + "untrue by now: every unit sold, every shopper at the limit",
            links: [.redis],
            hasReplica: true
        ) { rig in
            try await rig.failOverToOldEpoch()
        },
        Fault(
            name: "redis-stale-replica",
            summary: "a replica takes over that missed the last two seconds, within the same epoch",
            links: [.redis],
            hasReplica: true
        ) { rig in
            try await rig.failOverToStaleReplica()
        },
        Fault(
            name: "redis-failed-over",
            summary: "the master killed by signal 9, another chosen by three sentinels, the old one started again "
                + "with what its file holds",
            hasSentinels: true
        ) { rig in
            try await rig.failOverBySentinels()
        },
    ]
}
