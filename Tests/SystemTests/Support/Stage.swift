import Foundation
import TestSupport

/// What a system test plays on: a database of its own, a Redis of its own, and services.
struct Stage: Sendable {
    let database: String
    let redis: TestRedis

    /// A fresh database on the shared PostgreSQL, and a Redis that nobody else uses.
    static func make() async throws -> Stage {
        Stage(
            database: try await TestPostgres.shared().makeDatabase(),
            redis: try await TestRedis.privateServer()
        )
    }

    func service(_ settings: [String: String] = [:], untilReady: Bool = true) async throws -> ServiceProcess {
        try await ServiceProcess.start(
            database: database,
            redis: redis.url,
            settings: settings,
            untilReady: untilReady
        )
    }
}

/// A sale that a test made, with its items.
struct TestSale: Sendable {
    let id: String
    let items: [String]

    /// The number inside, which leads the sale's rows and keys.
    var number: Int { Int(id.dropFirst(2), radix: 32) ?? 0 }

    /// Makes a sale by the operator API and waits until the instances sell it.
    static func make(
        _ service: ServiceProcess,
        items: Int,
        members: String = ""
    ) async throws -> TestSale {
        let answer = try await service.operatorClient().post(
            "/admin/sales",
            json: "{\"total_items\":\(items)\(members)}"
        )
        guard answer.status == 201, let id = answer.string("id") else {
            throw ServiceProcess.Failure(description: "no sale: \(answer.status) \(answer.text)")
        }
        let number = id.dropFirst(2)
        return TestSale(id: id, items: (1...max(1, items)).map { "I-\(number)-\($0)" })
    }

    /// The rows of an export.
    func export(_ content: String, from service: ServiceProcess) async throws -> [[String]] {
        let answer = try await service.operatorClient().get("/admin/sales/\(id)/\(content)?format=csv")
        return answer.text.split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
