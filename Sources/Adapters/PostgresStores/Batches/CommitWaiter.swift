import Kernel
import Synchronization

/// A request with the caller that waits for its outcome; answered once, by whoever comes first.
///
/// `@unchecked Sendable` for ``continuation``, which is set before anybody else knows of the waiter, and taken by the one
/// who finds it unanswered.
final class CommitWaiter<Request: Sendable, Outcome: Sendable>: @unchecked Sendable {
    let request: Request
    /// Its part in traces; `nil` where its own is not kept.
    let traced: BatchMember?
    private let isAnswered = Atomic<Bool>(false)
    // Unsafe only in that nobody checks that it is resumed once; `isAnswered` does.
    private var continuation: UnsafeContinuation<Commitment<Outcome>, Never>?

    init(_ request: Request, traced: BatchMember? = nil) {
        self.request = request
        self.traced = traced
    }

    /// Says who waits; before anybody else knows of it.
    func wait(with continuation: UnsafeContinuation<Commitment<Outcome>, Never>) { self.continuation = continuation }

    /// Answers the caller, unless there is none or it has its answer.
    func resume(_ commitment: Commitment<Outcome>) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        continuation?.resume(returning: commitment)
    }

    func fail(_ code: StoreError.Code, _ message: String) { resume(.failed(StoreError(code, message))) }
}
