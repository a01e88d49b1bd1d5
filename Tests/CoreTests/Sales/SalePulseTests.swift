import Kernel
import Testing

@testable import Sales

@Suite struct SalePulseTests {
    private let sale = Sale.testing()
    private let epoch = RecordIdentity(system: 1, timeline: 1).epoch(1)
    private let start = Instant.now

    private func progress(
        _ sold: [Int32] = [],
        at seconds: Int64 = 60,
        epoch: GateEpoch? = nil,
        _ change: (inout Sale) -> Void = { _ in }
    ) -> SaleProgress {
        var sale = sale
        change(&sale)
        let now = sale.startsAt.adding(seconds: seconds)
        return SaleProgress(sale: sale, epoch: epoch ?? self.epoch, sold: SoldUnits(sold), now: now)
    }

    @Test func tellsWhatWasSoldSince() {
        var pulse = SalePulse(progress([1, 2]), at: start)

        #expect(pulse.advance(to: progress([1, 2]), at: start + .milliseconds(250)) == [])
        #expect(
            pulse.advance(to: progress([1, 2, 7, 5]), at: start + .milliseconds(500)) == [.sold(SoldUnits([5, 7]))]
        )
        #expect(pulse.advance(to: progress([1, 2, 7, 5]), at: start + .milliseconds(750)) == [])
    }

    @Test func tellsWhenTheSaleBeginsPausesGoesOnIsExtendedAndEnds() {
        var pulse = SalePulse(progress(at: -1), at: start)
        #expect(pulse.progress.status == .scheduled)
        for next in [
            progress(at: 0), progress { $0.state = .paused }, progress { $0.state = .open },
            progress { $0.endsAt = $0.endsAt.adding(seconds: 60) }, progress(at: 3600),
        ] {
            #expect(pulse.advance(to: next, at: start) == [.status])
            #expect(pulse.advance(to: next, at: start) == [])
        }
        #expect(pulse.progress.status == .ended)
    }

    @Test func tellsUnitsBeforeTheStatusThatTheyLeadTo() {
        let runningOut = progress([1], at: 4000) {
            $0.afterEnd = .runOut
            $0.totalItems = 2
        }
        var pulse = SalePulse(runningOut, at: start)
        let soldOut = progress([1, 2], at: 4000) {
            $0.afterEnd = .runOut
            $0.totalItems = 2
        }

        #expect(pulse.advance(to: soldOut, at: start) == [.sold(SoldUnits([2])), .status])
    }

    @Test func beginsAnewWhereWhatWasSoldIsNotAnyMore() {
        var pulse = SalePulse(progress([1, 2, 3]), at: start)

        #expect(pulse.advance(to: progress([1, 3]), at: start) == [.anew])
        let later = RecordIdentity(system: 1, timeline: 1).epoch(2)
        #expect(pulse.advance(to: progress([1, 3], epoch: later), at: start) == [.anew])
        #expect(pulse.advance(to: progress([1, 3], epoch: later), at: start) == [])
        #expect(pulse.advance(to: progress([1, 3], epoch: later) { $0.totalItems = 40 }, at: start) == [.anew])
    }

    @Test func countsThePaceOverTenSecondsAndTellsUntilItIsNothing() {
        var pulse = SalePulse(progress(), at: start)
        var told: [Int] = []
        // Forty units in the first two seconds, then none.
        for step in 1...80 {
            let sold = (1...Int32(min(step * 5, 40))).map { $0 }
            let changes = pulse.advance(to: progress(sold), at: start + .milliseconds(250) * step)
            if changes.contains(where: { if case .sold = $0 { true } else { false } }) {
                told.append(pulse.tenthsPerSecond)
            }
        }

        #expect(told.first == 50)  // five in less than a second count as in one
        #expect(told.max() == 200)
        #expect(told.last == 0)
        #expect(told.count <= 8 + 12)
        #expect(pulse.tenthsPerSecond == 0)
    }
}
