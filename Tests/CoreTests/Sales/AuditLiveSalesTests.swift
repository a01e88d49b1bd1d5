import Testing

@testable import Sales

@Suite struct AuditLiveSalesTests {
    @Test(
        arguments: [
            // took, sales, rest: milliseconds
            (20, 1, 80), (20, 100, 80),
            (200, 50, 760), (200, 80, 400), (200, 240, 0), (200, 1_000, 0),
            (50_000, 1, 0), (0, 0, 0),
        ]
    )
    func restsLongerThanItWorksWhileTheRoundAllowsIt(took: Int, sales: Int, rest: Int) {
        let result = AuditLiveSales.rest(after: .milliseconds(took), among: sales, every: .seconds(60))

        #expect(result == .milliseconds(rest))
    }
}
