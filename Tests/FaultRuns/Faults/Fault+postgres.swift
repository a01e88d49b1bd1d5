import TestSupport

extension Fault {
    /// The record goes away, comes back, is full, is locked.
    static let postgres = [
        Fault(
            name: "postgres-crash",
            summary: "immediate stop (a crash as PostgreSQL sees it), started again a second later"
        ) { rig in
            let process = try await rig.record.number("SELECT pg_backend_pid()")
            try await rig.postgres.stop(immediately: true)
            guard !Rig.isAlive(process) else { throw FaultRunError.didNotFire("backend \(process) lives") }
            try await Task.sleep(for: .seconds(1))
            try await rig.postgres.start()
            return "the server's processes gone, recovered by its log"
        },
        Fault(
            name: "postgres-killed",
            summary: "all its processes killed by signal 9, started again at once"
        ) { rig in
            let before = try await rig.record.text("SELECT pg_postmaster_start_time()")
            try await rig.postgres.kill()
            try await rig.postgres.start()
            let after = try await rig.record.text("SELECT pg_postmaster_start_time()")
            guard before != after else { throw FaultRunError.didNotFire("the server runs since \(before)") }
            return "the server's processes gone, recovered by its log"
        },
        Fault(
            name: "postgres-frozen",
            summary: "all its processes stopped for 4 s: connections stay open, nothing answers"
        ) { rig in
            try await rig.postgres.suspend()
            let answer = await rig.isAnswered(within: .seconds(1)) { try await rig.record.number("SELECT 1") }
            try await Task.sleep(for: .seconds(3))
            try await rig.postgres.resume()
            guard !answer else { throw FaultRunError.didNotFire("PostgreSQL answered") }
            return "`SELECT 1` without an answer"
        },
        Fault(
            name: "postgres-sessions-terminated",
            summary: "all sessions of the service terminated, again and again for 3 s"
        ) { rig in
            let terminated = try await rig.repeating(for: .seconds(3), every: .milliseconds(30)) {
                try await rig.record.number(
                    "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity "
                        + "WHERE \(Record.ofService)"
                )
            }
            guard terminated >= 20 else { throw FaultRunError.didNotFire("\(terminated) sessions terminated") }
            return "\(terminated) sessions terminated"
        },
        Fault(
            name: "postgres-connections-exhausted",
            summary: "every connection of the server taken by others for 3 s, the service's own terminated"
        ) { rig in
            try await rig.withoutFreeConnections { try await Task.sleep(for: .seconds(3)) }
        },
        Fault(
            name: "postgres-table-locked",
            summary: "`LOCK TABLE items, buyers` held by somebody for 3 s"
        ) { rig in
            try await rig.whileLocked(by: "LOCK TABLE items, buyers IN ACCESS EXCLUSIVE MODE", for: .seconds(3))
        },
        Fault(
            name: "postgres-row-locked",
            summary: "the sale's row locked by somebody for 3 s"
        ) { rig in
            try await rig.whileLocked(
                by: "SELECT FROM sales WHERE sale_no = \(rig.sale.number) FOR UPDATE",
                for: .seconds(3)
            )
        },
        Fault(
            name: "postgres-disk-full",
            summary: "the disk of its tables full for 3 s: each write that needs a new page is refused",
            smallDisk: .tables
        ) { rig in
            try await rig.whileDiskIsFull(for: .seconds(3))
        },
        Fault(
            name: "postgres-log-disk-full",
            summary: "the disk of its write-ahead log full: it panics, is given room, and is started again",
            smallDisk: .log
        ) { rig in
            try await rig.untilLogHasFilledItsDisk()
        },
    ]
}
