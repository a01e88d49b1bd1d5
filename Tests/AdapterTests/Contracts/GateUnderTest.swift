import Kernel
import RedisStores
import Sales
import TestSupport

/// Everything that a gate does for the core.
struct GatePorts: Sendable {
    let checkout: any CheckoutGate
    let purchase: any PurchaseGate
    let store: any GateStore
    let leases: any Leases
}

/// A gate that the contract is put to, with one sale that no other test uses.
protocol GateUnderTest: Sendable {
    var ports: GatePorts { get }
    /// The same gate as another instance sees it.
    var portsOfAnother: GatePorts { get }
    var sale: SaleID { get }

    /// Waits until everything posted before has run.
    func settle() async
}

/// The gates that have to act alike.
enum GateKind: CaseIterable, Sendable {
    case redis, inMemory

    func with(_ body: @escaping @Sendable (any GateUnderTest) async throws -> Void) async throws {
        switch self {
        case .redis: try await GateHarness.with { try await body($0) }
        case .inMemory: try await body(InMemoryGateHarness())
        }
    }
}

extension GateUnderTest {
    var epoch: GateEpoch { GateEpoch(system: 7_123_456_789_012_345_678, timeline: 1, number: 3) }

    func item(_ number: Int32) -> ItemKey { ItemKey(sale: sale, number: number) }

    func user(_ text: String) -> UserID { UserID(stored: text) }

    func code(_ number: UInt64 = 1) -> CheckoutCode {
        CheckoutCode(sale: sale, secret: CodeSecret(storedHigh: 5, low: number))
    }

    func later(by steps: Int64) -> GateEpoch {
        GateEpoch(system: epoch.system, timeline: epoch.timeline, number: epoch.number + steps)
    }

    /// Opens the gate with these facts.
    @discardableResult
    func open(sold: [Int32] = [], full: [String] = [], epoch: GateEpoch? = nil) async -> GateOpening {
        var items = SoldItems()
        for number in sold { items.insert(number) }
        return await ports.store.open(
            SaleFacts(
                sale: sale,
                epoch: epoch ?? self.epoch,
                readAt: Timestamp(microseconds: 1),
                sold: items,
                full: full.map(user)
            )
        )
    }

    func facts(epoch: GateEpoch? = nil, _ fill: (inout CommittedFacts) -> Void) -> CommittedFacts {
        var facts = CommittedFacts(sale: sale, epoch: epoch ?? self.epoch)
        fill(&facts)
        return facts
    }

    func admission(_ user: String, _ number: Int32, epoch: GateEpoch? = nil) async -> Admission {
        await ports.checkout.admit(self.user(user), item(number), epoch: epoch ?? self.epoch)
    }
}

/// The gate in memory, put to the contract of the real one.
private struct InMemoryGateHarness: GateUnderTest {
    let ports: GatePorts
    let portsOfAnother: GatePorts
    let sale = SaleID(number: 1)

    init() {
        let gate = InMemoryGate(time: SystemTimeSource())
        func instance(_ token: UInt64) -> GatePorts {
            GatePorts(checkout: gate, purchase: gate, store: gate, leases: InMemoryLeases(gate: gate, token: token))
        }
        ports = instance(1)
        portsOfAnother = instance(2)
    }

    func settle() async {}
}

extension RedisGates {
    /// Without the names of the technology.
    var ports: GatePorts { GatePorts(checkout: checkout, purchase: purchase, store: store, leases: leases) }
}
