import Synchronization

/// A value that one thread leaves for another.
final class OnceBox<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    /// What was left, if anything was.
    var value: Value? { content.withLock { $0 } }

    /// Leaves a value.
    func set(_ value: Value) { content.withLock { $0 = value } }
}
