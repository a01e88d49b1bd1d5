import Glibc

extension Fault {
    /// Instances end, stop, start, and are more than one.
    static let service = [
        Fault(name: "two-instances", summary: "nothing breaks; two instances sell one sale") { rig in
            try await Task.sleep(for: .seconds(1))
            return try await rig.proofThatEachInstanceSells()
        },
        Fault(
            name: "three-instances",
            summary: "nothing breaks; three instances sell one sale",
            instances: 3
        ) { rig in
            try await Task.sleep(for: .seconds(1))
            return try await rig.proofThatEachInstanceSells()
        },
        Fault(
            name: "service-killed",
            summary: "one of two instances killed by signal 9, started again a second later"
        ) { rig in
            let proof = try await rig.kill(0)
            try await Task.sleep(for: .seconds(1))
            try rig.instances[0].start()
            try await rig.instances[0].untilReady()
            return proof
        },
        Fault(
            name: "service-killed-alone",
            summary: "the only instance killed by signal 9 three times, started again at once",
            instances: 1
        ) { rig in
            var proofs: [String] = []
            for _ in 0..<3 {
                proofs.append(try await rig.kill(0))
                try rig.instances[0].start()
                try await rig.instances[0].untilReady()
                try await Task.sleep(for: .milliseconds(300))
            }
            return proofs.joined(separator: ", ")
        },
        Fault(
            name: "service-suspended",
            summary: "one of two instances stopped by SIGSTOP for 6 s: past the lock's expiry, the leases' renewal "
                + "and the server's patience with an idle transaction"
        ) { rig in
            let sleeper = rig.instances[0]
            sleeper.signal(SIGSTOP)
            var seen = 0
            for _ in 0..<12 {
                try await Task.sleep(for: .milliseconds(500))
                if sleeper.processState == "T" { seen += 1 }
            }
            sleeper.signal(SIGCONT)
            guard seen == 12 else { throw FaultRunError.didNotFire("process state T seen \(seen) times of 12") }
            return "process state T for 6 s"
        },
        Fault(
            name: "service-terminated",
            summary: "three instances drained by SIGTERM in turn, each started again",
            instances: 3
        ) { rig in
            var times: [String] = []
            for instance in rig.instances {
                times.append("\(try await instance.terminate().milliseconds) ms")
                try instance.start()
                try await instance.untilReady()
            }
            return "exit code 0 after \(times.joined(separator: ", "))"
        },
    ]

    /// The time of day of instances is wrong; the machine's own clock is never set.
    static let clock = [
        Fault(
            name: "clock-off",
            summary: "three instances, one an hour ahead, one an hour behind, from start to end",
            instances: 3,
            clockShifts: [3600, -3600, 0]
        ) { rig in
            try await Task.sleep(for: .seconds(1))
            var shown: [String] = []
            for (instance, shift) in zip(rig.instances, [3600, -3600, 0]) {
                let off = try await rig.clockError(of: instance)
                guard abs(off - shift) <= 5 else {
                    throw FaultRunError.didNotFire("the clock of instance \(instance.number) is off by \(off) s")
                }
                shown.append("\(off) s")
            }
            return "`Date` off by \(shown.joined(separator: ", ")); \(try await rig.proofThatEachInstanceSells())"
        }
    ]
}
