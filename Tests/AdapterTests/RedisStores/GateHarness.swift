import Kernel
import Logging
import NIOPosix
import Redis
import RedisStores
import Sales
import TestSupport

/// A gate on a real server, with one sale that no other test uses.
struct GateHarness: GateUnderTest {
    let client: RedisClient
    let gates: RedisGates
    let sale: SaleID

    /// Runs `body` on the shared server with patience, because the machine may be busy.
    static func with<Value: Sendable>(
        url: String? = nil,
        commandTimeout: Duration = .seconds(10),
        _ body: @Sendable @escaping (GateHarness) async throws -> Value
    ) async throws -> Value {
        var address = url
        if address == nil { address = try await TestRedis.shared().url }
        var configuration = try RedisStores.configuration(url: address ?? "")
        configuration.connectTimeout = .seconds(10)
        configuration.commandTimeout = commandTimeout
        configuration.reconnectDelayMin = .milliseconds(5)
        configuration.reconnectDelayMax = .milliseconds(20)
        let client = RedisClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let harness = GateHarness(
            client: client,
            gates: RedisGates(client: client, log: Logger(label: "test")),
            sale: SaleID(number: .random(in: 1..<1 << 49))
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            guard await gateEventually({ client.isConnected }) else { throw NeverConnected() }
            return try await body(harness)
        }
    }

    struct NeverConnected: Error {}

    /// The same server and sale seen by another instance.
    var otherInstance: GateHarness {
        GateHarness(client: client, gates: RedisGates(client: client, log: Logger(label: "test")), sale: sale)
    }

    var ports: GatePorts { gates.ports }
    var portsOfAnother: GatePorts { otherInstance.ports }

    /// The integer that a command answers, or `nil`.
    func number(_ words: String...) async -> Int64? {
        var command = RedisCommand()
        for word in words { command.append(word) }
        // Expectations say what must not be `nil`.
        guard case .integer(let number) = try? await client.send(command) else { return nil }
        return number
    }

    /// Runs a command and gives its reply, or `nil`.
    @discardableResult
    func run(_ words: String...) async -> RedisReply? {
        var command = RedisCommand()
        for word in words { command.append(word) }
        return try? await client.send(command)  // Expectations say what must not be `nil`.
    }

    func key(_ noun: String) -> String { "fs:{\(sale.number)}:\(noun)" }

    /// Waits until everything posted before has run: replies come in order.
    func settle() async { await run("PING") }
}

/// Waits until `condition` holds, for at most twenty seconds; `false` when it never did.
func gateEventually(_ condition: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if await condition() { return true }
        // Fails only in a test that was cancelled.
        try? await Task.sleep(for: .milliseconds(2))
    }
    return false
}
