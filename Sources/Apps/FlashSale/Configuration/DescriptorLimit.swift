import Glibc

/// How many files and sockets this process may have open.
enum DescriptorLimit {
    /// Kept free of shoppers' connections: for surplus ones, operators, PostgreSQL, Redis, event loops and files.
    static let reserve = 512

    /// What the process may raise its limit to.
    static var highest: Int { Int(clamping: current.rlim_max) }

    /// Raises the limit as far as the process may; the usual 1024 is meant for programs that use `select`.
    static func raise() {
        var limit = current
        limit.rlim_cur = limit.rlim_max
        // Where it fails the old limit stays, and too many connections wait in the backlog.
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static var current: rlimit {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            preconditionFailure("a process can ask for its own limits")
        }
        return limit
    }
}
