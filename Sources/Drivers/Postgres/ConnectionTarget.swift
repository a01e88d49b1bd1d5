import CLibPQ
import Glibc

/// The options for one host of a connection URL.
///
/// libpq's non-blocking connect has no time limit of its own, so a host that swallows packets would keep the next one
/// from being tried; therefore each host is an attempt of its own here.
struct ConnectionTarget {
    let options: [(name: String, value: String)]

    /// One target a host, in the URL's order.
    static func list(of configuration: PostgresConfiguration, site: CallSite) throws(PostgresError) -> [Self] {
        guard let given = options(of: configuration.url) else {
            throw PostgresError(.configuration, "the URL is not a libpq connection URI", site: site)
        }
        let several = ["host", "hostaddr", "port"]
        let lists = several.map { name in
            given.first { $0.name == name }?.value.split(separator: ",", omittingEmptySubsequences: false) ?? []
        }
        let common =
            defaults(of: configuration).filter { own in !given.contains { $0.name == own.name } }
            + given.filter { !several.contains($0.name) }
        let hosts = max(lists[0].count, lists[1].count, 1)
        return (configuration.onlyHost.map { $0..<min($0 + 1, hosts) } ?? 0..<hosts).map { host in
            let own = zip(several, lists).compactMap { name, values -> (name: String, value: String)? in
                // A single port counts for all hosts.
                guard let value = values.indices.contains(host) ? values[host] : values.first, !value.isEmpty else {
                    return nil
                }
                return (name, String(value))
            }
            return ConnectionTarget(options: common + own)
        }
    }

    /// How many hosts `url` names, the one that is meant where it names none among them.
    static func hostCount(of url: String) -> Int {
        guard let given = options(of: url) else { return 0 }
        let counts = ["host", "hostaddr"].map { name in
            given.first { $0.name == name }?.value.split(separator: ",", omittingEmptySubsequences: false).count ?? 1
        }
        return max(counts[0], counts[1])
    }

    /// The options set in `url`, or `nil` when it cannot be parsed.
    static func options(of url: String) -> [(name: String, value: String)]? {
        var message: UnsafeMutablePointer<CChar>?
        let parsed = PQconninfoParse(url, &message)
        // The message may quote a piece of the password, so it is dropped.
        PQfreemem(message)
        guard let parsed else { return nil }
        defer { PQconninfoFree(parsed) }
        var options: [(name: String, value: String)] = []
        var next = parsed
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { options.append((String(cString: keyword), String(cString: value))) }
            next += 1
        }
        return options
    }

    /// Starts connecting without waiting for it.
    func start() -> OpaquePointer? {
        let names = options.map { strdup($0.name) } + [nil]
        let values = options.map { strdup($0.value) } + [nil]
        defer { (names + values).forEach { free($0) } }
        return PQconnectStartParams(names.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
    }

    /// Options that the URL may override: a dead link is noticed within half a minute even when nothing is sent.
    private static func defaults(of configuration: PostgresConfiguration) -> [(name: String, value: String)] {
        [
            ("application_name", configuration.applicationName), ("client_encoding", "UTF8"),
            ("gssencmode", "disable"), ("keepalives", "1"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "15000"),
        ]
    }
}
