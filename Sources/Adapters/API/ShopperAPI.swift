import HTTP
import Kernel
import Sales
import WebPages

/// The API that shoppers' clients and monitoring call.
public struct ShopperAPI: Sendable {
    /// What the API needs beside the sales context.
    public struct Surroundings: Sendable {
        /// The service's version, for `/health`.
        public var version: String
        /// How the service is.
        public var health: @Sendable () async -> Health
        /// The metrics in a format.
        public var metrics: @Sendable (MetricsFormat) async -> [UInt8]
        /// Lets requests in as far as they can be answered in time.
        public var door: LoadShedding
        /// What is told of sales.
        public var feeds: SaleFeeds
        /// What users may do; `nil` for no quota.
        public var quota: UserQuota?
        /// Who calls; `nil` where `user_id` is believed.
        public var tokens: ShopperTokens?

        /// Puts the surroundings together.
        public init(
            version: String,
            health: @escaping @Sendable () async -> Health,
            metrics: @escaping @Sendable (MetricsFormat) async -> [UInt8],
            door: LoadShedding,
            feeds: SaleFeeds,
            quota: UserQuota? = nil,
            tokens: ShopperTokens? = nil
        ) {
            self.version = version
            self.health = health
            self.metrics = metrics
            self.door = door
            self.feeds = feeds
            self.quota = quota
            self.tokens = tokens
        }
    }

    /// The routes.
    public let router: HTTPRouter

    /// Registers every route.
    public init(sales: Sales, surroundings: Surroundings) {
        var router = HTTPRouter()
        let door = ShopperDoor(load: surroundings.door, tokens: surroundings.tokens)
        CheckoutRoutes(sales: sales, door: door, quota: surroundings.quota).register(in: &router)
        PurchaseRoutes(sales: sales, door: door).register(in: &router)
        SaleRoutes(sales: sales, pages: ItemPages(repository: sales.repository), door: door.load).register(in: &router)
        EventRoutes(feeds: surroundings.feeds, door: door.load).register(in: &router)
        ItemImages().register(in: &router)
        PageRoutes(WebPages.storefront, at: "/", with: WebPages.parts + WebPages.storefrontAssets)
            .register(in: &router)
        ProblemRoutes().register(in: &router)
        HealthRoutes(
            version: surroundings.version,
            health: surroundings.health,
            metrics: surroundings.metrics
        ).register(in: &router)
        self.router = router
    }
}
