import Postgres

/// What makes a reading wait for the synchronous standby, where there is one.
///
/// A commit waits for the standby only if it has something in the write-ahead log, so an empty message is put there: the
/// standby that has it has all that stood in the log before it, and that is all that could be read.
enum ReplicatedReading {
    /// For the end of a transaction that has read what is to be told.
    static let confirm = PostgresStatement(
        name: "confirm_reading",
        "SELECT pg_logical_emit_message(true, 'flashsale', '') WHERE current_setting('synchronous_standby_names') <> ''"
    )

    /// A column for a statement that is a transaction of its own; always NULL or a position in the log.
    static let column = """
        CASE WHEN current_setting('synchronous_standby_names') <> '' \
        THEN pg_logical_emit_message(true, 'flashsale', '') END
        """
}
