import Kernel
import Sales
import TestSupport

/// Brings one user's requests to instances, and their answers back, if they come back.
struct Visitor: Sendable {
    static let deadline = VirtualTime.seconds(2)
    private static let patience = VirtualTime.milliseconds(4000)

    let world: World
    let user: UserID
    let dice: Dice

    init(_ world: World, user: UserID, dice: Dice) {
        self.world = world
        self.user = user
        self.dice = dice
    }

    /// Asks for an item; `nil` when no answer came.
    func join(_ item: ItemID, named sale: NamedSale? = nil) async -> Result<StartCheckout.Outcome, StoreError>? {
        await visit(.join(item)) { instance, number, deadline in
            let request = StartCheckout.Request(user: user, item: item, sale: sale)
            let result = await Self.outcome { () async throws(StoreError) in
                try await instance.sales.startCheckout.execute(request, by: deadline)
            }
            if instance.host.isAlive { world.witness.answered(number, result, world.record.tables) }
            return result
        }
    }

    /// Takes an item out of a checkout; `nil` when no answer came.
    func remove(_ item: ItemID, from code: CheckoutCode) async -> Result<RemoveCheckoutItem.Outcome, StoreError>? {
        await visit(.remove(code, item)) { instance, number, deadline in
            let result = await Self.outcome { () async throws(StoreError) in
                try await instance.sales.removeCheckoutItem.execute(item, from: code, of: owner, by: deadline)
            }
            if instance.host.isAlive { world.witness.answered(number, result, world.record.tables) }
            return result
        }
    }

    /// Redeems a code; `nil` when no answer came.
    func purchase(_ code: CheckoutCode) async -> Result<PurchaseOutcome, StoreError>? {
        await visit(.purchase(code)) { instance, number, deadline in
            let result = await Self.outcome { () async throws(StoreError) in
                try await instance.sales.completePurchase.execute(code, of: owner, by: deadline)
            }
            if instance.host.isAlive { world.witness.answered(number, result, world.record.tables) }
            return result
        }
    }

    /// Looks up what became of a code.
    func find(_ code: CheckoutCode) async {
        guard let instance = anyInstance else { return }
        let wasDecided = world.record.tables.purchases[code] != nil
        let deadline = world.clock.after(Self.deadline)
        let found = await Self.outcome { () async throws(StoreError) in
            try await instance.sales.findPurchase.execute(code, of: owner, by: deadline)
        }
        let tables = world.record.tables
        guard instance.host.isAlive, case .success(let outcome) = found else { return }
        switch outcome {
        case .decided(let stored):
            world.witness.expect(tables.purchases[code]?.outcome == stored, "P5: \(code) was shown other bytes")
        case .pending: world.log.count(.foundPending)
        case .undecided: break
        }
        if case .decided = outcome { return }
        world.witness.expect(!wasDecided, "P4: \(code) was decided, and was not found")
    }

    /// Whose a code has to be, where shoppers show who they are.
    private var owner: UserID? { world.scenario.showsTokens ? user : nil }

    /// An instance that takes requests.
    var anyInstance: Instance? { dice.one(of: world.instances.filter { !$0.host.isDraining }) }

    private func visit<Answer: Sendable>(
        _ kind: Question.Kind,
        _ handle: @escaping @Sendable (Instance, _ number: Int, _ deadline: Instant) async -> Answer
    ) async -> Answer? {
        await world.scheduler.sleep(dice.time(.microseconds(50), .milliseconds(1)))
        guard let instance = anyInstance else { return nil }
        let decided = if case .purchase(let code) = kind { world.record.tables.purchases[code] != nil } else { false }
        let question = Question(
            user: user,
            kind: kind,
            askedAt: world.scheduler.now,
            deadline: world.scheduler.now + Self.deadline,
            host: instance.host,
            wasDecided: decided
        )
        let number = world.witness.asked(question)
        world.log.note(50, UInt64(number), text: "\(user) asks \(instance.number): \(kind)")
        let answers = Mailbox<Answer?>(world.scheduler)
        let deadline = world.clock.after(Self.deadline)
        let isLost = dice.perMille(world.weather.answerLost)
        world.scheduler.spawn {
            let answer = await handle(instance, number, deadline)
            world.log.note(51, UInt64(number), text: "\(user) gets \(answer)\(isLost ? ", lost" : "")")
            if isLost { world.log.count(.answerLost) }
            answers.put(await instance.host.pass() && !isLost ? answer : nil)
        }
        return await answers.take(until: world.scheduler.now + Self.patience) ?? nil
    }

    private static func outcome<Answer: Sendable>(
        _ body: () async throws(StoreError) -> Answer
    ) async -> Result<Answer, StoreError> {
        do throws(StoreError) { return .success(try await body()) } catch { return .failure(error) }
    }
}
