import HTTP
import Kernel
import Sales

/// The API that shoppers' clients and monitoring call.
public struct ShopperAPI: Sendable {
    /// What the API needs beside the sales context.
    public struct Surroundings: Sendable {
        /// The service's version, for `/health`.
        public var version: String
        /// How the service is.
        public var health: @Sendable () async -> Health
        /// The Prometheus exposition.
        public var metrics: @Sendable () async -> [UInt8]
        /// The most purchases a second; `nil` for no cap.
        public var cap: AdmissionCap?

        /// Puts the surroundings together.
        public init(
            version: String,
            health: @escaping @Sendable () async -> Health,
            metrics: @escaping @Sendable () async -> [UInt8],
            cap: AdmissionCap? = nil
        ) {
            self.version = version
            self.health = health
            self.metrics = metrics
            self.cap = cap
        }
    }

    /// The routes.
    public let router: HTTPRouter

    /// Registers every route.
    public init(sales: Sales, surroundings: Surroundings) {
        var router = HTTPRouter()
        CheckoutRoutes(sales: sales).register(in: &router)
        PurchaseRoutes(sales: sales, cap: surroundings.cap).register(in: &router)
        SaleRoutes(sales: sales, pages: ItemPages(repository: sales.repository)).register(in: &router)
        ItemImages().register(in: &router)
        ProblemRoutes().register(in: &router)
        HealthRoutes(
            version: surroundings.version,
            health: surroundings.health,
            metrics: surroundings.metrics
        ).register(in: &router)
        self.router = router
    }
}
