import Foundation
import HTTP
import Kernel
import RedisStores
import Sales
import Synchronization
import TestSupport

@testable import API

/// A running sale with feeds whose time a test holds.
struct EventStage: Sendable {
    let harness: APIHarness
    let sale: Sale
    let time = HandTime()
    let feeds: SaleFeeds
    let router: HTTPRouter

    static func with(
        items: Int32 = 20,
        maxReaders: Int = 100,
        _ body: @Sendable @escaping (EventStage) async throws -> Void
    ) async throws {
        try await APIHarness.with { harness in
            let now = try await harness.store.sales.now()
            let draft = SaleDraft(
                name: "events",
                startsAt: now.adding(seconds: -60),
                endsAt: now.adding(seconds: 3600),
                itemsPerUser: 10,
                graceSeconds: 60,
                afterEnd: .close,
                stock: .generated(items)
            )
            guard case .created(let sale) = try await harness.store.sales.create(draft, by: AuditActor("test")) else {
                return
            }
            try await harness.sales.refreshSaleBoard.execute()
            try await harness.openGate(of: sale)
            try await body(EventStage(harness, sale, maxReaders))
        }
    }

    private init(_ harness: APIHarness, _ sale: Sale, _ maxReaders: Int) {
        self.harness = harness
        self.sale = sale
        feeds = SaleFeeds(following: harness.sales.followSale, maxReaders: maxReaders, time: time)
        router = harness.shoppers(feeds: feeds)
    }

    var target: String { "/sales/\(sale.id)/events" }

    func get(_ target: String, _ headers: [(String, String)] = []) async -> HTTPResponse {
        let request = HTTPRequest(method: .get, target: target, headers: headers, deadline: .now + .seconds(60))
        guard case .found(let route, let path) = router.match(.get, path: request.path),
            case .buffered(let handler) = route.handler
        else { return HTTPResponse(status: 404) }
        return await handler(request, path)
    }

    /// What somebody who begins to follow now is sent.
    func events(since id: String? = nil) async -> [Event] {
        await get(target, id.map { [("Last-Event-ID", $0)] } ?? []).events
    }

    /// Lets a quarter of a second pass, and somebody look.
    func look() async {
        time.advance(by: .milliseconds(250))
        _ = await get("/sales/\(sale.id)/availability")
    }

    private var epoch: GateEpoch? { harness.sales.board.knowledge(of: sale.id)?.epoch }

    /// This instance sells.
    func sell(_ numbers: Int32...) { sell(Array(numbers)) }

    func sell(_ numbers: [Int32]) {
        guard let epoch else { return }
        var facts = CommittedFacts(sale: sale.id, epoch: epoch)
        facts.sold = numbers
        harness.sales.board.learn(facts)
    }

    /// Another instance sells: the gate alone learns of it.
    func sellElsewhere(_ numbers: Int32...) async {
        guard let epoch else { return }
        var facts = CommittedFacts(sale: sale.id, epoch: epoch)
        facts.sold = numbers
        harness.gate.gates.checkout.observe([facts])
        await harness.gate.settle()
    }

    func control(_ command: ControlSale.Command) async throws {
        _ = try await harness.sales.controlSale.execute(command, on: sale.id, by: AuditActor("test"))
        try await harness.sales.refreshSaleBoard.execute()
    }
}

/// A clock that stands until it is told to go on.
final class HandTime: TimeSource {
    private let present = Mutex(Instant.now)

    var now: Instant { present.withLock { $0 } }

    func advance(by duration: Duration) { present.withLock { $0 += duration } }
}

/// One event as a client has it.
struct Event: Equatable {
    let name: String
    let id: String?
    let data: String

    /// Reads the events of a stream; comments and `retry` are left out.
    static func read(_ text: String) -> [Event] {
        text.components(separatedBy: "\n\n").compactMap { block in
            var fields: [String: String] = [:]
            for line in block.split(separator: "\n") where !line.hasPrefix(":") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2 { fields[String(parts[0])] = String(parts[1].dropFirst()) }
            }
            guard let name = fields["event"], let data = fields["data"] else { return nil }
            return Event(name: name, id: fields["id"], data: data)
        }
    }
}

extension HTTPResponse {
    /// The stream as far as it has come.
    var streamText: String {
        switch body {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .broadcast(let reading): String(decoding: reading.soFar, as: UTF8.self)
        case .stream: ""
        }
    }

    var events: [Event] { Event.read(streamText) }
}
