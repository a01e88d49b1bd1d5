/// How a run wishes, whatever its scenario.
struct Wishes: Sendable {
    var itemsPerCheckout = 1
    /// Shoppers to choose from, in turn; `nil` makes a fresh user for every operation.
    var users: Int?
    var seed: UInt64 = 1
    /// Items are handed out at random within each so many; `nil`: by number.
    var shuffledBlock: Int? = 10_000
    /// What the users of this run are called, before their number.
    var userPrefix = "u"
}

/// A sale and its shoppers as the scenarios see them: requests, answers, and what was acknowledged.
final class Market {
    /// Items on a page, the service's own default.
    static let pageSize = 100

    let sale: TargetSale
    let wishes: Wishes
    var ledger: Ledger
    var random: SeededRandom
    private(set) var soldItems = 0
    private var users = 0
    private var isKnownSold: [Bool]
    private let checkoutHead: [UInt8]
    private let salePath: [UInt8]
    private let itemPrefix: [UInt8]

    init(sale: TargetSale, wishes: Wishes, ledger: Ledger, firstUser: Int = 0) {
        self.sale = sale
        self.wishes = wishes
        self.ledger = ledger
        users = firstUser
        random = SeededRandom(seed: wishes.seed)
        isKnownSold = Array(repeating: false, count: sale.totalItems)
        checkoutHead = Array("POST /checkout?user_id=\(wishes.userPrefix)".utf8)
        itemPrefix = Array(sale.itemPrefix.utf8)
        salePath = Array("GET /sales/\(sale.id)".utf8)
    }

    /// The user of the next operation.
    func nextUser() -> Int {
        defer { users += 1 }
        return wishes.users.map { users % $0 } ?? users
    }

    /// Whether every item was seen to be sold.
    var isSoldOut: Bool { soldItems == sale.totalItems }

    // Requests.

    func writeCheckout(_ item: Int, by user: Int, _ request: inout RequestBuffer) {
        request.write(checkoutHead)
        request.write(decimal: user)
        request.write("&item_id=")
        request.write(itemPrefix)
        request.write(decimal: item)
        request.endPost()
    }

    func writePurchase(_ code: [UInt8], _ request: inout RequestBuffer) {
        request.write("POST /purchase?code=")
        request.write(code)
        request.endPost()
    }

    func writeSalePage(_ request: inout RequestBuffer) {
        request.write(salePath)
        request.endGet()
    }

    /// Asks for the page of items behind a number, unless it is the one with that tag.
    func writeItemsPage(after number: Int, onlyUnsold: Bool, tag: [UInt8]? = nil, _ request: inout RequestBuffer) {
        request.write(salePath)
        request.write("/items?limit=")
        request.write(decimal: Self.pageSize)
        if onlyUnsold { request.write("&available=true") }
        if number > 0 {
            request.write("&cursor=")
            request.write(decimal: number)
        }
        if let tag { request.endGet(ifNoneMatch: tag) } else { request.endGet() }
    }

    /// The number before a page that any shopper may look at: the first, or some place further on.
    func anyPage() -> Int { random.below((sale.totalItems + Self.pageSize - 1) / Self.pageSize) * Self.pageSize }

    // Answers.

    /// Takes the answer to a checkout and keeps its code; false where it was refused.
    func takeCheckout(_ answer: Answer, _ visit: Visit, of item: Int) -> Bool {
        guard answer.status < 500 else {
            ledger.unknownAttempts += 1
            return false
        }
        ledger.attempts += 1
        if answer.status == 200, let code = answer.code {
            visit.code.removeAll(keepingCapacity: true)
            visit.code.append(contentsOf: code)
            return true
        }
        if answer.status == 200 { ledger.addWrongAnswer("a checkout was answered without a code") }
        if answer.isRefused("item_already_sold") { noteSold(item) }
        return false
    }

    /// Takes the answer to a purchase and enters what was bought; false where nothing was.
    func takePurchase(_ answer: Answer, _ visit: Visit) -> Bool {
        let tail = CodeTail(visit.code)
        guard answer.status == 200 else {
            if answer.status >= 500 || answer.isRefused("purchase_in_progress") {
                ledger.leaveOpen(tail)
            }
            JSONScan.ids(in: "failed_items", of: answer.body) { noteSold(number(of: $0) ?? 0) }
            return false
        }
        var bought = 0
        JSONScan.ids(in: "purchased_items", of: answer.body) { id in
            bought += 1
            let item = number(of: id) ?? 0
            ledger.acknowledge(item: item, user: visit.user, code: tail)
            noteSold(item)
        }
        if ledger.acknowledged == sale.totalItems, ledger.soldOutAt == 0 { ledger.soldOutAt = Engine.now() }
        if bought == 0 { ledger.addWrongAnswer("a purchase was answered 200 without an item") }
        return bought > 0
    }

    /// The number in a generated id of this sale.
    func number(of id: UnsafeRawBufferPointer) -> Int? {
        guard id.count > itemPrefix.count, id.starts(with: itemPrefix) else { return nil }
        return Decimal.value(id[itemPrefix.count...])
    }

    func isSold(_ item: Int) -> Bool { isKnownSold[item - 1] }

    func noteSold(_ item: Int) {
        guard (1...sale.totalItems).contains(item), !isKnownSold[item - 1] else { return }
        isKnownSold[item - 1] = true
        soldItems += 1
    }
}
