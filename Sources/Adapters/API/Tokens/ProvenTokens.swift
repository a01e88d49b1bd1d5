import Kernel
import Sales
import Synchronization

/// Tokens that have proven right, so that a signature is looked at once and not with each of a shopper's requests.
///
/// Remembers at least the last 8,192 of them, twice as many at most. Only what a key of ours has signed gets in, and
/// nothing that is longer than 1 KiB, so that 20 MB hold them all.
final class ProvenTokens: Sendable {
    /// What a token says that matters again.
    struct Claims: Equatable {
        let user: UserID
        /// When it ends, in seconds since 1970.
        let end: Double
    }

    static let capacity = 8192
    static let maxBytes = 1024

    private struct State {
        var young: [ExactText: Claims] = [:]
        var old: [ExactText: Claims] = [:]
    }

    private let state = Mutex(State())

    /// What a token that was right before says; it may have ended since.
    func claims(of token: ExactText) -> Claims? {
        state.withLock { state in
            if let claims = state.young[token] { return claims }
            guard let claims = state.old[token] else { return nil }
            Self.keep(token, claims, in: &state)
            return claims
        }
    }

    /// Remembers a right token.
    func keep(_ token: ExactText, _ claims: Claims) {
        guard token.string.utf8.count <= Self.maxBytes else { return }
        state.withLock { Self.keep(token, claims, in: &$0) }
    }

    private static func keep(_ token: ExactText, _ claims: Claims, in state: inout State) {
        if state.young.count >= capacity {
            state.old = state.young
            state.young = [:]
        }
        state.young[token] = claims
    }
}
