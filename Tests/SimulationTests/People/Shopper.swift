import Kernel
import Sales
import TestSupport

/// One tab of a user's browser: chooses, changes its mind, buys, presses the button again, and looks things up.
///
/// A user has two, so that requests of one user meet each other.
struct Shopper: Sendable {
    private let world: World
    private let visitor: Visitor
    private let dice: Dice

    init(_ user: UserID, tab: UInt64, in world: World) {
        self.world = world
        dice = Dice(seed: world.scenario.seed, 100 + tab)
        visitor = Visitor(world, user: user, dice: dice)
    }

    /// Goes on until the storm is over.
    func wander() async {
        var codes: [CheckoutCode] = []
        while world.scheduler.now < world.scenario.stormEnds {
            await world.scheduler.sleep(dice.time(.zero, .milliseconds(900)))
            switch dice.number(0...99) {
            case 0..<52: if let code = await join() { codes.append(code) }
            case 52..<62: await remove(from: codes)
            case 62..<88: await purchase(codes)
            case 88..<94: if let code = dice.one(of: codes) { await visitor.find(code) }
            case 94..<97: await presentStrangeCode()
            default: await askForStrangeItem()
            }
        }
    }

    private func join() async -> CheckoutCode? {
        guard let item = someItem else { return nil }
        for _ in 0..<dice.number(1...2) {
            let answer = await visitor.join(item)
            if case .success(.joined(let checkout, _)) = answer { return checkout.code }
        }
        return nil
    }

    private func remove(from codes: [CheckoutCode]) async {
        guard let code = codes.suffix(2).first, let item = someItem else { return }
        let held = world.record.tables.buyers[BuyerKey(sale: code.sale, user: visitor.user)]?.cart.first?.id
        _ = await visitor.remove(dice.perMille(800) ? held ?? item : item, from: code)
    }

    /// Redeems the latest code mostly, sometimes by several clicks at once, which must all see the same.
    private func purchase(_ codes: [CheckoutCode]) async {
        guard let code = dice.perMille(800) ? codes.last : dice.one(of: codes) else { return }
        let copies = dice.perMille(300) ? dice.number(1...3) : 0
        if copies > 0 { world.log.count(.copiesAtOnce) }
        for _ in 0..<copies {
            world.scheduler.spawn { _ = await visitor.purchase(code) }
        }
        for _ in 0..<dice.number(1...3) {
            if case .success = await visitor.purchase(code) { return }
        }
    }

    private func presentStrangeCode() async {
        guard let sale = someSale else { return }
        let code = CheckoutCode(sale: sale.id, secret: CodeSecret(at: sale.createdAt, from: dice))
        _ = await visitor.purchase(code)
    }

    private func askForStrangeItem() async {
        guard let sale = someSale else { return }
        let item = ItemID(generated: ItemKey(sale: sale.id, number: sale.totalItems + 1))
        _ = await visitor.join(item, named: dice.perMille(500) ? .id(sale.id) : nil)
    }

    private var someSale: Sale? {
        let sales = world.record.tables.sales.values.sorted { $0.id < $1.id }
        return dice.one(of: sales)
    }

    private var someItem: ItemID? {
        someSale.map { ItemID(generated: ItemKey(sale: $0.id, number: Int32(dice.number(1...Int($0.totalItems))))) }
    }
}

/// Those who come when everything works again: for each unit that is left, somebody who wants one and does not give up.
struct LateShoppers: Sendable {
    private let world: World
    private let sale: SaleID

    init(_ world: World, sale: SaleID) {
        self.world = world
        self.sale = sale
    }

    /// Buys what is left, or says that it could not be bought by `end`.
    func buyEverything(by end: VirtualTime) async {
        let left = unsold
        for index in left.indices {
            let dice = Dice(seed: world.scenario.seed, 500 + UInt64(index))
            let visitor = Visitor(world, user: UserID(stored: "late-\(index)"), dice: dice)
            world.scheduler.spawn { await buyOne(visitor, by: end) }
        }
        while !unsold.isEmpty, world.scheduler.now < end { await world.scheduler.sleep(.milliseconds(100)) }
        world.witness.expect(unsold.isEmpty, "P2: \(unsold.count) units did not sell in calm, with demand for each")
    }

    private func buyOne(_ visitor: Visitor, by end: VirtualTime) async {
        while world.scheduler.now < end, !world.isOver, let item = visitor.dice.one(of: unsold) {
            guard let code = await insist(on: item, visitor, by: end) else { continue }
            if await redeem(code, visitor, by: end) { return }
        }
    }

    /// Asks for an item until there is an answer; its code, unless it was refused.
    private func insist(on item: ItemID, _ visitor: Visitor, by end: VirtualTime) async -> CheckoutCode? {
        while world.scheduler.now < end {
            switch await visitor.join(item) {
            case .success(.joined(let checkout, _)): return checkout.code
            case .success(.refused):
                await world.scheduler.sleep(.milliseconds(20))
                return nil
            case .failure, nil: await world.scheduler.sleep(.milliseconds(20))
            }
        }
        return nil
    }

    /// Presents a code until it is decided; whether it bought anything.
    private func redeem(_ code: CheckoutCode, _ visitor: Visitor, by end: VirtualTime) async -> Bool {
        while world.scheduler.now < end {
            if case .success(.decided(let outcome, _)) = await visitor.purchase(code) { return !outcome.bought.isEmpty }
            await world.scheduler.sleep(.milliseconds(20))
        }
        return false
    }

    private var unsold: [ItemID] {
        world.record.tables.units(of: sale).filter { $0.soldTo == nil }.map(\.item.id)
    }
}
