import Kernel
import Testing

@testable import History

/// Each check passes the good run and fails on the smallest bad one of its own.
@Suite struct HistoryCheckerTests {
    @Test func passesAGoodRun() {
        let verdict = Story.good.verdict

        #expect(verdict.isClean, "\(verdict)")
        #expect(verdict.operations == 5)
    }

    @Test func missesUnsoldUnitsWhereAllMustBeSold() {
        let story = Story.good

        let verdict = HistoryChecker.check(History(story.operations), story.record, soldOut: true)

        #expect(verdict.failed == [.soldOut])
    }

    @Test func seesAUnitInTwoOutcomes() {
        var story = Story.good
        story.checkout("cem", "a", code: "3")
        story.purchase("3", "cem", bought: ["a"])

        #expect(story.verdict.failed.contains(.noOversell))
    }

    @Test func seesAUnitAcknowledgedTwice() {
        var story = Story.good
        story.tell(
            .init(process: 0, .purchase, node: 0, code: "2"),
            .init(.ok, status: 200, items: ["a"], body: "{}")
        )

        #expect(story.verdict.failed.contains(.noOversell))
    }

    @Test func seesASoldUnitWithoutAPurchase() {
        var story = Story.good
        story.record.units.updateValue("2", forKey: "b")

        #expect(story.verdict.failed == [.conservation])
    }

    @Test func seesAWrongTotal() {
        var story = Story.good
        story.record.buyers["ann"]?.bought = 2

        #expect(story.verdict.failed == [.conservation])
    }

    @Test func seesAPurchaseAboveTheLimit() {
        var story = Story()
        story.record.window.limit = 1
        story.checkout("ann", "a", code: "1")
        story.checkout("ann", "b", code: "1")
        story.purchase("1", "ann", bought: ["a", "b"])

        #expect(story.verdict.failed == [.limits])
    }

    @Test func missesAnAcknowledgedPurchase() {
        var story = Story.good
        story.record.purchases["1"] = nil
        story.record.units.updateValue(nil, forKey: "a")

        #expect(story.verdict.failed.contains(.noLostAcknowledgement))
    }

    @Test func seesOtherBytesOnRecord() {
        var story = Story.good
        story.record.purchases["1"]?.body += " "

        #expect(story.verdict.failed == [.noLostAcknowledgement])
    }

    @Test func missesAnAcceptedItem() {
        var story = Story.good
        story.record.buyers["bob"]?.cart = []

        #expect(story.verdict.failed == [.noLostAcknowledgement])
    }

    @Test func seesARemovedItemBought() {
        var story = Story.good
        story.checkout("bob", "c", code: "2")
        story.remove("c", from: "2", of: "bob")
        #expect(story.verdict.isClean, "\(story.verdict)")

        story.record.buyers["bob"]?.cart.append("c")

        #expect(story.verdict.failed == [.removalsHold])
    }

    @Test func seesAPurchaseThatNobodyAskedFor() {
        var story = Story()
        story.checkout("ann", "a", code: "1")
        story.purchase("1", "ann", bought: ["a"])
        let asked = History(Array(story.operations.prefix(1)))

        #expect(HistoryChecker.check(asked, story.record).failed == [.noPhantom])
    }

    /// One name for people, two for the service.
    @Test func tellsCanonicallyEquivalentUsersApart() {
        var story = Story()
        story.checkout("Zo\u{EB}", "a", code: "1")
        story.checkout("Zoe\u{308}", "b", code: "2")
        #expect(story.verdict.isClean, "\(story.verdict)")

        story.record.checkouts["2"] = "Zo\u{EB}"

        #expect(story.verdict.failed.contains(.noLostAcknowledgement))
    }

    @Test func seesAReplayWithOtherBytes() {
        var story = Story.good
        story.change(3) { $0.body = "{}" }

        #expect(story.verdict.failed.contains(.replaysIdentical))
    }

    @Test func seesADecidedCodeThatIsThenNotFound() {
        var story = Story.good
        story.refuse(code: "1", .findPurchase, "purchase_not_found")

        #expect(story.verdict.failed == [.replaysIdentical])
    }

    @Test func seesACheckoutAfterTheEnd() {
        var story = Story.good
        story.wait(seconds: 60)
        story.checkout("cem", "c", code: "3")

        #expect(story.verdict.failed == [.windowRespected])
    }

    /// The time on record may be what is wrong.
    @Test func seesACheckoutAfterTheEndThatClaimsToBeEarlier() {
        var story = Story.good
        story.wait(seconds: 60)
        story.checkout("cem", "c", code: "3")
        story.record.attempts[story.record.attempts.count - 1].attemptedAt = 0

        #expect(story.verdict.failed == [.windowRespected])
    }

