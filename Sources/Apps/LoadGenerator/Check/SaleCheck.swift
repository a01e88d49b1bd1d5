/// Compares the record of purchases with what shoppers were told; fed row by row.
struct SaleCheck: Sendable {
    private let ledger: Ledger
    private let sale: TargetSale
    private let itemPrefix: [UInt8]
    private let userPrefix: [UInt8]
    private let mustBeSoldOut: Bool
    private var isOnRecord: [Bool]
    private var unitsOfUsers: [UInt16] = []
    private var unitsOfOthers: [[UInt8]: Int] = [:]
    private var found = Findings()
    private var confirmed = 0
    /// Rows for items of the sale.
    private(set) var soldItems = 0

    /// `userPrefix` is what the users of this run are called before their number.
    init(_ ledger: Ledger, of sale: TargetSale, userPrefix: String, mustBeSoldOut: Bool) {
        self.ledger = ledger
        self.sale = sale
        self.itemPrefix = Array(sale.itemPrefix.utf8)
        self.userPrefix = Array(userPrefix.utf8)
        self.mustBeSoldOut = mustBeSoldOut
        isOnRecord = Array(repeating: false, count: sale.totalItems)
    }

    /// Takes a record of the export.
    mutating func take(_ row: PurchaseRow) {
        guard let item = row.itemNumber(after: itemPrefix), (1...max(1, sale.totalItems)).contains(item) else {
            return found.add("an item that is not in the sale is on record: \(row.text)")
        }
        soldItems += 1
        if isOnRecord[item - 1] { return found.add("item \(item) is on record twice") }
        isOnRecord[item - 1] = true
        count(row)
        compare(item, row)
    }

    /// The broken promises, once all rows were taken.
    var findings: [String] {
        var found = found
        if soldItems > sale.totalItems { found.add("\(soldItems) units of \(sale.totalItems) are sold") }
        if mustBeSoldOut, soldItems < sale.totalItems {
            found.add("only \(soldItems) units of \(sale.totalItems) are sold, although all were wanted")
        }
        if confirmed < ledger.acknowledged {
            found.add("\(ledger.acknowledged - confirmed) acknowledged units are not on record as they were told")
        }
        return ledger.wrongAnswers.summary + found.summary
    }

    private mutating func compare(_ item: Int, _ row: PurchaseRow) {
        if let told = ledger.buyer(of: item) {
            if told.code == row.code, told.user == row.userNumber(after: userPrefix) {
                confirmed += 1
            } else {
                found.add("item \(item) was acknowledged to user \(told.user) and is on record as \(row.text)")
            }
        } else if sale.isOwn, !ledger.unknownCodes.contains(row.code) {
            // In a sale that is not ours others buy too.
            found.add("item \(item) is on record and nobody was told: \(row.text)")
        }
    }

    private mutating func count(_ row: PurchaseRow) {
        let units: Int
        if let user = row.userNumber(after: userPrefix), user < 1 << 27 {
            if user >= unitsOfUsers.count {
                let missing = max(user + 1 - unitsOfUsers.count, unitsOfUsers.count)
                unitsOfUsers.append(contentsOf: repeatElement(0, count: missing))
            }
            unitsOfUsers[user] += 1
            units = Int(unitsOfUsers[user])
        } else {
            unitsOfOthers[Array(row.user), default: 0] += 1
            units = unitsOfOthers[Array(row.user)] ?? 0
        }
        if units == sale.itemsPerUser + 1 { found.add("a user has more than \(sale.itemsPerUser) units: \(row.text)") }
    }
}
