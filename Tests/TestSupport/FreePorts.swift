#if canImport(Glibc)
    import Glibc
#endif

/// Ports below the kernel's range for outgoing connections, each given out once.
public enum FreePorts {
    /// So many free ports of 127.0.0.1.
    ///
    /// - Throws: when there are none.
    public static func take(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for _ in 0..<500 where ports.count < count {
            let port = Int.random(in: 20_000..<32_000)
            if isFree(port), !ports.contains(port) { ports.append(port) }
        }
        guard ports.count == count else { throw NoFreePorts() }
        return ports
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// Every port is taken.
struct NoFreePorts: Error {}
