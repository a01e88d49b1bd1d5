import Kernel
import Synchronization

/// A request with the caller that waits for its outcome; answered once, by whoever comes first.
final class CommitWaiter<Request: Sendable, Outcome: Sendable>: Sendable {
    let request: Request
    /// Its part in traces; `nil` where its own is not kept.
    let traced: BatchMember?
    // Unsafe only in that nobody checks that it is resumed once; `isAnswered` does.
    private let continuation: UnsafeContinuation<Commitment<Outcome>, Never>?
    private let isAnswered = Atomic<Bool>(false)

    /// Nobody waits for it where there is no continuation.
    init(
        _ request: Request,
        traced: BatchMember? = nil,
        continuation: UnsafeContinuation<Commitment<Outcome>, Never>? = nil
    ) {
        self.request = request
        self.traced = traced
        self.continuation = continuation
    }

    /// Answers the caller, unless there is none or it has its answer.
    func resume(_ commitment: Commitment<Outcome>) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        continuation?.resume(returning: commitment)
    }

    func fail(_ code: StoreError.Code, _ message: String) { resume(.failed(StoreError(code, message))) }
}
