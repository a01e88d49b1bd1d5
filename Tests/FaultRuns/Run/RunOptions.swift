import TestSupport

/// What is the same for all runs.
struct RunOptions: Sendable {
    /// The server of all runs but those on a small disk; the process's own, never that of `TEST_DATABASE_URL`.
    let postgres: TestPostgres
    /// The binary `flashsale`.
    let service: String
    /// The library that shifts clocks.
    let clockLibrary: String
    /// Where histories go.
    var folder: String
    var seed: UInt64 = 1
    /// Calls of shoppers, at least.
    var operations = 5000
    /// Calls a second, at most, so that the stock outlasts the fault.
    var pace = 700
    /// The stock.
    var items = 2000

    /// What an instance is started with; where it listens and what it talks to come on top.
    func environment(clockShift: Int) -> [String: String] {
        var environment = [
            "ADMIN_TOKEN": Caller.token, "SALE_SCHEDULE": "off", "REQUEST_DEADLINE_MS": "1500",
            "BLOOM_REBUILD_SECONDS": "2",
        ]
        if clockShift != 0 {
            environment["LD_PRELOAD"] = clockLibrary
            environment["SHIFTED_CLOCK_SECONDS"] = "\(clockShift)"
        }
        return environment
    }
}
