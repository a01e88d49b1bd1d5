import ArgumentParser
import Foundation

/// The options of a run.
struct LoadOptions: ParsableArguments {
    @Option(help: "A shopper API; several share the connections.") var url: [String] = []
    @Option(help: "The operator API.") var adminUrl = "http://127.0.0.1:8081"
    @Option(help: "The operators' token; default: ADMIN_TOKEN of the environment.") var adminToken: String?
    @Option(help: "Connections, 1 to 10000.") var connections = 64
    @Option(help: "Seconds of the measured part.") var duration = 10.0
    @Option(help: "Seconds before it; default 2, or 0 where a sale is sold out or --count is given.") var warmUp:
        Double?
    @Option(help: "Operations a second, at even distances (open loop); without it each connection goes on at once.")
    var rate: Double?
    @Option(help: "End after so many operations.") var count: Int?
    @Option(help: "Items of the sale that is opened.") var items: Int?
    @Option(help: "Items a checkout.") var itemsPerCheckout = 1
    @Option(help: "Users to choose from; default: a fresh one for each operation.") var users: Int?
    @Option(help: "The purchase limit of a user.") var itemsPerUser: Int?
    @Option(help: "Makes the same choices again.") var seed: UInt64 = 1
    @Option(help: "Readers of the sale's events beside the shoppers, 0 to 10000.") var readers = 0
    @Option(help: "In which order items are handed out: blocks (any of the next 10000 items), random or sequential.")
    var order = Order.blocks
    @Option(help: "Seconds after which a request has failed.") var timeout = 10.0
    @Option(help: "NAME=PID: report the processor time and memory of a process with its children.") var watch:
        [String] = []
    @Option(help: "Where metrics are; default: /metrics of each --url.") var metricsUrl: [String] = []
    @Option(help: "Append the report as a line of JSON to a file; - is standard output.") var json: String?
    @Option(help: "What the run is called in tables.") var label: String?
    @Option(help: "A sale that runs already; default: a sale is opened.") var sale: String?
    @Option(help: "Requests that may fail before the run counts as failed.") var maxFailures = 0
    @Flag(help: "No progress line.") var quiet = false
    @Flag(help: "Load machines other than this one.") var allowRemote = false

    enum Order: String, ExpressibleByArgument, CaseIterable {
        /// As sales of the usual size would follow each other; a timed run needs more items than one of them has.
        case blocks
        /// Any item of the whole sale.
        case random
        case sequential

        /// Within how many items the order is random.
        func shuffledBlock(items: Int) -> Int? {
            switch self {
            case .blocks: 10_000
            case .random: items
            case .sequential: nil
            }
        }
    }

    func validate() throws {
        try check((1...10_000).contains(connections), "--connections must be 1 to 10000")
        try check(duration > 0 && duration <= 86_400, "--duration must be more than 0 and at most 86400 seconds")
        try check((0...3600).contains(warmUp ?? 0), "--warm-up must be 0 to 3600 seconds")
        try check(rate.map { $0 > 0 && $0 <= 1_000_000 } ?? true, "--rate must be more than 0 and at most 1000000")
        try check((count ?? 1) > 0, "--count must be at least 1")
        try check((1...1_000_000).contains(items ?? 1), "--items must be 1 to 1000000")
        try check((0...10_000).contains(readers), "--readers must be 0 to 10000")
        try check((1...100).contains(itemsPerCheckout), "--items-per-checkout must be 1 to 100")
        try check((1...100_000_000).contains(users ?? 1), "--users must be 1 to 100000000")
        try check((1...10_000).contains(itemsPerUser ?? 1), "--items-per-user must be 1 to 10000")
        try check(timeout > 0 && timeout <= 600, "--timeout must be more than 0 and at most 600 seconds")
        try check(maxFailures >= 0, "--max-failures must not be negative")
        for address in try endpoints + [operators] + metricsEndpoints where !allowRemote {
            try check(
                address.isLoopback,
                "\(address) is not this machine; to put load on another one, which is yours, add --allow-remote"
            )
        }
        _ = try watched
    }

    var endpoints: [Endpoint] { get throws { try (url.isEmpty ? ["http://127.0.0.1:8080"] : url).map(Endpoint.init) } }
    var operators: Endpoint { get throws { try Endpoint(adminUrl) } }

    /// Where metrics are read, without the path.
    var metricsEndpoints: [Endpoint] {
        get throws {
            if metricsUrl.isEmpty { return try endpoints }
            return try metricsUrl.map { try Endpoint($0.hasSuffix("/metrics") ? String($0.dropLast(8)) : $0) }
        }
    }

    var token: String {
        get throws {
            guard let token = adminToken ?? ProcessInfo.processInfo.environment["ADMIN_TOKEN"], !token.isEmpty else {
                throw ValidationError("--admin-token, or ADMIN_TOKEN in the environment, must be given")
            }
            return token
        }
    }

    var watched: [String: [ProcessTree]] {
        get throws {
            try watch.reduce(into: [:]) { result, text in
                let parts = text.split(separator: "=", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, parts[0] != "load", let id = Int32(parts[1]), id > 0 else {
                    throw ValidationError("--watch \(text): must be NAME=PID, such as service=4711")
                }
                let process = ProcessTree(id: id)
                try check(process.exists, "--watch \(text): there is no process \(id)")
                result[String(parts[0]), default: []].append(process)
            }
        }
    }

    private func check(_ isValid: Bool, _ message: String) throws {
        if !isValid { throw ValidationError(message) }
    }
}
