import Dispatch

/// Lets the writers of one instance follow each other instead of running their transactions side by side.
///
/// While the batch of one runs, the requests for the other gather; so batches are larger, and what a batch costs
/// whatever its size is shared by more.
struct CommitTurns: Sendable {
    private let free = DispatchSemaphore(value: 1)
    private let patience: DispatchTimeInterval

    /// A writer goes ahead without a turn after `patience`: a session that hangs holds up its own batches only.
    init(patience: DispatchTimeInterval = .milliseconds(2)) { self.patience = patience }

    /// One writer's part, for its thread.
    func newTurn() -> Turn { Turn(free: free, patience: patience) }

    /// Held or not; passed when it goes.
    final class Turn {
        private let free: DispatchSemaphore
        private let patience: DispatchTimeInterval
        private(set) var isHeld = false

        fileprivate init(free: DispatchSemaphore, patience: DispatchTimeInterval) {
            self.free = free
            self.patience = patience
        }

        deinit { pass() }

        /// Waits for the turn, for a bounded time.
        func take() {
            if !isHeld { isHeld = free.wait(timeout: .now() + patience) == .success }
        }

        /// Gives the turn to whoever waits for it, if it is held.
        func pass() {
            guard isHeld else { return }
            isHeld = false
            free.signal()
        }
    }
}
