import Kernel
import Testing

@testable import Sales

/// Which codes an instance takes for copies.
struct PurchasesUnderWayTests {
    private let underWay = PurchasesUnderWay()

    @Test func takesTheSecondRequestForACopy() {
        #expect(underWay.enter(code(1)))
        #expect(!underWay.enter(code(1)))
        #expect(underWay.enter(code(2)))
    }

    @Test func remembersACodeWhenItsRequestsAreAnswered() {
        _ = underWay.enter(code(1))
        underWay.leave(code(1))

        #expect(!underWay.enter(code(1)))
    }

    @Test func isDecidingUntilTheLastCopyIsAnswered() {
        _ = underWay.enter(code(1))
        _ = underWay.enter(code(1))
        underWay.leave(code(1))
        let afterTheFirst = underWay.contains(code(1))
        underWay.leave(code(1))

        #expect(afterTheFirst)
        #expect(!underWay.contains(code(1)))
    }

    @Test func remembersTheLast131072CodesAndTakesFewStrangersForKnown() {
        var random = SplitMix(state: 7)
        let codes = (0..<300_000).map { _ in code(random.next()) }
        let strangers = codes.filter { underWay.enter($0) }.count

        #expect(codes.suffix(131_072).allSatisfy { underWay.remembers($0) })
        #expect(strangers > 270_000)
    }

    private func code(_ number: UInt64) -> CheckoutCode {
        CheckoutCode(sale: SaleID(number: 1), secret: CodeSecret(storedHigh: 0, low: number))
    }
}

/// SplitMix64: even enough to stand for random codes.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
