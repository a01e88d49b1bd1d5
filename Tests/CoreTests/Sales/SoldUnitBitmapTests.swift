import Testing

@testable import Sales

@Suite struct SoldUnitBitmapTests {
    @Test(arguments: [1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1_000])
    func drawsItsBitmapFromTheFirstUnitOn(total: Int) {
        for _ in 0..<20 {
            let sold = (1...Int32(total)).filter { _ in Bool.random() }
            let bitmap = SoldUnits(sold).bitmap(of: total)

            #expect(bitmap.count == (total + 7) / 8)
            let set = (0..<Int32(bitmap.count * 8)).filter { bitmap[Int($0) >> 3] & (1 << UInt8($0 & 7)) != 0 }
            #expect(set.map { $0 + 1 } == sold)
        }
    }

    @Test func leavesUnitsBeyondTheStockOutOfItsBitmap() {
        #expect(SoldUnits([0, 1, 10, 11, 64, 500]).bitmap(of: 10) == [1, 2])
        #expect(SoldUnits([1]).bitmap(of: 0) == [])
        #expect(SoldUnits().bitmap(of: 9) == [0, 0])
    }

    @Test func tellsWhatIsNotAmongOthers() {
        let units = SoldUnits([1, 2, 64, 700])

        #expect(Array(units.subtracting(SoldUnits([2, 700, 900])).numbers) == [1, 64])
        #expect(units.subtracting(units) == SoldUnits())
        #expect(units.subtracting(units).isEmpty)
        #expect(units.subtracting(SoldUnits()) == units)
        #expect(SoldUnits().subtracting(units).isEmpty)
    }

    @Test func isTheSameFromWordsAndFromNumbers() {
        #expect(SoldUnits(words: [0b10, 1, 0, 0]) == SoldUnits([1, 64]))
        #expect(SoldUnits(words: [0, 0]) == SoldUnits())
    }
}
