import ArgumentParser

/// `flashsale sales`: what the operator API does, from the command line.
struct SalesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sales",
        abstract: "Create, list and control sales; import items, export and report what happened.",
        discussion: """
            These commands work on PostgreSQL (DATABASE_URL) directly, audit and reconcile on Redis (REDIS_URL) as well, \
            by the rules of the operator API; no service need run, and none is asked. Running instances learn of a change \
            within a second and commit nothing against the state before it.

            Examples:
              flashsale sales create --total-items 1000 --name Lunch --starts-at 2026-01-31T12:00:00Z
              flashsale sales import S-0000000001 items.csv
              flashsale sales list --json | jq -r '.sales[].id'
              flashsale sales extend S-0000000001 --seconds 600
              flashsale sales report S-0000000001
              flashsale sales export S-0000000001 --content attempts --output attempts.csv

            Results go to standard output, everything else to standard error. Exit codes: 'flashsale --help'.
            """,
        subcommands: [
            List.self, Show.self, Create.self, Pause.self, Resume.self, End.self, Extend.self, Items.self, Import.self,
            Export.self, Report.self, ReconcileCommand.self, AuditCommand.self,
        ]
    )
}
