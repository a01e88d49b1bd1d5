import Kernel
import Testing

@testable import API

@Suite struct InFlightBoundsTests {
    private static let start = Instant.now
    private static let patience = Duration.seconds(2)

    @Test func turnsBrowsersAwayBeforeCheckoutsAndThoseBeforePurchases() {
        var bounds = InFlightBounds(limit: 400)

        let admitted = Urgency.allCases.map { urgency in
            (0..<1000).filter { _ in bounds.begin(urgency) }.count
        }

        #expect(admitted == [200, 100, 100])
    }

    @Test func keepsRoomForPurchasesHoweverManyCheckoutsCome() {
        var bounds = InFlightBounds(limit: 400)
        for _ in 0..<1000 { _ = bounds.begin(.checkout) }

        let begun = bounds.begin(.purchase)
        let browsed = bounds.begin(.browsing)

        #expect(begun && !browsed)
    }

    @Test func halvesWhatIsUnderWayWhenAnswersTakeTooLong() {
        var bounds = InFlightBounds(limit: 4096)
        for _ in 0..<1000 { _ = bounds.begin(.checkout) }

        bounds.finish(.checkout, took: .milliseconds(1001), of: Self.patience, now: Self.start)

        #expect(bounds.bound(.checkout) == 500)
        #expect(bounds.bound(.browsing) == InFlightBounds.floor)
        #expect(bounds.bound(.purchase) == 4096)
        let begun = bounds.begin(.checkout)
        #expect(!begun)
    }

    @Test func cutsOnceForAllThatWereLetInTogether() {
        var bounds = InFlightBounds(limit: 4096)
        for _ in 0..<1000 { _ = bounds.begin(.purchase) }

        for millisecond in 0..<900 {
            let now = Self.start + .milliseconds(millisecond)
            bounds.finish(.purchase, took: .milliseconds(1500), of: Self.patience, now: now)
        }
        #expect(bounds.bound(.purchase) == 500)
        bounds.finish(.purchase, took: .milliseconds(1500), of: Self.patience, now: Self.start + .seconds(1))

        #expect(bounds.bound(.purchase) == InFlightBounds.floor)
    }

    @Test func growsAgainWithEachAnswerInTime() {
        var bounds = InFlightBounds(limit: 4096)
        for _ in 0..<128 { _ = bounds.begin(.purchase) }
        bounds.finish(.purchase, took: Self.patience, of: Self.patience, now: Self.start)
        let least = bounds.bound(.purchase)
        for _ in 0..<127 { bounds.finish(.purchase, took: .milliseconds(1), of: Self.patience, now: Self.start) }

        // One at a time, as fast as they are answered.
        for _ in 0..<5000 {
            _ = bounds.begin(.purchase)
            bounds.finish(.purchase, took: .milliseconds(1), of: Self.patience, now: Self.start)
        }

        #expect(least == InFlightBounds.floor)
        #expect(bounds.bound(.purchase) == 4096)
        #expect(bounds.count(.purchase) == 0)
    }

    /// A record that answers 500 a second, offered 5,000: what is let in is answered in time.
    @Test func letsInWhatASlowRecordCanAnswerInTime() {
        var bounds = InFlightBounds(limit: 4096)
        var queue: [Int] = []
        var late = 0
        var answered = 0

        for tick in 0..<10_000 {
            let now = Self.start + .milliseconds(2 * tick)
            for _ in 0..<10 where bounds.begin(.purchase) { queue.append(tick) }
            let arrival = queue.removeFirst()
            let took = Duration.milliseconds(2 * (tick - arrival))
            bounds.finish(.purchase, took: took, of: Self.patience, now: now)
            guard tick > 5000 else { continue }
            answered += 1
            if took > Self.patience { late += 1 }
        }

        #expect(answered == 4999)
        #expect(late == 0)
    }
}
