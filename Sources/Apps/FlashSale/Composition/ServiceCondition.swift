import API
import Kernel
import Sales
import Synchronization

/// Whether this instance is ready for traffic, and whether it can sell.
final class ServiceCondition: Sendable {
    private struct State {
        var hasReadBoard = false
        var hasPreparedSchedule = false
        var isDraining = false
    }

    private let state = Mutex(State())
    private let start = Instant.now
    private let repository: any SaleRepository
    private let isRedisUp: @Sendable () -> Bool

    init(repository: any SaleRepository, isRedisUp: @escaping @Sendable () -> Bool) {
        self.repository = repository
        self.isRedisUp = isRedisUp
    }

    func boardWasRead() { state.withLock { $0.hasReadBoard = true } }

    func scheduleWasPrepared() { state.withLock { $0.hasPreparedSchedule = true } }

    func startDraining() { state.withLock { $0.isDraining = true } }

    /// Asks PostgreSQL for its clock; everything else is known.
    func health() async -> Health {
        let isReady = state.withLock { $0.hasReadBoard && $0.hasPreparedSchedule && !$0.isDraining }
        return Health(
            isReady: isReady,
            isPostgresUp: await isPostgresUp(),
            isRedisUp: isRedisUp(),
            uptimeSeconds: (Instant.now - start).components.seconds
        )
    }

    /// Whether this instance is to get traffic.
    func isReady() async -> Bool {
        let health = await health()
        return health.isReady && health.isPostgresUp
    }

    private func isPostgresUp() async -> Bool {
        do {
            _ = try await repository.now()
            return true
        } catch { return false }
    }
}
