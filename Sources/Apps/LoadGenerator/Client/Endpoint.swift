import Foundation

/// Where an instance listens.
struct Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// Name or address.
    let host: String
    /// 1 to 65535.
    let port: Int

    /// Reads `http://host:port`.
    ///
    /// - Throws: ``LoadFault`` for anything else.
    init(_ text: String) throws {
        guard let parts = URLComponents(string: text), parts.scheme == "http", let host = parts.host, !host.isEmpty
        else {
            throw LoadFault("\(text) is no address; they look like http://127.0.0.1:8080")
        }
        guard ["", "/"].contains(parts.path), parts.query == nil, parts.user == nil else {
            throw LoadFault("\(text): an address has a host and a port only")
        }
        let port = parts.port ?? 80
        guard (1...65_535).contains(port) else { throw LoadFault("\(text): a port is 1 to 65535") }
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = port
    }

    /// Whether it is this machine, by its address and not by what a name may resolve to.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// For the `Host` field.
    var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// As it is given.
    var description: String { "http://\(authority)" }
}

/// What keeps a run from being made, in a sentence.
struct LoadFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
