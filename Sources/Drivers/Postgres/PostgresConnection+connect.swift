import CLibPQ
import Glibc

extension PostgresConnection {
    /// Connects to one host and sets the session up.
    func connect(to target: ConnectionTarget, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard let candidate = target.start() else { throw failure(.configuration, "out of memory") }
        replace(with: candidate)
        PQsetNoticeReceiver(candidate, { _, _ in }, nil)
        PQsetErrorVerbosity(candidate, PQERRORS_VERBOSE)
        var state = PQstatus(candidate) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            switch state {
            case PGRES_POLLING_READING: _ = try wait(for: POLLIN, until: deadline)
            case PGRES_POLLING_WRITING: _ = try wait(for: POLLOUT, until: deadline)
            default:
                let error = PostgresError(connecting: candidate, site: site)
                close()
                throw error
            }
            state = PQconnectPoll(candidate)
        }
        PQsetErrorVerbosity(candidate, PQERRORS_DEFAULT)
        PQsetnonblocking(candidate, 1)
        do throws(PostgresError) {
            try applySettings(until: deadline)
            if let admission = configuration.admission { admitted = try admission(self, deadline) }
        } catch {
            close()
            throw error.about(nil, connectionLost: true)
        }
    }

    /// Sets all run-time parameters in one round trip; also proves that the server answers.
    private func applySettings(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        let settings = PostgresConfiguration.fixedSettings + configuration.sessionSettings
        let parameters = PostgresParameters {
            $0.textArray(settings.map(\.name))
            $0.textArray(settings.map(\.value))
            $0.bool(configuration.isPooled)
        }
        opening.removeAll()
        if configuration.isPooled { opening.add(PostgresStatement(name: "settings", Self.setting), parameters) }
        _ = try query(
            PostgresStatement(name: "", configuration.isPooled ? "SELECT" : Self.setting),
            configuration.isPooled ? PostgresParameters() : parameters,
            within: ContinuousClock.now.duration(to: deadline),
            file: site.file,
            line: site.line
        )
    }

    private static let setting =
        "SELECT set_config(name, value, $3::bool) FROM unnest($1::text[], $2::text[]) AS settings (name, value)"

    /// Whether an idle connection is as the last call left it; costs one system call and never waits.
    ///
    /// A server says nothing to an idle session unless it ends it or its settings change; both ask for a new session.
    func isQuiet() -> Bool {
        guard let pointer else { return false }
        var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 0
    }
}
