/// Decides on a session that was just set up, on its thread and before the deadline.
///
/// Returns what tells, at once and on any thread, whether the session is still welcome: a connection of which that is
/// not true any more is not used again.
/// - Throws: ``PostgresError``, such as ``PostgresError/refused(_:file:line:)``; then the next host is tried.
public typealias PostgresAdmission =
    @Sendable (
        _ connection: PostgresConnection,
        _ deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> @Sendable () -> Bool
