import Glibc

/// The machine's name, for people.
enum HostName {
    static var current: String {
        var bytes = [CChar](repeating: 0, count: 256)
        // The last byte stays 0, whatever the system writes before it.
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "unknown" }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
