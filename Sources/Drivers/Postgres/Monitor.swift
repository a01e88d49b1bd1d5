import Glibc

/// A value behind a lock, with a way for a thread to block until the value is as it wants it.
///
/// For dedicated threads only: a task that waited here would block a thread of the cooperative pool.
///
/// `@unchecked Sendable`: `state` is touched only between lock and unlock of `mutex`, and the two pthread objects stay
/// at their addresses until `deinit`.
public final class Monitor<State: Sendable>: @unchecked Sendable {
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// A monitor of `state`.
    public init(_ state: State) {
        self.state = state
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A wall clock set back must not make a wait longer.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Calls `body` under the lock; wakes nobody.
    public func withLock<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Calls `body` under the lock, then wakes one waiting thread.
    public func signal(_ body: (inout State) -> Void) {
        withLock(body)
        pthread_cond_signal(condition)
    }

    /// Calls `body` under the lock, then wakes all waiting threads.
    public func broadcast(_ body: (inout State) -> Void) {
        withLock(body)
        pthread_cond_broadcast(condition)
    }

    /// Blocks until `take`, called under the lock after each wake-up, gives a value; `nil` when `deadline` passed first.
    public func wait<Value: Sendable>(
        until deadline: ContinuousClock.Instant? = nil,
        _ take: (inout State) -> Value?
    ) -> Value? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let value = take(&state) { return value }
            guard let deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return nil }
            var time = Self.monotonicTime(after: left)
            pthread_cond_timedwait(condition, mutex, &time)
        }
    }

    private static func monotonicTime(after duration: Duration) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        // A year is as good as for ever, and cannot overflow.
        let (seconds, attoseconds) = min(duration, .seconds(31_536_000)).components
        time.tv_sec += Int(seconds)
        time.tv_nsec += Int(attoseconds / 1_000_000_000)
        if time.tv_nsec >= 1_000_000_000 {
            time.tv_sec += 1
            time.tv_nsec -= 1_000_000_000
        }
        return time
    }
}
