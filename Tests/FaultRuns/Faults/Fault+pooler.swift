extension Fault {
    /// PgBouncer stands between the instances and PostgreSQL.
    static let pooler = [
        Fault(
            name: "pooler-killed",
            summary:
                "PgBouncer, which lends \(Parts.pooledSessions) sessions by the transaction to two instances, killed "
                + "by signal 9, another in its place a second later",
            isPooled: true
        ) { rig in
            try await rig.killPooler()
        }
    ]
}
