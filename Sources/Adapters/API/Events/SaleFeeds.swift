import HTTP
import Kernel
import Sales
import Synchronization

/// The feeds of the sales that somebody looks at.
public final class SaleFeeds: Sendable {
    /// A feed that nobody has asked for so long is forgotten.
    static let rest = Duration.seconds(60)
    /// Most feeds that are kept; those of sales that run have readers, or are asked for again.
    static let capacity = 256

    /// Those who follow, all sales together.
    public let audience: HTTPAudience

    private let follow: FollowSale
    private let time: any TimeSource
    private let random: any RandomSource
    private let feeds = Mutex<[SaleID: SaleFeed]>([:])

    /// No feeds yet, and at most `maxReaders` readers at a time.
    public init(
        following follow: FollowSale,
        maxReaders: Int,
        time: any TimeSource = SystemTimeSource(),
        random: any RandomSource = SystemRandomSource()
    ) {
        self.follow = follow
        audience = HTTPAudience(limit: maxReaders)
        self.time = time
        self.random = random
    }

    /// Tells readers what has changed; to be called every quarter of a second.
    ///
    /// Without readers it does nothing.
    public func tick() async {
        let now = time.now
        let feeds = feeds.withLock { feeds in
            feeds = feeds.filter { $0.value.hasReaders || $0.value.rest(at: now) < Self.rest }
            return feeds.values.filter(\.hasReaders)
        }
        for feed in feeds {
            // Where nothing can be learnt readers are told nothing, and may hear more at the next look.
            _ = try? await feed.look(by: now + .seconds(2))
            feed.keepAlive()
        }
    }

    /// The feed of a sale, looked at less than a quarter of a second ago; `nil` where there is no such sale.
    func feed(of id: SaleID, by deadline: Instant) async throws(StoreError) -> SaleFeed? {
        let feed = feeds.withLock { feeds in
            if let known = feeds[id] { return known }
            if feeds.count >= Self.capacity { feeds = feeds.filter(\.value.hasReaders) }
            let token = String(random.next() >> 32, radix: 36)
            let made = SaleFeed(of: id, follow: follow, time: time, token: token)
            feeds[id] = made
            return made
        }
        do throws(StoreError) {
            if try await feed.look(by: deadline) { return feed }
        } catch {
            forget(feed, of: id)
            throw error
        }
        forget(feed, of: id)
        return nil
    }

    private func forget(_ feed: SaleFeed, of id: SaleID) {
        feeds.withLock { feeds in if feeds[id] === feed { feeds[id] = nil } }
    }
}
