import Kernel
import Sales
import Testing

@testable import API

@Suite struct ProvenTokensTests {
    private let proven = ProvenTokens()
    private let anna = ProvenTokens.Claims(user: UserID(stored: "anna"), end: 7)

    @Test func remembersTheLastTokensAndThoseThatAreUsed() {
        proven.keep(ExactText("first"), anna)
        proven.keep(ExactText("used"), anna)
        for number in 0..<(2 * ProvenTokens.capacity) {
            #expect(proven.claims(of: ExactText("used")) == anna)
            proven.keep(ExactText("token \(number)"), anna)
        }

        #expect(proven.claims(of: ExactText("first")) == nil)
        #expect(proven.claims(of: ExactText("token \(ProvenTokens.capacity)")) == anna)
        #expect(proven.claims(of: ExactText("other")) == nil)
    }

    @Test func holdsNoLongTokens() {
        let long = ExactText(String(repeating: "a", count: ProvenTokens.maxBytes + 1))

        proven.keep(long, anna)

        #expect(proven.claims(of: long) == nil)
    }
}
