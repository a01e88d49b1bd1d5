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
    }

    /// A set of codes as a bitmap: their last bits are random already, so no hash is needed.
    private struct Bits: Sendable {
        private var words = [UInt64](repeating: 0, count: bits / 64)
        private(set) var count = 0

        func contains(_ code: CheckoutCode) -> Bool {
            let bit = code.secret.low & UInt64(PurchasesUnderWay.bits - 1)
            return words[Int(bit >> 6)] & (1 << (bit & 63)) != 0
        }

        mutating func insert(_ code: CheckoutCode) {
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
            if state.met.contains(code) || state.metBefore.contains(code) { return false }
            if state.met.count >= Self.generationSize {
                swap(&state.met, &state.metBefore)
                state.met = Bits()
            }
            state.met.insert(code)
            return true
        }
    }

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
