import Kernel
import Synchronization
import Traces

/// A request whose trace is kept, as far as its batch is concerned.
final class BatchMember: Sendable {
    let request: TraceContext
    let arrivedAt: Instant
    private let isTaken = Atomic<Bool>(false)

    init(_ request: TraceContext, at now: Instant) {
        self.request = request
        arrivedAt = now
    }

    /// Whether this is the first time that it is taken out of the queue.
    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}

/// Tells traces how long requests waited for their batch, and of its transaction.
///
/// A transaction is one span in a trace of its own. Each of its requests has a span of the same time in its own trace;
/// both sides link to each other.
struct BatchSpans: Sendable {
    /// A member of a batch in hand.
    typealias Taken = (member: BatchMember, isFirst: Bool)

    private let tracer: Tracer
    private let writer: Span.Attribute
    private let transactionName: String

    init(_ tracer: Tracer, writer: String) {
        self.tracer = tracer
        self.writer = Span.Attribute("flashsale.batch.writer", writer)
        transactionName = "BATCH \(writer)"
    }

    /// The present request, if its trace is kept.
    func member(at now: Instant) -> BatchMember? { TraceScope.sampled.map { BatchMember($0, at: now) } }

    /// Those of a batch whose traces are kept, before its attempt.
    func take<Request, Outcome>(_ members: [CommitWaiter<Request, Outcome>]) -> [Taken] {
        members.compactMap { waiter in waiter.traced.map { ($0, $0.take()) } }
    }

    /// Has metrics know one of the requests that they count.
    static func exemplify(_ taken: [Taken], _ count: () -> Void) {
        guard let first = taken.first?.member else { return count() }
        TraceScope.$current.withValue(TraceScope(requestID: "", context: first.request), operation: count)
    }

    /// An attempt at a batch of `size` requests is over; `result` is its verdict's word.
    func attempted(_ taken: [Taken], size: Int, from start: Instant, to end: Instant, result: String) {
        guard !taken.isEmpty else { return }
        let clock = SpanClock()
        let (begin, over) = (clock.wall(start), clock.wall(end))
        let error = result == "committed" ? nil : result
        let said = [writer, .init("flashsale.batch.requests", size), .init("flashsale.batch.result", result)]
        let transaction = tracer.root(isSampled: true)
        var shares: [TraceContext] = []
        for (member, isFirst) in taken {
            if isFirst { waited(member, until: begin, clock, error: nil) }
            let share = tracer.child(of: member.request)
            shares.append(share)
            tracer.record(
                Span(
                    "batch transaction",
                    .internal,
                    at: share,
                    from: begin,
                    to: over,
                    attributes: said,
                    links: [transaction],
                    error: error
                )
            )
        }
        var database: [Span.Attribute] = [
            .init("db.system.name", "postgresql"), .init("db.operation.name", "BATCH"),
            .init("db.query.summary", transactionName),
        ]
        if size > 1 { database.append(.init("db.operation.batch.size", size)) }
        tracer.record(
            Span(
                transactionName,
                .client,
                at: transaction,
                from: begin,
                to: over,
                attributes: database + said,
                links: shares,
                error: error
            )
        )
    }

    /// A request has its answer; where no batch ever took it, that is all there is to tell.
    func answered<Outcome>(_ member: BatchMember, _ commitment: Commitment<Outcome>) {
        guard case .failed(let error) = commitment, member.take() else { return }
        waited(member, until: Tracer.now, SpanClock(), error: error.code.rawValue)
    }

    private func waited(_ member: BatchMember, until end: UInt64, _ clock: SpanClock, error: String?) {
        tracer.record(
            Span(
                "batch wait",
                .internal,
                at: tracer.child(of: member.request),
                from: clock.wall(member.arrivedAt),
                to: end,
                attributes: [writer],
                error: error
            )
        )
    }
}
