/// Where PostgreSQL is and how a session with it is set up.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection URI or keyword string, secret because it may hold a password.
    ///
    /// Several hosts are tried in their order, each with its share of the time; `target_session_attrs` is checked on
    /// each by itself.
    public var url: String
    /// The longest a connection attempt to one host may take, its settings included.
    public var connectTimeout: Duration
    /// What `pg_stat_activity` shows.
    public var applicationName: String
    /// Run-time parameters set on every new session, after the driver's own; on every transaction, where it is pooled.
    public var sessionSettings: [(name: String, value: String)]
    /// Whether a pooler between here and the server lends sessions for a transaction at a time.
    ///
    /// Nothing is kept in a session then: statements have no names and are parsed each time, and settings are made anew
    /// in each transaction.
    public var isPooled: Bool
    /// Looks at each new session; a host whose session it refuses is passed over like one that does not answer.
    public var admission: PostgresAdmission?

    /// A configuration; everything but the URL has a default.
    public init(
        url: String,
        connectTimeout: Duration = .seconds(2),
        applicationName: String = "swift",
        sessionSettings: [(name: String, value: String)] = [],
        isPooled: Bool = false
    ) {
        self.url = url
        self.connectTimeout = connectTimeout
        self.applicationName = applicationName
        self.sessionSettings = sessionSettings
        self.isPooled = isPooled
    }

    /// The same for each host of the URL alone, in their order; nothing for a URL that cannot be parsed.
    public var hosts: [PostgresConfiguration] {
        (0..<ConnectionTarget.hostCount(of: url)).map { host in
            var configuration = self
            configuration.onlyHost = host
            return configuration
        }
    }

    /// Why `url` cannot lead to a server that takes writes, as a phrase without a piece of it; `nil` where it can.
    public static func fault(in url: String) -> String? {
        guard let options = ConnectionTarget.options(of: url) else { return "must be a libpq connection URI" }
        let value = { (name: String) in options.first { $0.name == name }?.value ?? "" }
        let hosts = ConnectionTarget.hostCount(of: url)
        let ports = value("port").split(separator: ",", omittingEmptySubsequences: false).count
        if ports > 1, ports != hosts { return "must name one port, or one for each of its \(hosts) hosts" }
        let wanted = value("target_session_attrs")
        guard ["", "any", "read-write", "primary"].contains(wanted) else {
            return "must not ask for a standby: target_session_attrs must be read-write or primary"
        }
        return nil
    }

    /// The one host of the URL that counts, by its place.
    var onlyHost: Int?

    /// What values in text form depend on, whatever server, database and role are set to.
    static let fixedSettings: [(name: String, value: String)] = [
        ("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "postgres"),
        ("standard_conforming_strings", "on"),
    ]
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Hosts, database and user, never the password.
    public var description: String {
        guard let options = ConnectionTarget.options(of: url) else { return "PostgresConfiguration(invalid URL)" }
        let shown = ["host", "hostaddr", "port", "dbname", "user"].compactMap { name in
            options.first { $0.name == name }.map { "\(name): \($0.value)" }
        }
        return "PostgresConfiguration(\(shown.joined(separator: ", ")), application: \(applicationName))"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Nothing, so that a dump cannot show the password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
