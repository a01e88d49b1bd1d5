import Kernel
import Sales
import Testing

@testable import API

/// The bytes of a report, which programs read.
@Suite struct SaleReportPayloadTests {
    @Test func writesEveryNumberOfTheReport() {
        var report = SaleReport(of: Self.sale(items: 3), asOf: Self.time(1))
        report.sold = 2
        report.values = [.init(currency: "EUR", items: 3, worth: 300, sold: 2, soldWorth: 200)]
        report.sellThrough.cover(until: Self.time(0).adding(.milliseconds(10)))
        report.sellThrough.sell(1, in: 0)
        report.sellThrough.sell(1, in: 1)
        report.sellThrough.attempt(4, wasAccepted: true, in: 0)
        report.sellThrough.attempt(5, wasAccepted: false, in: 1)
        report.sellThrough.reach(0, at: Self.time(0).adding(.microseconds(10_001)))
        report.attempts.accepted = 4
        report.attempts.refusals = [.init(outcome: "item_already_sold", count: 5)]
        report.codes.issued = 3
        report.codes.redeemed = 2
        report.codes.medianRedemption = .milliseconds(1500)
        report.shoppers.tried = 9
        report.shoppers.bought = 1
        report.shoppers.brackets = UnitsBracket.of([(bought: 2, users: 1)])
        report.contended = [.init(id: ItemID(stored: "a\"b"), name: "A", accepted: 1, refused: 2, soldAt: nil)]
        report.changes = [.init(at: Self.time(0), actor: AuditActor("operator"), action: "end", detail: "d")]

        let text = String(decoding: OperatorPayload.report(report), as: UTF8.self)

        #expect(
            text == """
                {"sale":{"id":"S-0000000001","name":"Test","starts_at":"2026-01-31T12:00:00.000000Z",\
                "ends_at":"2026-01-31T13:00:00.000000Z","status":"active","total_items":3,"items_sold":2,\
                "items_per_user":10,"sold_out":false,"state":"open","after_end":"close","grace_seconds":60,\
                "control_version":1,"gate_epoch":1,"created_at":"2026-01-31T12:00:00.000000Z"},\
                "as_of":"2026-01-31T12:00:01.000000Z","final":false,\
                "stock":{"items":3,"sold":2,"left":1,"sold_percent":66.66,"values":[{"currency":"EUR","items":3,\
                "amount_minor":300,"sold":2,"sold_amount_minor":200}]},\
                "sell_through":{"step_seconds":0.010000,"steps":[\
                {"at":"2026-01-31T12:00:00.000000Z","units":1,"sold_percent":33.33,"accepted":4,"refused":0},\
                {"at":"2026-01-31T12:00:00.010000Z","units":1,"sold_percent":66.66,"accepted":0,"refused":5}],\
                "milestones":[{"percent":50,"units":2,"at":"2026-01-31T12:00:00.010001Z","seconds":0.010001},\
                {"percent":90,"units":3,"at":null,"seconds":null},{"percent":100,"units":3,"at":null,"seconds":null}]},\
                "attempts":{"since":"2026-01-31T12:00:00.000000Z","until":"2026-01-31T12:00:01.000000Z","total":9,\
                "accepted":4,"refused":5,"refusals":[{"reason":"item_already_sold","count":5}]},\
                "codes":{"issued":3,"redeemed":2,"redeemed_percent":66.66,"all_items_sold":0,"user_limit_exceeded":0,\
                "left_with_items":0,"left_empty":0,"units_asked":0,"units_left":0,\
                "median_seconds_to_redeem":1.500000,"p95_seconds_to_redeem":null},\
                "shoppers":{"tried":9,"bought":1,"at_limit":0,"by_units":[{"from":2,"to":2,"users":1,"units":2}]},\
                "contended_items":[{"id":"a\\"b","name":"A","accepted":1,"refused":2,"sold_at":null}],\
                "changes":[{"at":"2026-01-31T12:00:00.000000Z","actor":"operator","action":"end","detail":"d"}]}
                """
        )
    }

    @Test func partsOfNothingAreNull() {
        let report = SaleReport(of: Self.sale(items: 0), asOf: Self.time(-1))

        let text = String(decoding: OperatorPayload.report(report), as: UTF8.self)

        #expect(text.contains(#""sold_percent":null"#) && text.contains(#""redeemed_percent":null"#))
        #expect(text.contains(#""sell_through":{"step_seconds":null,"steps":[],"milestones":[]}"#))
    }

    private static func time(_ second: Int64) -> Timestamp {
        Timestamp(microseconds: 1_769_860_800_000_000).adding(seconds: second)
    }

    private static func sale(items: Int32) -> Sale {
        Sale(
            stored: SaleID(number: 1),
            name: "Test",
            startsAt: time(0),
            endsAt: time(3600),
            state: .open,
            afterEnd: .close,
            itemsPerUser: 10,
            graceSeconds: 60,
            totalItems: items,
            controlVersion: 1,
            gateEpoch: 1,
            createdAt: time(0)
        )
    }
}
