import Kernel
import Sales
import Testing

@Suite struct ArrivalPaceTests {
    private static let start = Instant.now

    @Test func keepsThePaceHoweverOftenItIsAsked() {
        var pace = ArrivalPace(perSecond: 100)
        var admitted = 0

        for microsecond in stride(from: 0, to: 10_000_000, by: 137) {
            let now = Self.start + .microseconds(microsecond)
            if pace.take(at: now, upTo: .milliseconds(50)) != nil { admitted += 1 }
        }

        // Ten seconds of a hundred, and the six that the first moment may be ahead.
        #expect((1000...1006).contains(admitted))
    }

    @Test func tellsHowFarAheadAnArrivalIs() {
        var pace = ArrivalPace(interval: .milliseconds(10))

        let leads = (0..<4).map { _ in pace.take(at: Self.start, upTo: .milliseconds(20)) }

        #expect(leads == [.zero, .milliseconds(10), .milliseconds(20), nil])
        #expect(pace.lead(at: Self.start) == .milliseconds(30))
        #expect(pace.lead(at: Self.start + .milliseconds(45)) == .zero)
    }

    @Test func savesNothingUpWhileNobodyComes() {
        var pace = ArrivalPace(interval: .milliseconds(10))
        _ = pace.take(at: Self.start, upTo: .zero)
        let later = Self.start + .seconds(3600)

        #expect(pace.take(at: later, upTo: .zero) == .zero)
        #expect(pace.take(at: later, upTo: .zero) == nil)
    }

    @Test func takesBackWhatWasNotUsed() {
        var pace = ArrivalPace(interval: .milliseconds(10))
        _ = pace.take(at: Self.start, upTo: .zero)

        pace.giveBack()

        #expect(pace.take(at: Self.start, upTo: .zero) == .zero)
    }
}
