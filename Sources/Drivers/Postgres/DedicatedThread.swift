import Glibc
import Synchronization

/// An own operating system thread for a loop that blocks, which must not run on the cooperative pool.
public final class DedicatedThread: Sendable {
    private struct State {
        var isFinished = false
        var joining: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Starts a thread that runs `body` once; `top -H` shows the first 15 bytes of `name`.
    public init(name: String, _ body: @escaping @Sendable () -> Void) {
        let isStarted = Self.start(name: name) { [self] in
            body()
            finish()
        }
        precondition(isStarted, "the system refuses to start another thread")
    }

    /// Waits until the body has returned; not cancellable.
    public func join() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.joining.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() }
        }
    }

    /// Starts a thread that nobody waits for; `false` when the system refuses.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        let box = Unmanaged.passRetained(Box(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, threadMain, box.toOpaque())
        if code != 0 { box.release() }
        return code == 0
    }

    private func finish() {
        let joining = state.withLock { state in
            state.isFinished = true
            return state.joining
        }
        for continuation in joining { continuation.resume() }
    }
}

/// What a new thread is given.
private final class Box: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let box = Unmanaged<Box>.fromOpaque(argument).takeRetainedValue()
    nameCurrentThread(box.name)
    box.body()
    return nil
}

/// Tells the kernel, by its file: `pthread_setname_np` is an extension that the Glibc module leaves out.
private func nameCurrentThread(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}
