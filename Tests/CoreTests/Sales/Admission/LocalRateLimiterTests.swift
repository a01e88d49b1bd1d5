import Kernel
import Synchronization
import Testing

@testable import Sales

@Suite struct LocalRateLimiterTests {
    private let time = SteppingTime()
    private let anna = UserID(stored: "anna")
    private let sale = SaleID(number: 1)

    private func limiter(_ quota: String) throws -> LocalRateLimiter {
        LocalRateLimiter(quota: try #require(RateQuota(quota)), time: time)
    }

    @Test func letsAWholeQuotaInAtOnceAndThenOneAnInterval() async throws {
        let limiter = try limiter("5/10s")

        var verdicts: [RateVerdict] = []
        for _ in 0..<6 { verdicts.append(await limiter.take(anna, in: sale)) }

        #expect(verdicts.map(\.isAllowed) == [true, true, true, true, true, false])
        #expect(verdicts.map(\.remaining) == [4, 3, 2, 1, 0, 0])
        #expect(verdicts[4].resetsAfter == .seconds(10) && verdicts[5].retryAfter == .seconds(2))
        time.advance(by: .seconds(2))
        let next = await limiter.take(anna, in: sale)
        let another = await limiter.take(anna, in: sale)
        #expect(next.isAllowed && !another.isAllowed)
    }

    @Test func countsEachUserAndEachSaleByItself() async throws {
        let limiter = try limiter("1/h")
        _ = await limiter.take(anna, in: sale)

        #expect(await limiter.take(anna, in: sale).isAllowed == false)
        #expect(await limiter.take(UserID(stored: "ben"), in: sale).isAllowed)
        #expect(await limiter.take(anna, in: SaleID(number: 2)).isAllowed)
    }

    @Test func goesOnFromWhereTheGateHadCome() async throws {
        let limiter = try limiter("5/10s")

        limiter.learn(anna, in: sale, lead: .seconds(7))

        #expect(limiter.knownRefusal(of: anna, in: sale) == nil)
        #expect(await limiter.take(anna, in: sale).isAllowed)
        #expect(limiter.knownRefusal(of: anna, in: sale)?.retryAfter == .seconds(1))
        time.advance(by: .seconds(1))
        #expect(limiter.knownRefusal(of: anna, in: sale) == nil)
    }

    @Test func remembersABoundedNumberOfUsers() async throws {
        let limiter = try limiter("1/h")
        for number in 0..<LocalRateLimiter.capacity { _ = await limiter.take(UserID(stored: "\(number)"), in: sale) }
        let first = UserID(stored: "0")
        #expect(limiter.knownRefusal(of: first, in: sale) != nil)

        _ = await limiter.take(anna, in: sale)

        #expect(limiter.knownRefusal(of: first, in: sale) == nil)
        #expect(limiter.knownRefusal(of: anna, in: sale) != nil)
    }
}

/// Time that moves when told to.
private final class SteppingTime: TimeSource {
    private let instant = Mutex(Instant.now)

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) { instant.withLock { $0 += duration } }
}
