import HTTP

/// How this instance does, second by second.
struct OperatorLiveRoutes: Sendable {
    let feed: LiveFeed
    let door: OperatorDoor

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/live/events") { request, _ in
            await door.guarded(request) {
                guard let seat = feed.audience.admit() else { return Problem(.overloaded, retryAfter: 5).response }
                return feed.response(seat: seat)
            }
        }
    }
}