    @Test func seesACheckoutWhileTheSaleIsPaused() {
        var story = Story.good
        story.control(.pause)
        story.refuse("cem", "c", "sale_not_active")
        story.control(.resume)
        story.checkout("cem", "c", code: "3")
        #expect(story.verdict.isClean, "\(story.verdict)")

        story.control(.pause)
        story.checkout("dan", "c", code: "4")
        story.control(.resume)

        #expect(story.verdict.failed == [.windowRespected])
    }

    @Test func seesAnUnsoldUnitCalledSold() {
        var story = Story.good
        story.refuse("cem", "c", "item_already_sold")

        #expect(story.verdict.failed == [.soldIsFinal])
    }

    @Test func seesAUnitCalledSoldBeforeItWas() {
        var story = Story()
        story.checkout("ann", "a", code: "1")
        story.refuse("bob", "a", "item_already_sold")
        story.purchase("1", "ann", bought: ["a"])

        #expect(story.verdict.failed == [.soldIsFinal])
    }

    @Test func seesALimitThatWasNotReached() {
        var story = Story.good
        story.refuse("bob", "c", "user_limit_exceeded")

        #expect(story.verdict.failed == [.refusalsHaveCause])
    }

    @Test func seesARunningSaleCalledOver() {
        var story = Story.good
        story.refuse("bob", "c", "sale_ended")

        #expect(story.verdict.failed == [.refusalsHaveCause])
    }

    @Test func seesAnIssuedCodeDenied() {
        var story = Story.good
        story.refuse(code: "2", .purchase, "checkout_not_found")

        #expect(story.verdict.failed == [.refusalsHaveCause])
    }

    @Test func seesAFullCartCalledEmpty() {
        var story = Story.good
        story.refuse(code: "2", .purchase, "checkout_empty")

        #expect(story.verdict.failed == [.refusalsHaveCause])
    }

    @Test func resolvesUnknownAnswersEitherWay() {
        var story = Story.good
        story.purchase("2", "bob", bought: ["b"], ending: .unknown)
        story.checkout("cem", "c", code: "3")
        story.tell(.init(process: 0, .purchase, node: 0, code: "3"), .init(.unknown, problem: "timed_out"))

        let verdict = story.verdict

        #expect(verdict.isClean, "\(verdict)")
        #expect(verdict.unknownPurchases == (1, 1))
    }

    @Test func seesACodeThatIsNeitherOpenNorDecided() {
        var story = Story.good
        story.record.buyers["bob"]?.openCode = nil
        story.record.buyers["bob"]?.cart = []
        story.record.checkouts["2"] = "bob"

        #expect(story.verdict.failed.contains(.unknownsResolved))
    }

    @Test func seesAPurchaseWhoseClientsWereToldNo() {
        var story = Story.good
        story.purchase("2", "bob", bought: ["b"])
        story.change(5) { $0 = .init(.refused, status: 404, problem: "checkout_empty") }

        #expect(story.verdict.failed.contains(.unknownsResolved))
    }

    @Test func seesTwoOpenCodesOfOneUser() {
        var story = Story.good
        story.checkout("bob", "c", code: "3")
        story.checkout("bob", "b", code: "2")
        story.record.buyers["bob"] = .init(openCode: "2", cart: ["b", "c"], bought: 0)

        #expect(story.verdict.failed.contains(.oneOpenCode))
    }

    @Test func missesAnAttempt() {
        var story = Story.good
        story.record.attempts.removeLast()

        #expect(story.verdict.failed == [.attemptsPersisted])
    }

    @Test func forgivesARefusalThatDiedWithItsInstance() {
        var story = Story.good
        story.record.attempts.removeLast()
        story.control(.kill, node: 0)
        #expect(story.verdict.isClean, "\(story.verdict)")

        story = Story.good
        story.record.attempts.removeLast()
        story.control(.kill, node: 1)
        #expect(story.verdict.failed == [.attemptsPersisted])
    }

    @Test func seesAnAttemptThatNobodyMade() {
        var story = Story.good
        story.attempt("bob", "b", "accepted")

        #expect(story.verdict.failed == [.noPhantom])
    }

    @Test func seesASoldUnitAcceptedByAnInstanceThatShouldKnow() {
        var story = Story.good
        story.checkout("cem", "a", code: "3")

        #expect(story.verdict.failed == [.equalAnswers])
    }

    @Test func reportsWhatItFound() {
        var story = Story.good
        story.refuse("cem", "c", "item_already_sold")

        let report = story.verdict.description

        #expect(report.contains("✗ P2 soldIsFinal: 1"))
        #expect(report.contains("c was called sold and is not"))
        #expect(report.contains("checkout(cem, c) at instance 0 → refused 409 item_already_sold"))
    }

    @Test func everyCheckHasABadRun() {
        // A check without a test above would be one that nobody has seen fail.
        #expect(Check.allCases.count == 15)
    }
}
