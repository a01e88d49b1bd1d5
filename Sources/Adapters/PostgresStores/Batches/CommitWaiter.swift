import Kernel
import Synchronization

/// A request with the caller that waits for its outcome; answered once, by whoever comes first.
final class CommitWaiter<Request: Sendable, Outcome: Sendable>: Sendable {
    let request: Request
    /// Its part in traces; `nil` where its own is not kept.
    let traced: BatchMember?
    // Unsafe only in that nobody checks that it is resumed once; taking it out under the lock does.
    private let continuation = Mutex<UnsafeContinuation<Commitment<Outcome>, Never>?>(nil)

    init(_ request: Request, traced: BatchMember? = nil) {
        self.request = request
        self.traced = traced
    }

    func wait(with continuation: UnsafeContinuation<Commitment<Outcome>, Never>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// Answers the caller, unless there is none or it has its answer.
    func resume(_ commitment: Commitment<Outcome>) {
        continuation.withLock { $0.take() }?.resume(returning: commitment)
    }

    func fail(_ code: StoreError.Code, _ message: String) { resume(.failed(StoreError(code, message))) }
}
