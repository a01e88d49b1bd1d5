import HTTP
import Kernel
import Sales
import Synchronization

/// What is told of one sale: looked at every quarter of a second at most, rendered once for all who follow.
final class SaleFeed: Sendable {
    /// How often it is looked at most, so that a page or an event may be as old as that.
    static let interval = Duration.milliseconds(250)
    /// How long a connection may be silent.
    static let silence = Duration.seconds(15)
    /// How long a client is to wait before it connects again, in milliseconds.
    static let retry = 2_000

    private struct State {
        var pulse: SalePulse?
        /// Nothing will change any more.
        var isOver = false
        var lookedAt: Instant?
        var isLooking = false
        var waiters: [CheckedContinuation<Void, Never>] = []
        var spokeAt: Instant
        /// Rendered when somebody asks, forgotten at the next look.
        var snapshot: [UInt8]?
        var availability: Availability?
    }

    private let id: SaleID
    private let follow: FollowSale
    private let time: any TimeSource
    private let broadcast: HTTPBroadcast
    /// Tells this feed's ids from those of other instances, and from those of a feed before it.
    private let token: String
    private let state: Mutex<State>

    init(of id: SaleID, follow: FollowSale, time: any TimeSource, token: String) {
        self.id = id
        self.follow = follow
        self.time = time
        self.token = token
        broadcast = HTTPBroadcast(farewells: Self.farewells)
        state = Mutex(State(spokeAt: time.now))
    }

    /// Readers that are told to go come back spread over some seconds.
    private static let farewells = (1...8).map { step in
        var writer = EventWriter()
        writer.retry(milliseconds: step * 500)
        return writer.bytes
    }

    /// Whether somebody follows.
    var hasReaders: Bool { broadcast.hasReaders }

    /// Whether something is known, and nothing will ever change.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// How long nobody has looked.
    func rest(at now: Instant) -> Duration { state.withLock { now - ($0.lookedAt ?? now) } }

    /// Looks how the sale stands unless that was done less than ``interval`` ago, and tells what has changed.
    ///
    /// One caller looks; the others have what is known, or wait where nothing is yet.
    /// - Returns: whether there is such a sale, as far as that could be found out.
    /// - Throws: ``StoreError`` where nothing is known and nothing could be learnt.
    func look(by deadline: Instant) async throws(StoreError) -> Bool {
        guard begin() else {
            await firstLook()
            return state.withLock { $0.pulse != nil }
        }
        do throws(StoreError) {
            let standing = try await follow.execute(id, by: deadline)
            return end { take(standing, &$0) }
        } catch {
            // What is known stays good until more can be learnt.
            guard end({ _ in }) else { throw error }
            return true
        }
    }

    /// Keeps silent connections from being taken for dead ones.
    func keepAlive() {
        let now = time.now
        state.withLock { state in
            guard now - state.spokeAt >= Self.silence else { return }
            publish(EventWriter.keepAlive, &state, at: now)
        }
    }

    /// The response to one who wants to follow, after a look: what came since `lastID`, where that is still known, else
    /// a snapshot; and then what comes.
    func response(since lastID: String?, seat: HTTPSeat) -> HTTPResponse {
        var opening = EventWriter()
        opening.retry(milliseconds: Self.retry)
        return state.withLock { state in
            let (first, next) = (broadcast.first, broadcast.next)
            // Who has the end and asks again is told of it again, so that nobody asks for ever.
            if let missed = number(in: lastID), (first...next).contains(missed), !state.isOver || missed < next {
                return .events(broadcast.reading(opening: opening.bytes, from: missed, seat: seat))
            }
            let bytes = opening.bytes + snapshot(&state)
            if state.isOver { return .events(bytes) }
            return .events(broadcast.reading(opening: bytes, from: next, seat: seat))
        }
    }

