/// Where PostgreSQL is and how a session with it is set up.
public struct PostgresConfiguration: Sendable {
    /// A libpq connection URI or keyword string, secret because it may hold a password.
    ///
    /// Several hosts are tried in their order; `target_session_attrs` is checked on each by itself.
    public var url: String
    /// The longest a connection attempt to one host may take, its settings included.
    public var connectTimeout: Duration
    /// What `pg_stat_activity` shows.
    public var applicationName: String
    /// Run-time parameters set on every new session, after the driver's own.
    public var sessionSettings: [(name: String, value: String)]
    /// Whether statements are prepared once by name; `false` parses them each time, for poolers that share sessions.
    public var usesNamedStatements: Bool

    /// A configuration; everything but the URL has a default.
    public init(
        url: String,
        connectTimeout: Duration = .seconds(2),
        applicationName: String = "swift",
        sessionSettings: [(name: String, value: String)] = [],
        usesNamedStatements: Bool = true
    ) {
        self.url = url
        self.connectTimeout = connectTimeout
        self.applicationName = applicationName
        self.sessionSettings = sessionSettings
        self.usesNamedStatements = usesNamedStatements
    }

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
