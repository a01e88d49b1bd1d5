import Kernel
import Sales
import Testing

@Suite struct RateQuotaTests {
    @Test(arguments: [
        ("20/10s", 20, 10), ("1/s", 1, 1), ("100/m", 100, 60), ("5/2h", 5, 7200), ("1000000/24h", 1_000_000, 86_400),
    ])
    func readsRequestsPerTime(_ text: String, _ requests: Int, _ seconds: Int) throws {
        let quota = try #require(RateQuota(text))

        #expect(quota.requests == requests && quota.seconds == seconds)
    }

    @Test(arguments: [
        "", "on", "20", "20/", "/10s", "20/10", "20/s10", "0/10s", "-1/s", "20/0s", "1000001/s", "1/25h", "1/86401s",
        "1/2/s",
        " 1/s", "1/9223372036854775807h",
    ])
    func refusesWhatIsNoQuota(_ text: String) {
        #expect(RateQuota(text) == nil)
    }

    @Test func spreadsTheQuotaSoThatItHolds() throws {
        let quota = try #require(RateQuota("3/10s"))

        #expect(quota.intervalMicroseconds == 3_333_334)
        #expect(quota.windowMicroseconds == 10_000_002)
    }
}
