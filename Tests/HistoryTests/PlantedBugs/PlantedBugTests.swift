import History
import TestSupport
import Testing

/// The service in one process, under a crowd.
@Suite(.serialized) struct PlantedBugTests {
    @Test func theServiceAsItIsPasses() async throws {
        let shop = try await Shop.make(instances: 2, redis: try await TestRedis.privateServer()) { _, _ in }

        let verdict = try await shop.rush(seed: 1)

        #expect(verdict.isClean, "\(verdict)")
        #expect(verdict.operations >= 3000)
        try await shop.redis.remove()
    }
}
