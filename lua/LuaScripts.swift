/// The gate's scripts as text: one business step each, with its contract in the first lines.
public enum LuaScripts {
    /// A script with its name, which is also its label in metrics.
    public struct Text: Sendable {
        /// The file's name without its ending.
        public let name: String
        /// The script.
        public let source: String

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            source = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Tells whether a proven fact refuses a checkout at once.
    public static let checkout = Text("checkout", PackageResources.checkout_lua)
    /// Replay the outcome of a code, or take the lock on it.
    public static let purchaseBegin = Text("purchase_begin", PackageResources.purchase_begin_lua)
    /// Take in the facts of a committed batch, and release its locks.
    public static let purchaseFinish = Text("purchase_finish", PackageResources.purchase_finish_lua)
    /// Give the lock on a code back without an outcome.
    public static let purchaseAbort = Text("purchase_abort", PackageResources.purchase_abort_lua)
    /// Make the gate hold facts of an epoch.
    public static let openSale = Text("open_sale", PackageResources.open_sale_lua)
    /// Publish a sold-item filter.
    public static let bloomPut = Text("bloom_put", PackageResources.bloom_put_lua)
    /// The published filter, where it is newer.
    public static let bloomGet = Text("bloom_get", PackageResources.bloom_get_lua)
    /// Everything that the gate holds of a sale.
    public static let gateFacts = Text("gate_facts", PackageResources.gate_facts_lua)
    /// Claim work that one instance should do.
    public static let leaseTake = Text("lease_take", PackageResources.lease_take_lua)
    /// Give a claim on work back.
    public static let leaseRelease = Text("lease_release", PackageResources.lease_release_lua)

    /// Take one request out of a user's quota.
    public static let rateLimit = Text("rate_limit", PackageResources.rate_limit_lua)

    /// Every script.
    public static let all = [
        checkout, purchaseBegin, purchaseFinish, purchaseAbort, openSale, bloomPut, bloomGet, gateFacts, leaseTake,
        leaseRelease, rateLimit,
    ]
}
