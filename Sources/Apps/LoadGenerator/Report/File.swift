import Glibc

/// Small files of the kernel.
enum File {
    /// Everything in a file; `nil` where it cannot be read.
    static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let count = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: 4096))
            let read = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), 4096)
            }
            bytes.removeLast(4096 - max(0, read))
            if read <= 0 { return read < 0 ? nil : String(decoding: bytes, as: UTF8.self) }
        }
    }

    /// The entries of a directory that are numbers.
    static func names(in path: String) -> [Int32] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { names.append(number) }
        }
        return names
    }

    /// Adds text at the end of a file, making it if need be.
    ///
    /// - Throws: ``LoadFault`` where that cannot be done.
    static func append(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        let bytes = Array(text.utf8)
        guard descriptor >= 0, bytes.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == bytes.count
        else { throw LoadFault("\(path) cannot be written") }
        close(descriptor)
    }
}
