import Kernel
import TestSupport
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
        var random = SplitMix64(seed: 7)
        let codes = (0..<300_000).map { _ in code(random.next()) }
        let strangers = codes.filter { underWay.enter($0) }.count

        #expect(codes.suffix(131_072).allSatisfy { underWay.remembers($0) })
        #expect(strangers > 270_000)
    }

    private func code(_ number: UInt64) -> CheckoutCode {
        CheckoutCode(sale: SaleID(number: 1), secret: CodeSecret(storedHigh: 0, low: number))
    }
}
