import Glibc
import Kernel
import Synchronization

/// The operating system's generator, drawn from 256 bytes at a time: 32 numbers a system call instead of one.
///
/// No byte is given out twice; what is in the buffer is as secret as the rest of the process's memory.
final class BufferedRandomSource: RandomSource {
    // As much as getentropy(3) gives at once.
    private static let capacity = 256 / MemoryLayout<UInt64>.size

    private let buffer = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        buffer.withLock { buffer in
            if let number = buffer.popLast() { return number }
            Self.fill(&buffer)
            return buffer.removeLast()
        }
    }

    private static func fill(_ buffer: inout [UInt64]) {
        buffer.append(contentsOf: repeatElement(0, count: capacity))
        let failure = buffer.withUnsafeMutableBytes { getentropy($0.baseAddress, $0.count) }
        precondition(failure == 0, "the system gives no random bytes")
    }
}
