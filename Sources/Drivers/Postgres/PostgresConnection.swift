import CLibPQ

/// One session with a PostgreSQL server, used by one thread, which it blocks.
///
/// Every call has a deadline and ends by it, name resolution aside. A connection whose link broke, whose deadline
/// passed or whose caller was cancelled is closed and never used again; whatever it was running is cancelled on the
/// server from another thread. A server error leaves it usable, unless ``PostgresError/connectionLost`` says otherwise.
public final class PostgresConnection {
    /// How the session was set up.
    public let configuration: PostgresConfiguration
    /// `nil` once closed.
    private(set) var pointer: OpaquePointer?
    /// The SQL of the statements that the session has prepared, by name.
    var prepared: [String: String] = [:]
    /// Whether libpq holds bytes that the socket did not take yet.
    var hasUnsent = false
    /// No call outlasts this, whatever it asks for; the pool sets it to the deadline of what is being run.
    var limit: ContinuousClock.Instant?
    /// Raised to make a waiting call give up.
    let interrupt: Interrupt?
    /// Whether the server may still be talked to, as the configuration's admission has it; asked again when idle.
    var admitted: (@Sendable () -> Bool)?
    /// What stands at the head of each transaction where a pooler lends the session; empty elsewhere.
    ///
    /// A connection on which one of these statements fails is closed.
    public var opening = PostgresPipeline()
    /// The call that is under way, for its errors.
    var site: CallSite

    /// Connects to the first of the URL's hosts that lets it in.
    ///
    /// - Throws: ``PostgresError`` of the last host tried: `unreachable`, `timedOut`, `configuration`, or `server` with
    ///   the SQLSTATE of the refusal.
    public convenience init(
        _ configuration: PostgresConfiguration,
        deadline: ContinuousClock.Instant,
        file: String = #fileID,
        line: Int = #line
    ) throws(PostgresError) {
        try self.init(configuration, deadline: deadline, interrupt: nil, site: CallSite(file: file, line: line))
    }

    init(
        _ configuration: PostgresConfiguration,
        deadline: ContinuousClock.Instant,
        interrupt: Interrupt?,
        site: CallSite
    ) throws(PostgresError) {
        self.configuration = configuration
        self.interrupt = interrupt
        self.site = site
        var failure: PostgresError?
        let targets = try ConnectionTarget.list(of: configuration, site: site)
        for (index, target) in targets.enumerated() {
            // A host that swallows packets leaves the others their share of the time.
            let share = ContinuousClock.now.duration(to: deadline) / (targets.count - index)
            do throws(PostgresError) {
                try connect(to: target, until: .now + min(share, configuration.connectTimeout))
                return
            } catch {
                failure = error
                if error.code == .cancelled || ContinuousClock.now >= deadline { break }
            }
        }
        throw failure ?? PostgresError(.configuration, "the URL names no host", site: site)
    }

    deinit {
        close()
    }

    /// Whether the connection can be used; `false` once the link is known to be broken or after ``close()``.
    public var isUsable: Bool { pointer != nil }

    /// Whether the server still is the one to talk to, as far as the configuration's admission knows; asks nobody.
    public var isWelcome: Bool { admitted?() ?? true }

    /// Whether a transaction is open, failed or not.
    public var isInTransaction: Bool {
        guard let pointer else { return false }
        return PQtransactionStatus(pointer) != PQTRANS_IDLE
    }

    /// A handle to cancel from another thread what this connection runs; `nil` when it is closed.
    public var cancelHandle: PostgresCancelHandle? { pointer.flatMap { PostgresCancelHandle($0) } }

    /// Closes the connection without waiting for the server; an open transaction is rolled back there.
    public func close() {
        guard let pointer else { return }
        self.pointer = nil
        PQfinish(pointer)
    }

    /// Lets go of a connection attempt or a session before another one is made.
    func replace(with pointer: OpaquePointer?) {
        close()
        prepared.removeAll()
        hasUnsent = false
        self.pointer = pointer
    }

    /// Checks that a call may start and fixes its deadline; nothing has been sent when it throws.
    func begin(_ within: Duration, _ site: CallSite) throws(PostgresError) -> (OpaquePointer, ContinuousClock.Instant) {
        self.site = site
        guard let pointer else { throw failure(.connectionClosed, "the connection is closed") }
        guard PQtransactionStatus(pointer) != PQTRANS_ACTIVE else {
            throw failure(.configuration, "another statement is running on this connection")
        }
        if let interrupt, interrupt.isRaised { throw failure(.cancelled, "cancelled before anything was sent") }
        let deadline = deadline(within)
        guard deadline > .now else { throw failure(.timedOut, "the deadline passed before anything was sent") }
        return (pointer, deadline)
    }

    func deadline(_ within: Duration) -> ContinuousClock.Instant {
        let deadline = ContinuousClock.now + within
        return limit.map { min($0, deadline) } ?? deadline
    }

    func failure(_ code: PostgresError.Code, _ message: String) -> PostgresError {
        PostgresError(code, message, connectionLost: !isUsable, site: site)
    }
}
