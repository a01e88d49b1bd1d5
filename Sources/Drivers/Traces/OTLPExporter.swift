import Logging

/// Takes spans from a queue to a collector by OTLP over HTTP, in its own time.
public final class OTLPExporter: Sendable {
    /// How often the queue is looked at.
    private static let look = Duration.milliseconds(100)

    private let queue: SpanQueue
    private let configuration: OTLPConfiguration
    private let client: OTLPClient
    private let log: Logger

    /// An exporter that does nothing before ``run()``.
    public init(_ configuration: OTLPConfiguration, queue: SpanQueue, log: Logger) {
        self.configuration = configuration
        self.queue = queue
        self.log = log
        client = OTLPClient(configuration)
    }

    /// Exports until the task is cancelled: when spans have waited for the interval, or make a whole batch.
    public func run() async {
        var due = ContinuousClock.now + configuration.interval
        var wasTaken = true
        while !Task.isCancelled {
            // Where the wait is cut short there is nothing more to do than to see that it was.
            try? await Task.sleep(for: Self.look)
            let isDue = ContinuousClock.now >= due
            guard queue.count >= configuration.batch || (isDue && queue.count > 0) else { continue }
            repeat {
                let isTaken = await export(queue.take(configuration.batch))
                if isTaken != wasTaken { report(isTaken) }
                wasTaken = isTaken
            } while queue.count >= configuration.batch && wasTaken && !Task.isCancelled
            due = .now + configuration.interval
        }
    }

    /// Exports what is left, each batch tried once, then closes; what does not get through in time is lost.
    public func finish(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while queue.count > 0, ContinuousClock.now < end {
            let spans = queue.take(configuration.batch)
            guard await client.send(OTLPBody(spans, of: configuration), within: end - .now)?.meaning.isTaken == true
            else {
                queue.lose(spans.count, .shutdown)
                break
            }
            queue.export(spans.count)
        }
        queue.lose(queue.take(queue.capacity * 2).count, .shutdown)
        await client.close()
    }

    /// Whether the collector took the spans; if it did not, they are counted, or back in the queue when cancelled.
    private func export(_ spans: [Span]) async -> Bool {
        let body = OTLPBody(spans, of: configuration)
        var pause = Duration.seconds(1)
        for attempt in 1...configuration.attempts {
            let answer = await client.send(body, within: configuration.timeout)
            if Task.isCancelled, answer == nil {
                queue.putBack(spans)
                return false
            }
            switch answer?.meaning {
            case .taken(let rejected):
                queue.export(spans.count - rejected)
                queue.lose(rejected, .refused)
                return true
            case .refused:
                queue.lose(spans.count, .refused)
                return false
            case nil:
                queue.lose(spans.count, .unreachable)
                return false
            case .later where attempt < configuration.attempts:
                let wanted = answer?.retryAfter.map { Duration.seconds($0) } ?? pause
                pause *= 2
                do { try await Task.sleep(for: min(wanted, configuration.maxPause)) } catch {
                    queue.putBack(spans)
                    return false
                }
            case .later: queue.lose(spans.count, .unreachable)
            }
        }
        return false
    }

    /// Once a row of failures, because every export may meet the same fault.
    private func report(_ isTaken: Bool) {
        if isTaken { return log.notice("traces are exported again") }
        if !Task.isCancelled { log.warning("traces are not exported: the collector does not take them") }
    }
}
