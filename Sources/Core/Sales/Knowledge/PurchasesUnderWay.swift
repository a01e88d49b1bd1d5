import Kernel
import Synchronization

/// The codes that this instance is deciding, and those it met lately.
///
/// Tells a first request from a copy, so that the gate is asked only where there may be contention. Remembers at least
/// the last 131,072 codes in 512 KiB; about one new code in sixteen is taken for a known one, which costs a question
/// and nothing else.
public final class PurchasesUnderWay: Sendable {
    private static let generationSize = 1 << 17
    private static let bits = 1 << 21

    private struct State: Sendable {
        var deciding: [CheckoutCode: Int] = [:]
        var met = Bits()
        var metBefore = Bits()

        func remembers(_ code: CheckoutCode) -> Bool { met.contains(code) || metBefore.contains(code) }

        /// Also where the older generation holds it: that one is the next to be forgotten.
        mutating func remember(_ code: CheckoutCode) {
            guard !met.contains(code) else { return }
            if met.count >= generationSize {
                metBefore = met
                met = Bits()
            }
            met.insert(code)
        }
    }

    /// A set of codes as a bitmap: their last bits are random already, so no hash is needed.
    private struct Bits: Sendable {
        private var words: [UInt64] = []
        private(set) var count = 0

        func contains(_ code: CheckoutCode) -> Bool {
            guard !words.isEmpty else { return false }
            let bit = code.secret.low & UInt64(PurchasesUnderWay.bits - 1)
            return words[Int(bit >> 6)] & (1 << (bit & 63)) != 0
        }

        mutating func insert(_ code: CheckoutCode) {
            if words.isEmpty { words = Array(repeating: 0, count: PurchasesUnderWay.bits / 64) }
            let bit = code.secret.low & UInt64(PurchasesUnderWay.bits - 1)
            words[Int(bit >> 6)] |= 1 << (bit & 63)
            count += 1
        }
    }

    private let state = Mutex(State())

    /// Knows nothing yet.
    public init() {}

    /// Takes a request in; `true` where the instance does not remember an earlier one with the same code.
    func enter(_ code: CheckoutCode) -> Bool {
        state.withLock { state in
            state.deciding[code, default: 0] += 1
            let isKnown = state.remembers(code)
            state.remember(code)
            return !isKnown
        }
    }

    /// Whether a request with the code, or with one that looks like it, was met lately.
    func remembers(_ code: CheckoutCode) -> Bool { state.withLock { $0.remembers(code) } }

    /// A request that was taken in has its answer.
    func leave(_ code: CheckoutCode) {
        state.withLock { state in
            guard let count = state.deciding[code], count > 1 else {
                state.deciding[code] = nil
                return
            }
            state.deciding[code] = count - 1
        }
    }

    /// Whether a request with the code has no answer yet.
    func contains(_ code: CheckoutCode) -> Bool { state.withLock { $0.deciding[code] != nil } }
}
