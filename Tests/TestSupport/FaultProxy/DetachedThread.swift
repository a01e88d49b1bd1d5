#if canImport(Glibc)
    import Glibc
#endif

/// Threads for what blocks, which the pool of Swift's concurrency must not.
enum DetachedThread {
    /// Runs `body` on a thread of its own, which ends with it.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(ThreadBody(body))
        var id = pthread_t()
        _ = pthread_create(&id, nil, runThreadBody, box.toOpaque())
        pthread_detach(id)
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThreadBody(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box { Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue().run() }
    return nil
}
