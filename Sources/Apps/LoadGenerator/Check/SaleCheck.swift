/// Compares the record of purchases with what shoppers were told; fed row by row.
struct SaleCheck: Sendable {
    private let ledger: Ledger
    private let sale: TargetSale
    private let userPrefix: [UInt8]
    private let mustBeSoldOut: Bool
    private var isSold: [Bool]
    private var perUser: [[UInt8]: Int] = [:]
    private var perOwnUser: [UInt16] = []
    private var findings = Findings()
    private(set) var soldItems = 0
    private(set) var acknowledgedOnRecord = 0

    init(_ ledger: Ledger, of sale: TargetSale, userPrefix: String, mustBeSoldOut: Bool) {
        self.ledger = ledger
        self.sale = sale
        self.userPrefix = Array(userPrefix.utf8)
        self.mustBeSoldOut = mustBeSoldOut
        isSold = Array(repeating: false, count: sale.totalItems)
    }

    /// Takes a record of the export: sale, item, user, code, time.
    mutating func take(_ row: PurchaseRow) {
        guard let item = row.item(prefix: sale.itemPrefix), (1...sale.totalItems).contains(item) else {
            return findings.add("an item that is not in the sale is on record: \(row.text)")
        }
        soldItems += 1
        if isSold[item - 1] { findings.add("item \(item) is on record twice") }
        isSold[item - 1] = true
        let user = row.user(prefix: userPrefix)
        count(user, row)
        compare(item, user, row.code)
    }

    /// The broken promises, once all rows were taken.
    func findings(isComplete: Bool) -> [String] {
        var findings = findings
        if !isComplete { findings.add("the export of purchases broke off") }
        if soldItems > sale.totalItems { findings.add("\(soldItems) of \(sale.totalItems) items are sold") }
        if mustBeSoldOut, soldItems < sale.totalItems {
            findings.add("only \(soldItems) of \(sale.totalItems) items are sold although shoppers wanted all of them")
        }
        if acknowledgedOnRecord < ledger.acknowledged {
            findings.add("\(ledger.acknowledged - acknowledgedOnRecord) acknowledged purchases are not on record")
        }
        return ledger.wrongAnswers.summary + findings.summary
    }

    private mutating func compare(_ item: Int, _ user: Int?, _ code: CodeTail) {
        guard let told = ledger.buyer(of: item) else {
            // Somebody else may buy in a sale that is not ours, and an answer may have got lost.
            if sale.isOwn, !ledger.unknownCodes.contains(code) {
                findings.add("item \(item) is on record and nobody was told so")
            }
            return
        }
        if told.code == code, told.user == user {
            acknowledgedOnRecord += 1
        } else {
            findings.add(
                "item \(item) was acknowledged to user \(told.user), and is on record for another user or code"
            )
        }
    }

    private mutating func count(_ user: Int?, _ row: PurchaseRow) {
        guard let user, user < 1 << 27 else {
            perUser[Array(row.userText), default: 0] += 1
            if perUser[Array(row.userText)] == sale.itemsPerUser + 1 { findings.add("above the limit: \(row.text)") }
            return
        }
        if user >= perOwnUser.count {
            perOwnUser.append(contentsOf: repeatElement(0, count: max(user + 1 - perOwnUser.count, perOwnUser.count)))
        }
        perOwnUser[user] += 1
        if Int(perOwnUser[user]) == sale.itemsPerUser + 1 { findings.add("user \(user) is above the limit") }
    }
}
