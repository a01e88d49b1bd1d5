extension Fault {
    /// The standby takes over from the primary; `DATABASE_URL` names both.
    static let promotion = [
        Fault(
            name: "postgres-promoted",
            summary: "the primary killed by signal 9 and gone for good, its synchronous standby promoted at once",
            hasStandby: true
        ) { rig in try await rig.promoteStandbyOfKilledPrimary() },
        Fault(
            name: "postgres-superseded",
            summary:
                "the primary frozen, its synchronous standby promoted, and the old primary let go on 3 s later: it "
                + "takes writes as before, and nobody stops it for seconds",
            hasStandby: true
        ) { rig in try await rig.promoteStandbyOfFrozenPrimary() },
    ]
}
