import HTTP
import Kernel
import Sales
import Synchronization

/// How this instance and its sales do, told to operators each second while somebody looks.
public final class LiveFeed: Sendable {
    /// Most operators who look at a time.
    static let maxReaders = 16
    /// Sales that are told of; those that begin first.
    static let maxSales = 20

    /// Those who look.
    let audience = HTTPAudience(limit: maxReaders)

    private let sales: Sales
    private let instance: String
    private let figures: @Sendable () -> ServiceFigures?
    private let time: any TimeSource
    private let broadcast = HTTPBroadcast()
    /// Of each sale, for its pace.
    private let pulses = Mutex<[SaleID: SalePulse]>([:])

    /// Tells of an instance by its name; `figures` are asked for once a second, and absent at the first time because
    /// most of them are counted since the time before.
    public init(
        sales: Sales,
        instance: String,
        figures: @escaping @Sendable () -> ServiceFigures?,
        time: any TimeSource = SystemTimeSource()
    ) {
        self.sales = sales
        self.instance = instance
        self.figures = figures
        self.time = time
    }

    /// Tells readers how things are; to be called every second, and does nothing without readers.
    public func tick() async {
        guard broadcast.hasReaders else { return }
        guard let figures = figures(), let clock = sales.board.recordClock(at: time.now) else { return }
        let shown = await shownSales()
        var writer = EventWriter()
        writer.event("state") { json in
            json.member("time", clock)
            json.member("instance", instance)
            json.key("sales")
            json.array(shown) { json, pulse in json.object { $0.sale(pulse) } }
            json.figures(figures)
        }
        broadcast.publish(writer.bytes)
    }

    /// The answer to one who wants to look.
    func response(seat: HTTPSeat) -> HTTPResponse {
        var opening = EventWriter()
        opening.retry(milliseconds: SaleFeed.retry)
        return .events(broadcast.reading(opening: opening.bytes, from: broadcast.next, seat: seat))
    }

    private func shownSales() async -> [SalePulse] {
        let live = sales.board.liveSales().sorted { ($0.startsAt, $0.id) < ($1.startsAt, $1.id) }.prefix(Self.maxSales)
        var shown: [SalePulse] = []
        for sale in live {
            // One that cannot be looked at now is left out, and may be there again in a second.
            guard case .live(let progress) = try? await sales.followSale.execute(sale.id, by: time.now + .seconds(1))
            else { continue }
            let now = time.now
            let pulse = pulses.withLock { pulses in
                if pulses[sale.id]?.advance(to: progress, at: now) == nil {
                    pulses[sale.id] = SalePulse(progress, at: now)
                }
                return pulses[sale.id]
            }
            if let pulse { shown.append(pulse) }
        }
        let ids = Set(live.map(\.id))
        pulses.withLock { pulses in pulses = pulses.filter { ids.contains($0.key) } }
        return shown
    }
}

extension JSONWriter {
    fileprivate mutating func sale(_ pulse: SalePulse) {
        member("sale_id", pulse.progress.sale.id.description)
        member("status", pulse.progress.status.rawValue)
        member("items", pulse.progress.sale.totalItems)
        member("sold", pulse.progress.sold.count)
        member("sold_rate", tenths: pulse.tenthsPerSecond)
    }
}
