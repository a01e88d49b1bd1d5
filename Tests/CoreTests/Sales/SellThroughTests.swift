import Kernel
import Sales
import Testing

/// How a report cuts time and counts into pieces that a person can look at.
@Suite struct SellThroughTests {
    private static let start = Timestamp(microseconds: 1_769_860_800_000_000)

    @Test(
        arguments: [
            (Duration.zero, Duration.milliseconds(10), 1), (.microseconds(9_999), .milliseconds(10), 1),
            (.milliseconds(599), .milliseconds(10), 60), (.milliseconds(600), .milliseconds(20), 31),
            (.seconds(1), .milliseconds(20), 51), (.seconds(2), .milliseconds(50), 41), (.seconds(60), .seconds(2), 31),
            (.seconds(3599), .seconds(60), 60), (.seconds(3600), .seconds(120), 31),
            (.seconds(86_400), .seconds(1800), 49), (.seconds(7 * 86_400), .seconds(10_800), 57),
            (.seconds(90 * 86_400), .seconds(2 * 86_400), 46),
        ]
    ) func cutsAnyTimeIntoAtMostSixtySteps(span: Duration, step: Duration, count: Int) {
        var chart = SellThrough(of: Self.sale(items: 10))
        chart.cover(until: Self.start.adding(span))

        #expect(chart.step == step && chart.buckets.count == count)
        #expect(chart.buckets.first?.at == Self.start)
        let last = chart.buckets[count - 1].at
        #expect(last <= Self.start.adding(span) && Self.start.adding(span) < last.adding(step))
    }

    @Test func chartsNothingBeforeTheOpening() {
        var chart = SellThrough(of: Self.sale(items: 10))
        chart.cover(until: Self.start.adding(seconds: -1))

        #expect(chart.step == nil && chart.buckets.isEmpty)
    }

    @Test func countsNothingThatLiesOutsideTheChart() {
        var chart = SellThrough(of: Self.sale(items: 10))
        chart.cover(until: Self.start.adding(seconds: 1))
        for position in [-1, 51, 1000] {
            chart.sell(1, in: position)
            chart.attempt(1, wasAccepted: true, in: position)
        }
        chart.sell(2, in: 50)
        chart.attempt(3, wasAccepted: true, in: 50)
        chart.attempt(4, wasAccepted: false, in: 50)

        #expect(chart.buckets.dropLast().allSatisfy { $0.units + $0.accepted + $0.refused == 0 })
        #expect(chart.buckets.last.map { [$0.units, $0.accepted, $0.refused] } == [2, 3, 4])
    }

    @Test func roundsPartsOfTheStockUp() {
        #expect(SellThrough(of: Self.sale(items: 11)).milestones.map(\.units) == [6, 10, 11])
        #expect(SellThrough(of: Self.sale(items: 1)).milestones.map(\.units) == [1, 1, 1])
        #expect(SellThrough(of: Self.sale(items: 0)).milestones.isEmpty)
    }

    @Test func putsBuyersIntoBracketsThatGrow() {
        let brackets = UnitsBracket.of([
            (bought: 10, users: 1), (bought: 0, users: 9), (bought: 1, users: 5), (bought: 11, users: 2),
            (bought: 20, users: 1), (bought: 9999, users: 1), (bought: 20_000, users: 1),
        ])

        #expect(brackets.map(\.from) == [1, 10, 11, 5001, 10_001])
        #expect(brackets.map(\.to) == [1, 10, 20, 10_000, .max])
        #expect(brackets.map(\.users) == [5, 1, 3, 1, 1])
        #expect(brackets.map(\.units) == [5, 10, 42, 9999, 20_000])
    }

    private static func sale(items: Int32) -> Sale {
        Sale(
            stored: SaleID(number: 1),
            name: "Test",
            startsAt: start,
            endsAt: start.adding(seconds: 3600),
            state: .open,
            afterEnd: .close,
            itemsPerUser: 10,
            graceSeconds: 60,
            totalItems: items,
            controlVersion: 1,
            gateEpoch: 1,
            createdAt: start
        )
    }
}
