import Kernel

@testable import History

/// A hand-written run: calls in the order in which they are told, a millisecond each, and a record to go with them.
struct Story {
    private(set) var operations: [Operation] = []
    var record: SaleRecord
    private var now: Int64 = 0

    /// A sale of items `a`, `b`, `c` with a limit of two, that runs for a minute of the clients' clock.
    init() {
        record = SaleRecord(
            window: .init(
                startsAt: 0,
                endsAt: 60_000_000,
                graceSeconds: 10,
                runsOut: false,
                limit: 2,
                totalItems: 3
            ),
            units: ["a": nil, "b": nil, "c": nil],
            purchases: [:],
            buyers: [:],
            checkouts: [:],
            removals: [],
            attempts: [],
            clocks: .init(record: 0, monotonic: 0, uncertainty: 0)
        )
    }

    /// A good run: `ann` buys `a`, once told twice; `bob` is late for it and keeps `b`.
    static var good: Story {
        var story = Story()
        story.checkout("ann", "a", code: "1")
        story.checkout("bob", "b", code: "2")
        story.purchase("1", "ann", bought: ["a"])
        story.replay("1")
        story.refuse("bob", "a", "item_already_sold")
        return story
    }

    var verdict: Verdict { HistoryChecker.check(History(operations), record) }

    /// A second that passes.
    mutating func wait(seconds: Int64) { now += seconds * 1_000_000_000 }

    /// Moves a call, with its answer, to another time.
    mutating func change(_ index: Int, _ edit: (inout Operation.Answer) -> Void) {
        operations[index].answer.map { answer in
            var answer = answer
            edit(&answer)
            operations[index].answer = answer
        }
    }

    /// A call with its answer.
    mutating func tell(_ question: Operation.Question, _ answer: Operation.Answer) {
        now += 100_000_000
        var operation = Operation(id: operations.count, question: question, phase: "", start: now)
        operation.answer = answer
        now += 100_000_000
        operation.answeredAt = now
        operations.append(operation)
    }

    /// An item is accepted, and on record.
    mutating func checkout(_ user: ExactText, _ item: ExactText, code: String) {
        tell(.init(process: 0, .checkout, node: 0, user: user, item: item), .init(.ok, status: 200, code: code))
        record.checkouts[code] = user
        var buyer = record.buyers[user] ?? .init(openCode: code, cart: [], bought: 0)
        buyer.openCode = code
        buyer.cart.append(item)
        record.buyers[user] = buyer
        attempt(user, item, "accepted")
    }

    /// A checkout is refused, and on record.
    mutating func refuse(_ user: ExactText, _ item: ExactText, _ problem: String, node: Int = 0) {
        tell(
            .init(process: 0, .checkout, node: node, user: user, item: item),
            .init(.refused, status: 409, problem: problem)
        )
        attempt(user, item, problem)
    }

    mutating func attempt(_ user: ExactText, _ item: ExactText, _ outcome: String) {
        record.attempts.append(
            .init(user: user, item: item, code: nil, outcome: outcome, attemptedAt: now / 1000)
        )
    }

    /// A code is redeemed, and that is on record; `failed` were sold.
    mutating func purchase(
        _ code: String,
        _ user: ExactText,
        bought: [ExactText],
        failed: [ExactText] = [],
        ending: Operation.Ending = .ok
    ) {
        let decidedAt = (now + 100_000_000) / 1000 + 1
        let list = { (items: [ExactText]) in items.map { "{\"id\":\"\($0)\"}" }.joined(separator: ",") }
        let lost = failed.map { "{\"id\":\"\($0)\",\"reason\":\"already_sold\"}" }.joined(separator: ",")
        let body = "{\"purchased_items\":[\(list(bought))],\"failed_items\":[\(lost)]}"
        let answer =
            ending == .ok
            ? Operation.Answer(.ok, status: 200, items: bought, body: body)
            : Operation.Answer(ending, problem: "timed_out")
        tell(.init(process: 0, .purchase, node: 0, code: code), answer)
        record.purchases[code] = .init(
            user: user,
            status: 200,
            body: body,
            cart: record.buyers[user]?.cart ?? [],
            decidedAt: decidedAt
        )
        for item in bought { record.units.updateValue(code, forKey: item) }
        record.buyers[user] = .init(
            openCode: nil,
            cart: [],
            bought: (record.buyers[user]?.bought ?? 0) + bought.count
        )
    }

    /// The outcome of a decided code, told again by another instance.
    mutating func replay(_ code: String, by call: Operation.Call = .purchase) {
        guard let purchase = record.purchases[code] else { return }
        let items = PurchaseBody(purchase.body)?.bought ?? []
        tell(
            .init(process: 1, call, node: 1, code: code),
            .init(.ok, status: purchase.status, items: items, isReplay: true, body: purchase.body)
        )
    }

    /// A code's call is refused without an outcome.
    mutating func refuse(code: String, _ call: Operation.Call, _ problem: String) {
        tell(.init(process: 0, call, node: 0, code: code), .init(.refused, status: 409, problem: problem))
    }

    /// An item is taken out of a cart, and that is on record.
    mutating func remove(_ item: ExactText, from code: String, of user: ExactText) {
        tell(.init(process: 0, .remove, node: 0, item: item, code: code), .init(.ok, status: 200, code: code))
        record.buyers[user]?.cart.removeAll { $0 == item }
        record.removals.append((code, item))
    }

    /// Something that the run or an operator does.
    mutating func control(_ call: Operation.Call, node: Int = 0) {
        tell(.init(process: -1, call, node: node), .init(.ok, status: 200))
    }
}

extension ExactText: ExpressibleByStringLiteral {
    /// Text as it stands, byte for byte.
    public init(stringLiteral text: String) { self.init(text) }
}
