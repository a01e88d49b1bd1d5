import Glibc
import Synchronization

/// A flag that another thread can raise and that wakes a thread waiting in `poll`.
final class Interrupt: Sendable {
    /// Readable while raised.
    let descriptor: Int32
    private let writer: Int32
    private let raised = Atomic<Bool>(false)

    init() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { preconditionFailure("no file descriptor left for a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writer) = (ends[0], ends[1])
    }

    deinit {
        _ = close(descriptor)
        _ = close(writer)
    }

    var isRaised: Bool { raised.load(ordering: .acquiring) }

    func raise() {
        guard !raised.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        _ = write(writer, &byte, 1)
    }

    /// Lowers the flag; must not run while another thread may raise it.
    func clear() {
        guard raised.exchange(false, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) > 0 {}
    }
}