    /// The bitmap, after a look.
    func availability(for request: HTTPRequest) -> HTTPResponse {
        let availability = state.withLock { state in
            if state.availability == nil { state.availability = state.pulse.map { Availability($0.progress) } }
            return state.availability
        }
        return availability?.response(to: request) ?? Problem(.saleNotFound).response
    }

    private func begin() -> Bool {
        let now = time.now
        return state.withLock { state in
            if state.isLooking || state.isOver { return false }
            if let last = state.lookedAt, state.pulse != nil, now - last < Self.interval { return false }
            state.isLooking = true
            state.lookedAt = now
            return true
        }
    }

    private func firstLook() async {
        await withCheckedContinuation { continuation in
            let mustWait = state.withLock { state in
                guard state.pulse == nil, state.isLooking else { return false }
                state.waiters.append(continuation)
                return true
            }
            if !mustWait { continuation.resume() }
        }
    }

    private func end(_ change: (inout State) -> Void) -> Bool {
        let (isKnown, waiters) = state.withLock { state in
            change(&state)
            state.isLooking = false
            defer { state.waiters = [] }
            return (state.pulse != nil, state.waiters)
        }
        for waiter in waiters { waiter.resume() }
        return isKnown
    }

    private func take(_ standing: FollowSale.Standing?, _ state: inout State) {
        let now = time.now
        switch standing {
        case nil: return
        case .live(let progress): advance(to: progress, &state, at: now)
        case .over(let progress):
            advance(to: progress, &state, at: now)
            state.isOver = true
            var writer = EventWriter()
            writer.standing("end", progress, tenthsPerSecond: 0, id: eventID(broadcast.next + 1))
            broadcast.end(with: writer.bytes)
        }
    }

    private func advance(to progress: SaleProgress, _ state: inout State, at now: Instant) {
        state.snapshot = nil
        guard var pulse = state.pulse.take() else {
            state.pulse = SalePulse(progress, at: now)
            return
        }
        if pulse.progress.sold != progress.sold { state.availability = nil }
        let changes = pulse.advance(to: progress, at: now)
        state.pulse = pulse
        guard !changes.isEmpty else { return }
        state.availability = nil
        var writer = EventWriter()
        writer.changes(changes, pulse, id: eventID(broadcast.next + 1))
        publish(writer.bytes, &state, at: now)
    }

    private func publish(_ bytes: [UInt8], _ state: inout State, at now: Instant) {
        broadcast.publish(bytes)
        state.spokeAt = now
    }

    private func snapshot(_ state: inout State) -> [UInt8] {
        if let known = state.snapshot { return known }
        guard let pulse = state.pulse else { return [] }
        var writer = EventWriter()
        let rate = state.isOver ? 0 : pulse.tenthsPerSecond
        writer.standing("snapshot", pulse.progress, tenthsPerSecond: rate, id: eventID(broadcast.next))
        if state.isOver {
            writer.standing("end", pulse.progress, tenthsPerSecond: 0, id: eventID(broadcast.next))
        }
        state.snapshot = writer.bytes
        return writer.bytes
    }

    /// An id counts the pieces up to and with its own, so it is also the number of the piece that follows.
    private func eventID(_ count: Int) -> String { "\(token)-\(count)" }

    private func number(in id: String?) -> Int? {
        guard let parts = id?.split(separator: "-", omittingEmptySubsequences: false), parts.count == 2,
            parts[0] == token, let number = Int(parts[1]), number >= 0
        else { return nil }
        return number
    }
}

extension HTTPResponse {
    private static let eventStream = HTTPHeader("Content-Type", "text/event-stream; charset=utf-8")
    /// A proxy that collects answers would hold events back.
    private static let unbuffered = HTTPHeader("X-Accel-Buffering", "no")

    /// Events without an end.
    static func events(_ reading: HTTPBroadcastReading) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: eventStream, headers: [unbuffered], following: reading)
    }

    /// Events that are all there.
    static func events(_ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: eventStream, headers: [unbuffered], body: bytes)
    }
}
