import Foundation
import History
import TestSupport
import Testing

/// Instances come and go behind the proxies of `deploy`, under load.
///
/// `RESTART_ROUNDS` restarts each instance so often instead of once, `RESTART_DRAIN_DELAY_MS` shows what the delay is
/// good for. Rows for docs/DEPLOYMENT.md are appended to the file that `RESTART_TABLE` names.
@Suite(.serialized) struct RollingRestartTests {
    private static let rounds = Int(ProcessInfo.processInfo.environment["RESTART_ROUNDS"] ?? "") ?? 1

    @Test(arguments: ProxyProcess.Kind.allCases)
    func restartsInstancesInTurnWithoutAFailedCall(_ kind: ProxyProcess.Kind) async throws {
        let figures = try await ProxiedShop.figures(kind) { shop in
            try await shop.untilMoreCalls(200)
            for _ in 0..<Self.rounds {
                for number in 0...1 { try await shop.restart(number) }
            }
            try await shop.untilMoreCalls(200)
        }

        try Self.report(figures.row("\(kind.rawValue) | \(Self.rounds * 2) restarts by SIGTERM"))
        #expect(figures.failures == [:])
        #expect(figures.verdict.isClean, "\(figures.verdict)")
    }

    @Test(arguments: ProxyProcess.Kind.allCases)
    func sellsOnWhenAnInstanceIsKilled(_ kind: ProxyProcess.Kind) async throws {
        let figures = try await ProxiedShop.figures(kind) { shop in
            for number in 0..<Self.rounds {
                try await shop.untilMoreCalls(200)
                try await shop.kill(number % 2, for: .milliseconds(500))
            }
            try await shop.untilMoreCalls(200)
        }

        try Self.report(figures.row("\(kind.rawValue) | \(Self.rounds) instances killed by SIGKILL"))
        // Only calls that were under way in it, of sixteen shoppers, and no purchase: those are asked again. HAProxy says
        // nothing where the lost connection had served before; it leaves it to the client to repeat its request.
        let lost = ["checkout 503 unavailable", "checkout connection_lost"]
        #expect(figures.failures.keys.allSatisfy { lost.contains($0) }, "\(figures.failures)")
        #expect(figures.failureCount <= 16 * Self.rounds)
        #expect(figures.verdict.isClean, "\(figures.verdict)")
    }

    private static func report(_ row: String) throws {
        guard let path = ProcessInfo.processInfo.environment["RESTART_TABLE"] else { return }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data((row + "\n").utf8))
        try file.close()
    }
}
