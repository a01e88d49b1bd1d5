import LuaScripts
import Redis
import Sales
import TestSupport
import Testing

/// `rate_limit.lua` against another way to count: a bucket that holds a quota and is filled evenly.
struct RateLimitScriptTests {
    /// What a bucket of microseconds says; whole numbers, so that there is one right answer.
    private struct Bucket {
        let interval: Int64
        let size: Int64
        var level: Int64
        var last: Int64

        mutating func take(at now: Int64) -> (isAllowed: Bool, lead: Int64) {
            level = min(size, level + now - last)
            last = now
            let isAllowed = level >= interval
            if isAllowed { level -= interval }
            return (isAllowed, size - level)
        }
    }

    /// The script as it is but for the clock, which is two more arguments, and by which keys do not expire.
    private static var onGivenTime: String {
        LuaScripts.rateLimit.source
            .replacing("redis.call('TIME')", with: "{ ARGV[3], ARGV[4] }")
            .replacing("math.ceil(lead / 1000)", with: "600000")
    }

    @Test(arguments: ["1/s", "5/10s", "7/1s", "20/10s", "60/m", "33/24h"], [1, 2, 3, 4])
    func agreesWithABucketOverRandomArrivals(_ text: String, _ seed: UInt64) async throws {
        let quota = try #require(RateQuota(text))
        let script = Self.onGivenTime
        #expect(script.contains("ARGV[4]") && script.contains("600000"))
        try await GateHarness.with { gate in
            var random = SplitMix64(seed: seed)
            var now: Int64 = 1_795_000_000_000_000
            var bucket = Bucket(
                interval: quota.intervalMicroseconds,
                size: quota.windowMicroseconds,
                level: quota.windowMicroseconds,
                last: now
            )
            var disagreements: [String] = []
            var limited = 0

            for arrival in 0..<5000 {
                // Mostly twice as fast as allowed, now and then nothing for a while.
                let pause = random.next() % 400 == 0
                let farthest = pause ? quota.windowMicroseconds : quota.intervalMicroseconds
                now += Int64.random(in: 0...farthest, using: &random)
                let expected = bucket.take(at: now)
                let reply = await gate.run(
                    "EVAL",
                    script,
                    "1",
                    gate.key("rate:anna"),
                    "\(quota.intervalMicroseconds)",
                    "\(quota.windowMicroseconds)",
                    "\(now / 1_000_000)",
                    "\(now % 1_000_000)"
                )
                let word = expected.isAllowed ? "ALLOWED" : "LIMITED"
                limited += expected.isAllowed ? 0 : 1
                if reply != .array([.bulk(Array(word.utf8)), .integer(expected.lead)]) {
                    disagreements.append("\(arrival): \(String(describing: reply)), not \(word) \(expected.lead)")
                }
            }

            #expect(disagreements.prefix(3) == [])
            #expect(limited > 500 && limited < 4500)
        }
    }
}
