import Foundation
import History
import TestSupport

// What the loss of Redis costs.
extension RecoveryRuns {
    /// Redis is emptied when most of a large stock is sold; the gate is exact once it holds every fact again.
    func gateRebuilt() async throws -> RecoveryFigure {
        var figure = RecoveryFigure(
            name: "Redis emptied with \(Self.largeStock) items, 80 % sold → every fact in it again",
            unit: "ms",
            aim: 2000
        )
        var large = options
        large.items = Self.largeStock
        figure.runs = try await Rig.with(Self.fault("gate", instances: 1), large, recorder: HistoryRecorder()) { rig in
            let facts = try await sellMost(of: rig)
            var runs: [Double] = []
            for _ in 0..<repeats {
                try await Wait.until("the gate is open") { try await rig.gateIsOpen() ? true : nil }
                // At any point of the service's rhythm.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1000..<2000)))
                guard try await rig.redis.forgetAll() > 0 else { throw FaultRunError("Redis was empty") }
                let start = ContinuousClock.now
                try await Wait.until("the gate is exact", every: .milliseconds(2)) {
                    try await rig.gateFacts() == facts ? true : nil
                }
                runs.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            return runs
        }
        return figure
    }

    /// Throughput without Redis as a share of that with it, pair by pair.
    func withoutRedis() async throws -> RecoveryFigure {
        var figure = RecoveryFigure(
            name: "throughput of flow on PostgreSQL alone, as a share of that with Redis",
            unit: "%",
            aim: 80,
            isBetterHigher: true
        )
        figure.runs = try await Rig.with(
            Self.fault("without", instances: 1),
            options,
            recorder: HistoryRecorder()
        ) { rig in
            try await rig.useUpLog()
            _ = try await throughput(rig)  // to working temperature
            var runs: [Double] = []
            for pair in 0..<repeats {
                // In turn, because the disk grows slower and faster over minutes.
                let first = try await pair.isMultiple(of: 2) ? throughput(rig) : throughputAlone(rig)
                let second = try await pair.isMultiple(of: 2) ? throughputAlone(rig) : throughput(rig)
                runs.append((pair.isMultiple(of: 2) ? second / first : first / second) * 100)
            }
            return runs
        }
        return figure
    }

    /// The same while Redis is stopped.
    private func throughputAlone(_ rig: Rig) async throws -> Double {
        try await rig.redis.server.stop()
        let throughput = try await throughput(rig)
        try await rig.redis.server.start()
        try await Wait.until("Redis is in use again") {
            let health = try await Caller.call("GET", "/health", port: rig.instances[0].port)
            return health.member("status") as? String == "healthy" ? true : nil
        }
        return throughput
    }

    /// Flows a second of fresh users at 64 connections, on a sale of its own whose promises are checked.
    private func throughput(_ rig: Rig) async throws -> Double {
        let file = options.folder + "/load.jsonl"
        let instance = rig.instances[0]
        try await Command.run(
            load,
            "flow",
            "--url",
            "http://127.0.0.1:\(instance.port)",
            "--admin-url",
            "http://127.0.0.1:\(instance.adminPort)",
            "--admin-token",
            Caller.token,
            "--quiet",
            "--connections",
            "64",
            "--warm-up",
            "1",
            "--duration",
            "5",
            "--json",
            file
        )
        let last = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").last ?? ""
        guard let report = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any],
            let throughput = report["throughput"] as? Double, throughput > 0
        else { throw FaultRunError("flashsale-load reports no throughput") }
        return throughput
    }

    /// Puts purchases of most units on record, ten to a buyer; returns how many units, and buyers at the limit.
    private func sellMost(of rig: Rig) async throws -> [Int] {
        let (sold, sale) = (Self.largeStock * 8 / 10, rig.sale.number)
        try await rig.record.execute(
            """
            INSERT INTO buyers (sale_no, user_id, ver, bought, lim)
                SELECT \(sale), 'crowd-' || n, 2, 10, 10 FROM generate_series(1, \(sold / 10)) n;
            INSERT INTO checkouts (sale_no, code, user_id, opened_at)
                SELECT \(sale), md5(n::text)::uuid, 'crowd-' || n, now() FROM generate_series(1, \(sold / 10)) n;
            INSERT INTO purchases (sale_no, code, user_id, status, body, decided_at, cart)
                SELECT \(sale), md5(n::text)::uuid, 'crowd-' || n, 200, '{}', now(),
                    ARRAY(SELECT generate_series(10 * n - 9, 10 * n)) FROM generate_series(1, \(sold / 10)) n;
            UPDATE items SET sold = true, sold_code = md5(((item_no + 9) / 10)::text)::uuid
                WHERE sale_no = \(sale) AND item_no <= \(sold);
            """
        )
        return [sold, sold / 10]
    }
}

extension Rig {
    /// How many sold units and how many buyers at the limit Redis knows under an epoch; zeros without one.
    fileprivate func gateFacts() async throws -> [Int] {
        let key = "fs:{\(sale.number)}:"
        let replies = try await redis.console.run([
            ["BITCOUNT", key + "sold"], ["SCARD", key + "full"], ["EXISTS", key + "epoch"],
        ]).map { Int($0) ?? 0 }
        return replies[2] == 1 ? Array(replies[..<2]) : [0, 0]
    }

    /// Whether Redis has an epoch, and so facts, of the sale.
    fileprivate func gateIsOpen() async throws -> Bool {
        try await redis.console.run("EXISTS", "fs:{\(sale.number)}:epoch") == "1"
    }

    /// Uses up new segments of the write-ahead log, whose first use costs tens of milliseconds each.
    fileprivate func useUpLog() async throws {
        try await record.execute("CREATE TABLE fill (x int)")
        for number in 0..<40 {
            try await record.execute("INSERT INTO fill VALUES (\(number))")
            try await record.execute("SELECT pg_switch_wal()")
        }
        try await record.execute("DROP TABLE fill")
        try await record.execute("CHECKPOINT")
    }
}
