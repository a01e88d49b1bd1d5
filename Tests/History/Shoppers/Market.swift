import Kernel
import Synchronization
import TestSupport

/// What the shoppers of a run know together: what is left, whose accounts and codes are about, how much they may ask.
final class Market: Sendable {
    private struct State {
        var unsold: [ExactText]
        var places: [ExactText: Int]
        var sold: [ExactText] = []
        var users: [String] = []
        var codes: [(code: String, items: [ExactText])] = []
        var operationsLeft: Int
        var usersMade = 0
        var isSoldOut = false
        var isStopped = false
        var nextAt: Int64 = 0
    }

    /// How many users and codes are remembered for others to use.
    private static let memory = 64

    private let state: Mutex<State>

    init(_ plan: ShoppersPlan) {
        var random = SplitMix64(seed: plan.seed)
        let unsold = plan.items.shuffled(using: &random).map { ExactText($0) }
        let places = Dictionary(unsold.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        state = Mutex(State(unsold: unsold, places: places, operationsLeft: plan.maxOperations))
    }

    /// Takes one call off the budget; `false` when there is none left or the run is over.
    func mayCall() -> Bool {
        state.withLock { state in
            guard !state.isStopped, state.operationsLeft > 0 else { return false }
            state.operationsLeft -= 1
            return true
        }
    }

    /// When the next call may go out, at so many a second.
    func turn(at rate: Int) -> Int64 {
        state.withLock { state in
            state.nextAt = max(state.nextAt + 1_000_000_000 / Int64(rate), HistoryRecorder.now)
            return state.nextAt
        }
    }

    var isOver: Bool { state.withLock { $0.isStopped || $0.operationsLeft <= 0 } }
    var isStopped: Bool { state.withLock { $0.isStopped } }
    var isSoldOut: Bool { state.withLock { $0.isSoldOut } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// An item that is probably unsold, of the first `window`; `nil` when none is left as far as anybody knows.
    func unsoldItem(window: Int, _ random: inout SplitMix64) -> ExactText? {
        state.withLock { state in
            guard !state.unsold.isEmpty else { return nil }
            return state.unsold[random.below(min(window, state.unsold.count))]
        }
    }

    func soldItem(_ random: inout SplitMix64) -> ExactText? {
        state.withLock { state in state.sold.isEmpty ? nil : state.sold[random.below(state.sold.count)] }
    }

    func markSold(_ items: [ExactText]) {
        state.withLock { state in
            for item in items {
                guard let place = state.places.removeValue(forKey: item), let last = state.unsold.popLast() else {
                    continue
                }
                if place < state.unsold.count {
                    state.unsold[place] = last
                    state.places[last] = place
                }
                state.sold.append(item)
            }
        }
    }

    /// What a listing of unsold items says: nothing left, or items to go for.
    func take(listing items: [ExactText], stopsWhenSoldOut: Bool) {
        state.withLock { state in
            if items.isEmpty {
                state.isSoldOut = true
                if stopsWhenSoldOut { state.isStopped = true }
            }
            for item in items where state.places[item] == nil {
                state.places[item] = state.unsold.count
                state.unsold.append(item)
            }
        }
    }

    /// A name that nobody has had yet.
    func newUser(prefix: String, seed: UInt64) -> String {
        let number = state.withLock { state in
            state.usersMade += 1
            return state.usersMade
        }
        // Two spellings of é: one name for people, two for the service.
        switch number % 10 {
        case 3: return "\(prefix)-\(seed)-ren\u{E9}-\(number)"
        case 4: return "\(prefix)-\(seed)-rene\u{301}-\(number - 1)"
        default: return "\(prefix)-\(seed)-\(number)"
        }
    }

    func remember(user: String) { state.withLock { Self.remember(user, in: &$0.users) } }
    func remember(code: String, items: [ExactText]) {
        state.withLock { Self.remember((code, items), in: &$0.codes) }
    }

    func knownUser(_ random: inout SplitMix64) -> String? {
        state.withLock { $0.users.isEmpty ? nil : $0.users[random.below($0.users.count)] }
    }

    func knownCode(_ random: inout SplitMix64) -> (code: String, items: [ExactText])? {
        state.withLock { $0.codes.isEmpty ? nil : $0.codes[random.below($0.codes.count)] }
    }

    private static func remember<Value>(_ value: Value, in list: inout [Value]) {
        list.append(value)
        if list.count > memory { list.removeFirst() }
    }
}
