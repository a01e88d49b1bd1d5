import Foundation
import Synchronization

/// Shoppers who all want something from one sale.
struct Crowd: Sendable {
    struct Result: Sendable {
        /// `code item` of every unit that somebody was told to have bought.
        var acknowledged: Set<String> = []
        /// Answers of status 500 and above.
        var serverFailures = 0
    }

    let sale: TestSale
    let services: [ServiceProcess]
    let users: Int
    let connections: Int

    /// Each user wishes for items at random, buys what it gets, and chooses again when it loses, until all are sold.
    func rush() async throws -> Result {
        let next = NextUser(users)
        return try await withThrowingTaskGroup(of: Result.self) { group in
            for connection in 0..<connections {
                group.addTask {
                    let client = try await services[connection % services.count].client()
                    var result = Result()
                    while let user = next.take() { try await shop("user-\(user)", client, &result) }
                    return result
                }
            }
            return try await group.reduce(into: Result()) { total, part in
                total.acknowledged.formUnion(part.acknowledged)
                total.serverFailures += part.serverFailures
            }
        }
    }

    private func shop(_ user: String, _ client: ServiceClient, _ result: inout Result) async throws {
        var code: String?
        for _ in 0..<3 {
            guard let item = sale.items.randomElement() else { return }
            let answer = try await client.checkout(user, item)
            if answer.status >= 500 { result.serverFailures += 1 }
            if answer.status == 200 { code = answer.string("code") }
        }
        // Whoever lost looks for what is left, so that with demand everything is sold.
        if code == nil {
            let rest = try await client.get("/sales/\(sale.id)/items?available=true&limit=50").objects("items")
            guard let item = rest.randomElement()?["id"] as? String else { return }
            code = try await client.checkout(user, item).string("code")
        }
        guard let code, code.hasPrefix("CHK-") else { return }
        let answer = try await client.purchase(code)
        if answer.status >= 500 { result.serverFailures += 1 }
        for item in answer.objects("purchased_items") {
            result.acknowledged.insert("\(code) \(item["id"] as? String ?? "?")")
        }
    }

    /// The same call from so many connections at once.
    static func atOnce(_ count: Int, _ call: @escaping @Sendable (Int) async throws -> Answer) async throws -> [Answer]
    {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for index in 0..<count { group.addTask { try await call(index) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// Gives each user out once.
private final class NextUser: Sendable {
    private let rest: Mutex<Int>

    init(_ count: Int) { rest = Mutex(count) }

    func take() -> Int? {
        rest.withLock { rest in
            guard rest > 0 else { return nil }
            rest -= 1
            return rest
        }
    }
}
