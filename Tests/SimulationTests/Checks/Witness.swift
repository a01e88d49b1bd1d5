import Kernel
import Sales
import Synchronization
import TestSupport

/// Sees every change of the record and of the gate and every answer, and says which promise broke first.
final class Witness: Sendable {
    struct State {
        var violation: String?
        var sold: [ItemKey: Timeline<Bool>] = [:]
        var buyers: [BuyerKey: Timeline<Buyer>] = [:]
        var sales: [SaleID: Timeline<Sale>] = [:]
        var questions: [Question] = []
        /// Attempts that an instance has promised to write later, by the instance.
        var promised: [UUIDv7: (attempt: CheckoutAttempt, host: Host)] = [:]
        /// Attempts that are on record without having been promised.
        var recorded: [AttemptKind: Int] = [:]
        /// Checkouts answered for good.
        var answered: [AttemptKind: Int] = [:]
    }

    let scheduler: Scheduler
    let log: EventLog
    let gate: InMemoryGate
    let epoch: Timestamp
    let state = Mutex(State())

    init(scheduler: Scheduler, log: EventLog, gate: InMemoryGate, epoch: Timestamp) {
        self.scheduler = scheduler
        self.log = log
        self.gate = gate
        self.epoch = epoch
    }

    /// The first promise that broke.
    var violation: String? { state.withLock { $0.violation } }

    func violated(_ what: @autoclosure () -> String) {
        let text = "at \(scheduler.now): \(what())"
        log.note(99, text: "VIOLATION \(text)")
        state.withLock { state in if state.violation == nil { state.violation = text } }
    }

    func expect(_ isKept: Bool, _ promise: @autoclosure () -> String) {
        if !isKept { violated(promise()) }
    }

    /// An instance has refused on a proven fact, and will put the attempt on record later.
    func promised(_ attempt: CheckoutAttempt, by host: Host) {
        state.withLock { $0.promised[attempt.id] = (attempt, host) }
    }

    /// The record allows no row for an attempt that was promised; nobody can keep such a promise.
    func rejected(_ attempt: CheckoutAttempt) {
        state.withLock { state in
            state.promised[attempt.id] = nil
            state.recorded[AttemptKind(attempt), default: 0] += 1
        }
    }

    /// A request goes to an instance.
    func asked(_ question: Question) -> Int {
        state.withLock { state in
            state.questions.append(question)
            return state.questions.count - 1
        }
    }

    /// The codes whose purchase was asked for and never answered for good, in the order of the questions.
    var doubtfulCodes: [CheckoutCode] {
        let questions = state.withLock { $0.questions }
        var seen: Set<CheckoutCode> = []
        for case let code? in questions.filter({ $0.fate == .settled }).map(\.purchasedCode) { seen.insert(code) }
        return questions.compactMap(\.purchasedCode).filter { seen.insert($0).inserted }
    }
}
