import Kernel
import Sales
import Synchronization

/// What this instance's own batches have just left on record, so that the next one need not read it again.
///
/// Shared by the writers: a checkout leaves the cart that its purchase settles. Only believed, never trusted: another
/// instance may have changed any of it, so what is decided by it is compared by the commit, and what turned out wrong
/// is forgotten. A lock guards it; a batch takes it twice.
final class BatchMemory: Sendable {
    /// At most 32,768 buyers are remembered, in two tables of half a megabyte; with a short cart one takes half a kilobyte.
    ///
    /// With 5,000 carts at a time, one in 1,300 is then forgotten before its purchase.
    private static let bits = 15

    /// A buyer's row; an object, so that both tables hold a reference.
    private final class Entry: Sendable {
        let key: BuyerKey
        let buyer: Buyer
        /// What the cart holds, where all of it is known.
        let items: [Item]?

        init(_ key: BuyerKey, _ buyer: Buyer, items: [Item]?) {
            self.key = key
            self.buyer = buyer
            self.items = items
        }
    }

    private struct Content {
        var identity: RecordIdentity?
        private var buyers = SetAssociativeCache<BuyerKey, Entry>(bits: BatchMemory.bits)
        private var open = SetAssociativeCache<CheckoutCode, Entry>(bits: BatchMemory.bits)

        init(of identity: RecordIdentity? = nil) { self.identity = identity }

        /// Of another record, be it the same one on another timeline, nothing remembered is true.
        mutating func begin(_ identity: RecordIdentity) {
            guard self.identity != identity else { return }
            self = Content(of: identity)
        }

        func entry(of key: BuyerKey) -> Entry? {
            buyers[key].flatMap { $0.key == key ? $0 : nil }
        }

        func entry(of code: CheckoutCode) -> Entry? {
            open[code].flatMap { $0.buyer.openCode == code ? $0 : nil }
        }

        mutating func put(_ entry: Entry, after known: Entry?) {
            if let known, known.buyer.version >= entry.buyer.version { return }
            if let code = entry.buyer.openCode { open[code] = entry }
            buyers[entry.key] = entry
        }

        mutating func forget(_ key: BuyerKey) { buyers[key] = nil }

        mutating func forget(_ code: CheckoutCode) { open[code] = nil }
    }

    private let content = Mutex(Content())

    /// The rows of `keys` that are remembered of the record `identity`.
    func buyers(_ keys: some Sequence<BuyerKey>, of identity: RecordIdentity) -> [BuyerKey: Buyer] {
        content.withLock { content in
            guard content.identity == identity else { return [:] }
            var buyers: [BuyerKey: Buyer] = [:]
            for key in keys {
                if let entry = content.entry(of: key) { buyers[key] = entry.buyer }
            }
            return buyers
        }
    }

    /// The open checkouts of `codes`, all their items unsold; `nil` unless every one is remembered, with an item.
    func checkouts(of codes: Set<CheckoutCode>, of identity: RecordIdentity) -> [CheckoutCode: RedeemableCheckout]? {
        content.withLock { content in
            guard content.identity == identity else { return nil }
            var checkouts: [CheckoutCode: RedeemableCheckout] = [:]
            checkouts.reserveCapacity(codes.count)
            for code in codes {
                guard let entry = content.entry(of: code), let items = entry.items, !items.isEmpty else { return nil }
                checkouts[code] = RedeemableCheckout(
                    user: entry.key.user,
                    version: entry.buyer.version,
                    isOpen: true,
                    bought: entry.buyer.bought,
                    limit: entry.buyer.limit,
                    lines: items.map { CartLine(item: $0, isSold: false) },
                    outcome: nil
                )
            }
            return checkouts
        }
    }

    /// Takes in the buyers' rows that a checkout batch has committed, and the items that it met.
    func remember(_ writes: CheckoutWrites, _ items: [ItemKey: Item], of identity: RecordIdentity) {
        content.withLock { content in
            content.begin(identity)
            for row in writes.buyers {
                let (key, buyer) = (row.key, row.buyer)
                let before = content.entry(of: key)
                let held = buyer.cart.compactMap { line in
                    items[ItemKey(sale: key.sale, number: line.number)]
                        ?? before?.items?.first { $0.key.number == line.number }
                }
                let isWhole = held.count == buyer.cart.count
                content.put(Entry(key, buyer, items: isWhole ? held : nil), after: before)
            }
        }
    }

    /// Takes in what a purchase batch has committed: the buyers have no open code any more.
    func remember(_ purchases: [PurchaseDecision.Decided], of identity: RecordIdentity) {
        content.withLock { content in
            content.begin(identity)
            for decided in purchases {
                let key = decided.key
                content.forget(decided.purchase.code)
                let buyer = Buyer(
                    version: decided.version + 1,
                    openCode: nil,
                    bought: decided.bought,
                    limit: decided.limit,
                    cart: []
                )
                content.put(Entry(key, buyer, items: []), after: content.entry(of: key))
            }
        }
    }

    /// Forgets buyers of whom something remembered may be wrong, with the codes that they were met by.
    func forget(_ buyers: some Sequence<(key: BuyerKey, code: CheckoutCode?)>) {
        content.withLock { content in
            for (key, code) in buyers {
                for code in [code, content.entry(of: key)?.buyer.openCode] {
                    if let code { content.forget(code) }
                }
                content.forget(key)
            }
        }
    }
}
