import Kernel
import Testing

@testable import Sales

@Suite struct IdentifierTests {
    @Test func saleIdsAreTheirNumbersInText() {
        let id = SaleID(number: 1_234_567)

        #expect(id.description == "S-0000015NM7")
        #expect(SaleID(id.description) == id)
    }

    @Test(arguments: ["", "S-", "S-1", "s-0000000001", "S-000000000a", "S-00000000011", "X-0000000001", "S-00000000O1"])
    func refusesTextsThatNameNoSale(_ text: String) { #expect(SaleID(text) == nil) }

    @Test func generatedItemIdsCarryTheirKey() throws {
        let key = ItemKey(sale: SaleID(number: 42), number: 10_000)
        let id = ItemID(generated: key)

        #expect(id.description == "I-000000001A-10000")
        #expect(try ItemID(id.description).generatedKey == key)
    }

    @Test(arguments: [
        "I-000000001A-0", "I-000000001A-01", "I-000000001A-", "I-000000001A-99999999999", "I-000000001a-1", "item-1",
    ])
    func otherItemIdsCarryNothing(_ text: String) throws { #expect(try ItemID(text).generatedKey == nil) }

    @Test func codesReadWhatTheyWriteAndNameTheirSale() throws {
        let code = CheckoutCode(
            sale: SaleID(number: 7),
            secret: CodeSecret(at: Timestamp(microseconds: 1_700_000_000_000_000), from: SystemRandomSource())
        )

        #expect(code.description.utf8.count == 41)
        #expect(code.description.hasPrefix("CHK-S-0000000007-"))
        #expect(try CheckoutCode.read(code.description) == code)
    }

    @Test(arguments: ["CHK-1", "chk-S-0000000007-000000000000000000000000", "CHK-S-0000000007-00000000000000000000000"])
    func textsThatAreNoCodeAreNone(_ text: String) throws { #expect(try CheckoutCode.read(text) == nil) }

    @Test func refusesEmptyLongAndNULTexts() {
        #expect(throws: InvalidText(reason: "must not be empty")) { try UserID("") }
        #expect(throws: InvalidText(reason: "must be at most 255 characters long")) {
            try UserID(String(repeating: "ü", count: 256))
        }
        #expect(throws: InvalidText(reason: "must not contain the character NUL")) { try ItemID("a\u{0}") }
        #expect(throws: InvalidText(reason: "must be at most 64 characters long")) {
            try CheckoutCode.read(String(repeating: "C", count: 65))
        }
        #expect(throws: Never.self) { try UserID(String(repeating: "ü", count: 255)) }
    }
}

@Suite struct SaleWindowTests {
    @Test func windowIsHalfOpenAndGraceIsForIssuedCodes() {
        let sale = Sale.testing(seconds: 100, grace: 60)
        let start = sale.startsAt
        let beforeStart = Timestamp(microseconds: start.microseconds - 1)

        #expect(sale.checkoutWindow(at: beforeStart) == .notActive(opensAt: start))
        #expect(sale.checkoutWindow(at: start) == .open)
        #expect(sale.checkoutWindow(at: sale.endsAt) == .ended)
        #expect(sale.purchaseWindow(at: sale.endsAt) == .open)
        #expect(sale.purchaseWindow(at: sale.endsAt.adding(seconds: 60)) == .ended)
    }

    @Test func operatorsEndAtOnceAndPauseForAWhile() {
        var sale = Sale.testing(seconds: 100, grace: 60)
        sale.state = .paused
        #expect(sale.checkoutWindow(at: sale.startsAt) == .notActive(opensAt: nil))
        #expect(sale.status(at: sale.startsAt, soldOut: false) == .paused)
        #expect(sale.checkoutWindow(at: sale.endsAt) == .ended)

        sale.state = .ended
        #expect(sale.purchaseWindow(at: sale.startsAt) == .ended)
        #expect(sale.status(at: sale.startsAt, soldOut: false) == .ended)
    }

    @Test func runsOutInsteadOfClosing() {
        var sale = Sale.testing(seconds: 100, grace: 0)
        sale.afterEnd = .runOut
        let late = sale.endsAt.adding(seconds: 1_000_000)

        #expect(sale.checkoutWindow(at: late) == .open)
        #expect(sale.status(at: late, soldOut: false) == .active)
        #expect(sale.status(at: late, soldOut: true) == .ended)
    }
}

@Suite struct SaleScheduleTests {
    @Test func namesTheRunningHourAndTheNext() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-21T10:37:12Z"))

        let slots = SaleSchedule.hourly.slots(at: now)

