/// What browsers are given: the shoppers' storefront and the operators' live view, as the files are.
///
/// No build step stands between these files and the browser: what is read here is what runs there. A file's address is
/// its folder and name, so that a module finds another one by the same relative path in the tree and on the wire.
public enum WebPages {
    /// A file with its place.
    public struct File: Sendable {
        /// Folder and name, such as `parts/base.css`.
        public let path: String
        /// The content.
        public let bytes: [UInt8]

        init(_ path: String, _ bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// What shoppers see at `/`.
    public static let storefront = File("storefront/storefront.html", PackageResources.storefront_html)
    /// What operators see at `/live`.
    public static let live = File("operators/live.html", PackageResources.live_html)

    /// What only the storefront loads.
    public static let storefrontAssets: [File] = [
        File("storefront/api.js", PackageResources.api_js),
        File("storefront/browse.js", PackageResources.browse_js),
        File("storefront/cart.css", PackageResources.cart_css),
        File("storefront/cart.js", PackageResources.cart_js),
        File("storefront/cartview.js", PackageResources.cartview_js),
        File("storefront/catalogue.js", PackageResources.catalogue_js),
        File("storefront/checkout.js", PackageResources.checkout_js),
        File("storefront/clock.js", PackageResources.clock_js),
        File("storefront/grid.js", PackageResources.grid_js),
        File("storefront/hero.css", PackageResources.hero_css),
        File("storefront/hero.js", PackageResources.hero_js),
        File("storefront/items.css", PackageResources.items_css),
        File("storefront/nextsale.js", PackageResources.nextsale_js),
        File("storefront/outcome.js", PackageResources.outcome_js),
        File("storefront/problems.js", PackageResources.problems_js),
        File("storefront/purchase.js", PackageResources.purchase_js),
        File("storefront/sales.js", PackageResources.sales_js),
        File("storefront/shopper.js", PackageResources.shopper_js),
        File("storefront/soldbits.js", PackageResources.soldbits_js),
        File("storefront/storefront.js", PackageResources.storefront_js),
        File("storefront/watch.js", PackageResources.watch_js),
    ]

    /// What only the live view loads.
    public static let operatorAssets: [File] = [
        File("operators/charts.js", PackageResources.charts_js),
        File("operators/condition.js", PackageResources.condition_js),
        File("operators/live.css", PackageResources.live_css),
        File("operators/live.js", PackageResources.live_js),
        File("operators/salestable.js", PackageResources.salestable_js),
        File("operators/sparkline.js", PackageResources.sparkline_js),
        File("operators/stream.js", PackageResources.stream_js),
    ]

    /// What both load.
    public static let parts: [File] = [
        File("parts/base.css", PackageResources.base_css),
        File("parts/dom.js", PackageResources.dom_js),
        File("parts/format.js", PackageResources.format_js),
        File("parts/icon.svg", PackageResources.icon_svg),
        File("parts/kept.js", PackageResources.kept_js),
        File("parts/store.js", PackageResources.store_js),
    ]
}
