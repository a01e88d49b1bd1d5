import Kernel
import RedisStores
import Synchronization
import Testing

@testable import Sales

/// What a round of audits asks of the record, and how fast.
@Suite struct AuditRoundTests {
    @Test func restsBetweenAuditsAndNotAfterTheLast() async throws {
        try await APIHarness.with { harness in
            for _ in 0..<3 { _ = try await harness.store.makeSale(limit: 3) }
            try await harness.sales.refreshSaleBoard.execute()
            let clock = HurriedClock()
            let round = AuditLiveSales(
                audit: harness.sales.auditSale,
                leases: harness.gate.gates.leases,
                board: harness.store.board,
                time: SystemTimeSource(),
                clock: clock,
                metrics: NoMetrics(),
                interval: .seconds(60)
            )

            let broken = try await round.execute()

            #expect(broken.isEmpty)
            #expect(clock.sleeps.count == 2 && clock.sleeps.allSatisfy { $0 > .zero }, "\(clock.sleeps)")
        }
    }
}

/// Writes down how long it was to sleep, and does not.
private final class HurriedClock: Clock {
    private let asked = Mutex<[Duration]>([])

    var sleeps: [Duration] { asked.withLock { $0 } }
    var now: Instant { .now }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        asked.withLock { $0.append(deadline - now) }
    }
}
