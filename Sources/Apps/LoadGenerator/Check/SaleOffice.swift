import Foundation

/// What the operator API is asked for: a sale to put under load.
struct SaleOffice: Sendable {
    let operators: ControlClient
    let shops: [ControlClient]

    /// The members of a sale that matter here.
    private struct Sale: Decodable {
        let id: String
        let status: String
        let total_items: Int
        let items_per_user: Int
        let starts_at: String
    }

    private struct Page: Decodable {
        struct Item: Decodable { let id: String }
        let items: [Item]
    }

    /// Makes a sale that opens at once, or at a time, and waits until every instance knows it.
    func open(items: Int, itemsPerUser: Int, startsAt: Date?) async throws -> TargetSale {
        let begin = startsAt.map { ",\"starts_at\":\"\(Self.timestamp($0))\"" } ?? ""
        let end = Self.timestamp(Date(timeIntervalSinceNow: 86_400))
        let json = """
            {"name":"Load test","total_items":\(items),"items_per_user":\(itemsPerUser),"ends_at":"\(end)"\(begin)}
            """
        let reply = try await operators.post("/admin/sales", json: json)
        guard reply.status == 201, let sale = try? JSONDecoder().decode(Sale.self, from: Data(reply.body)) else {
            throw LoadFault("the sale could not be made: \(reply.status) \(reply.text)")
        }
        try await wait(for: sale.id, until: startsAt == nil ? ["active"] : ["scheduled", "active"])
        return TargetSale(id: sale.id, totalItems: items, itemsPerUser: itemsPerUser, isOwn: true)
    }

    /// Takes a sale that runs already.
    func find(_ id: String) async throws -> TargetSale {
        let reply = try await shops[0].get("/sales/\(id)")
        guard reply.status == 200, let sale = try? JSONDecoder().decode(Sale.self, from: Data(reply.body)) else {
            throw LoadFault("there is no sale \(id): \(reply.status)")
        }
        guard sale.status == "active" else { throw LoadFault("the sale \(id) is \(sale.status)") }
        let target = TargetSale(
            id: id,
            totalItems: sale.total_items,
            itemsPerUser: sale.items_per_user,
            isOwn: false
        )
        let items = try await shops[0].get("/sales/\(id)/items?limit=1")
        let page = try? JSONDecoder().decode(Page.self, from: Data(items.body))
        guard page?.items.first?.id == target.itemPrefix + "1" else {
            throw LoadFault("the sale \(id) has imported items; only generated ids can be wished for")
        }
        return target
    }

    private func wait(for id: String, until states: Set<String>) async throws {
        for shop in shops {
            var last = ""
            for _ in 0..<600 where !states.contains(last) {
                let reply = try await shop.get("/sales/\(id)")
                last = (try? JSONDecoder().decode(Sale.self, from: Data(reply.body)))?.status ?? "unknown"
                if !states.contains(last) { try await Task.sleep(for: .milliseconds(50)) }
            }
            guard states.contains(last) else { throw LoadFault("\(shop.endpoint) does not sell \(id): it is \(last)") }
        }
    }

    private static func timestamp(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
