import HTTP
import Kernel
import Sales

/// How a sale goes on: events for those who follow it, and what is sold as a bitmap.
struct EventRoutes: Sendable {
    let feeds: SaleFeeds
    let door: LoadShedding

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/sales/{sale_id}/events") { request, path in
            await door.run(.browsing, request) { await events(of: path["sale_id"], request) }
        }
        router.on(.get, "/sales/{sale_id}/availability") { request, path in
            await door.run(.browsing, request) { await availability(of: path["sale_id"], request) }
        }
    }

    private func events(of text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            // A client that connects again by itself sends the header, and the query of its first request.
            let parameter = try Parameters(query: request).text("last_event_id")
            guard let id = SaleID(text), let feed = try await feeds.feed(of: id, by: request.deadline) else {
                return Problem(.saleNotFound).response
            }
            guard let seat = feeds.audience.admit() else { return Problem(.overloaded, retryAfter: 5).response }
            return feed.response(since: request.header("last-event-id") ?? parameter, seat: seat)
        }
    }

    private func availability(of text: String, _ request: HTTPRequest) async -> HTTPResponse {
        await answering {
            guard let id = SaleID(text), let feed = try await feeds.feed(of: id, by: request.deadline) else {
                return Problem(.saleNotFound).response
            }
            return feed.availability(for: request)
        }
    }
}