        #expect(slots.map(\.startsAt.description) == ["2026-11-21T10:00:00.000000Z", "2026-11-21T11:00:00.000000Z"])
        #expect(slots[0].endsAt == slots[1].startsAt)
        #expect(slots[0].name == "Flash sale of 2026-11-21 10:00 UTC")
        #expect(SaleSchedule.off.slots(at: now).isEmpty)
    }
}

@Suite struct GeneratedItemsTests {
    @Test func areBelievableAndAlwaysTheSame() throws {
        let key = ItemKey(sale: SaleID(number: 3), number: 17)
        let items = (1...500).map { GeneratedItems.item(ItemKey(sale: key.sale, number: $0)) }

        #expect(GeneratedItems.item(key) == GeneratedItems.item(key))
        #expect(Set(items.map(\.name)).count > 300)
        #expect(items.allSatisfy { $0.price.amountMinor > 0 && $0.price.currency == "EUR" })
        #expect(GeneratedItems.item(key).imageURL == "/images/I-0000000003-17.svg")
        #expect(GeneratedItems.imageURL(try ItemID("a/ü?b~1")) == "/images/a%2F%C3%BC%3Fb~1.svg")
    }
}

@Suite struct BloomFilterTests {
    @Test func neverForgetsAndSeldomErrs() {
        var filter = BloomFilter(capacity: 10_000)
        for number in 0..<10_000 { filter.insert("sold-\(number)".utf8) }

        let forgotten = (0..<10_000).count { !filter.mayContain("sold-\($0)".utf8) }
        let falsePositives = (0..<100_000).count { filter.mayContain("other-\($0)".utf8) }

        #expect(forgotten == 0)
        #expect(falsePositives < 200)
        #expect(filter.probes == 10)
        #expect((143_700...143_900).contains(filter.bitCount))
        #expect(filter.estimatedFalsePositives < 0.002)
    }

    @Test func travelsAsBytes() {
        var filter = BloomFilter(capacity: 100)
        filter.insert("a".utf8)

        #expect(BloomFilter(bytes: filter.bytes) == filter)
        #expect(BloomFilter(bytes: [] as [UInt8]) == nil)
        #expect(BloomFilter(bytes: filter.bytes.dropLast()) == nil)
    }

    @Test func hashesTheSameInEveryProcess() {
        let (first, second) = BloomFilter.hash("I-0000000001-1".utf8)

        #expect(first == 0x4db513fc6553618f)
        #expect(second == 0xc6351b56c416346f)
    }

    @Test func canBeMadeToAnswerYesForEverything() {
        #expect(BloomFilter.saturated.mayContain("anything".utf8))
    }
}

@Suite struct SoldUnitsTests {
    @Test func remembersBitsAndCountsThem() {
        var units = SoldUnits([1, 64, 65, 1])
        var more = SoldUnits()
        more.insert(200)
        units.formUnion(more)

        #expect(units.count == 4)
        #expect(units.contains(64) && units.contains(200) && !units.contains(2) && !units.contains(9999))
        #expect(Array(units.numbers) == [1, 64, 65, 200])
    }
}

@Suite struct SoldItemsTests {
    @Test func putsGeneratedAndImportedIDsIntoOneFilter() throws {
        let sale = SaleID(number: 7)
        let imported = try ItemID("lamp-é")
        var items = SoldItems()
        for number: Int32 in [9, 63, 1024] { items.insert(number) }
        items.insert(64, importedID: imported)

        let filter = items.filter(of: sale, capacity: 1000)

        #expect(items.count == 4)
        #expect(Array(items.units.numbers) == [9, 63, 64, 1024])
        for id in ["I-0000000007-9", "I-0000000007-63", "I-0000000007-1024"] { #expect(filter.mayContain(id.utf8)) }
        #expect(filter.mayContain(imported.text.string.utf8))
        #expect(!filter.mayContain("I-0000000007-64".utf8))
    }
}

extension Sale {
    /// A sale of 20 items from 2026-01-01 on.
    static func testing(_ number: Int64 = 1, seconds: Int64 = 3600, grace: Int32 = 60, limit: Int32 = 10) -> Sale {
        let start = Timestamp(microseconds: 1_767_225_600_000_000)
        return Sale(
            stored: SaleID(number: number),
            name: "test",
            startsAt: start,
            endsAt: start.adding(seconds: seconds),
            state: .open,
            afterEnd: .close,
            itemsPerUser: limit,
            graceSeconds: grace,
            totalItems: 20,
            controlVersion: 1,
            gateEpoch: 1,
            createdAt: start
        )
    }
}
