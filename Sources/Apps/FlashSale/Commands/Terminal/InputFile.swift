#if canImport(Glibc)
    import Glibc
#endif

/// A file, or standard input, that is read in pieces; closed with its last reference.
final class InputFile: Sendable {
    /// How it is called in messages.
    let name: String
    /// Its length in bytes; `nil` where nobody knows, as of a pipe.
    let length: Int?
    private let descriptor: Int32

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        var about = stat()
        guard descriptor >= 0, fstat(descriptor, &about) == 0 else {
            throw CommandFault("cannot read \(name): \(Terminal.systemError)", .notFound)
        }
        length = about.st_mode & S_IFMT == S_IFREG ? Int(about.st_size) : nil
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next piece; `nil` at the end.
    func read() async throws -> [UInt8]? {
        try await Terminal.blocking { [self] in
            let bytes = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                var length = -1
                repeat {
                    length = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                } while length < 0
                    && errno == EINTR
                guard length >= 0 else { throw CommandFault("cannot read \(name): \(Terminal.systemError)", .notFound) }
                count = length
            }
            return bytes.isEmpty ? nil : bytes
        }
    }
}
