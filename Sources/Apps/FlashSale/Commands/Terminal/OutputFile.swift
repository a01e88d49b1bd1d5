#if canImport(Glibc)
    import Glibc
#endif

/// A file that is there as a whole or not at all, or standard output, which is neither.
final class OutputFile: Sendable {
    private let path: String?
    private let descriptor: Int32

    /// Where the bytes are until they are all there.
    private var draft: String { (path ?? "") + ".part" }

    /// Begins a file beside `path`; without one, or with `-`, it is standard output.
    init(_ path: String?) throws {
        self.path = path == "-" ? nil : path
        guard let path = self.path else {
            descriptor = STDOUT_FILENO
            return
        }
        descriptor = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw CommandFault("cannot write \(path).part: \(Terminal.systemError)", .unwritable)
        }
    }

    /// Writes bytes.
    func write(_ bytes: [UInt8]) async throws {
        try await Terminal.blocking { [self] in
            try Terminal.write(bytes, to: descriptor, called: path == nil ? "standard output" : draft)
        }
    }

    /// Gives the file its name, once it is on disk.
    func finish() throws {
        guard let path else { return }
        guard fsync(descriptor) == 0, rename(draft, path) == 0 else {
            throw CommandFault("cannot write \(path): \(Terminal.systemError)", .unwritable)
        }
        close(descriptor)
    }

    /// Takes away what was written.
    func abandon() {
        guard path != nil else { return }
        close(descriptor)
        unlink(draft)
    }
}
