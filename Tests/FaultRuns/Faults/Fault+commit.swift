import TestSupport

extension Fault {
    /// The name of the statement as it stands in a Bind message: portal, statement, both ended by zero.
    private static let commitMessage = "\0commit\0"

    /// The flush that commits, and the link breaks at that very moment.
    static let commit = [
        Fault(
            name: "commit-reply-lost",
            summary: "COMMIT sent and done, the connection cut before its answer; 30 times",
            links: [.postgres]
        ) { rig in
            try await rig.breakCommits(at: commitMessage, .loseReply, times: 15)
        },
        Fault(
            name: "commit-request-lost",
            summary: "the connection cut as COMMIT is sent, PostgreSQL gets nothing; 30 times",
            links: [.postgres]
        ) { rig in
            try await rig.breakCommits(at: commitMessage, .loseRequest, times: 15)
        },
        Fault(
            name: "commit-late",
            summary: "the connection cut as COMMIT is sent, PostgreSQL gets the flush a second later; 8 times",
            links: [.postgres]
        ) { rig in
            try await rig.breakCommits(at: commitMessage, .holdRequest, times: 4)
        },
    ]
}
