import NIOCore
import NIOHTTP1
import Synchronization
import Traces

extension HTTPConnection {
    /// Starts an exchange with its head: checks it, finds its route, and prepares for its body.
    func begin(_ parsed: HTTPRequestHead) {
        exchange.stage = .reading
        exchange.receivedAt = .now
        let head: RequestHead
        do throws(HTTPRejection) {
            head = try RequestHead(parsed, configuration)
        } catch {
            return reject(error)
        }
        exchange.head = head
        since = loop.now
        headCount = 0
        let hasBody = head.isChunked || head.contentLength > 0
        phase = head.isChunked ? .chunkedBody : .sizedBody(remaining: head.contentLength)
        switch server.router.match(head.method, path: head.target.path) {
        case .found(let route, let parameters):
            exchange.route = route
            exchange.parameters = parameters
        case .notFound: exchange.refusal = .notFound
        case .methodNotAllowed(let allow): exchange.refusal = .methodNotAllowed(allow: allow)
        case .options(let allow): exchange.refusal = .methodNotAllowed(allow: allow)
        case .malformed: exchange.refusal = .badRequest("malformed path parameter")
        }
        if kind == .surplus, exchange.route?.options.isExempt != true { return reject(.tooManyConnections) }
        exchange.bodyLimit = exchange.route?.options.maxBodyBytes ?? configuration.maxBodyBytes
        guard hasBody else { return }
        prepareBody(head)
    }

    private func prepareBody(_ head: RequestHead) {
        guard head.contentLength <= exchange.bodyLimit else { return reject(.bodyTooLarge) }
        if exchange.refusal == nil, isOverloaded { exchange.refusal = .overloaded }
        if let refusal = exchange.refusal {
            // The client that waits for 100 has not sent its body, and may not: nothing to read before the answer.
            if head.expectsContinue { reject(refusal) }
        } else {
            exchange.owesContinue = head.expectsContinue
            if exchange.isStreamingRoute {
                startHandler()
            } else if exchange.owesContinue {
                sendContinue()
            }
        }
    }

    private var isOverloaded: Bool {
        guard exchange.route?.options.isExempt != true else { return false }
        return server.inFlight.load(ordering: .relaxed) >= configuration.maxInFlight
    }

    /// Takes a piece of the body from the parser.
    func takeBody(_ bytes: ByteBuffer) {
        guard exchange.stage != .none, bodyFailure == nil else { return }
        let count = bytes.readableBytes
        exchange.bodyCount += count
        guard exchange.bodyCount <= exchange.bodyLimit else { return bodyFailure = .bodyTooLarge }
        guard exchange.refusal == nil else { return }
        if !exchange.isStreamingRoute {
            exchange.chargedBytes += count
            let held = server.bodyBytes.add(count, ordering: .relaxed).newValue
            guard held <= configuration.maxBufferedBodyBytes else { return bodyFailure = .overloaded }
            if exchange.body.isEmpty, let length = exchange.head?.contentLength {
                exchange.body.reserveCapacity(min(length, configuration.inputHighWaterBytes))
            }
        } else {
            since = loop.now
        }
        bytes.withUnsafeReadableBytes { exchange.body.append(contentsOf: $0) }
        if exchange.isStreamingRoute { giveToReader() }
    }

    /// The request is complete: answers it, or lets its handler know.
    func endBody() {
        exchange.isComplete = true
        phase = .complete
        fedCount = 0
        if let refusal = exchange.refusal {
            reject(refusal)
        } else if exchange.stage != .reading {
            giveToReader()
        } else if isOverloaded {
            reject(.overloaded)
        } else {
            startHandler()
        }
    }

    /// The request for the handler and the report; made once.
    func request() -> HTTPRequest? {
        if let request = exchange.request { return request }
        guard let head = exchange.head else { return nil }
        let received = exchange.receivedAt ?? .now
        let duration = exchange.route?.options.deadline ?? configuration.requestDeadline
        let started = exchange.bodyCount == 0 ? received : .now
        let deadline = started + duration
        let request = HTTPRequest(
            storage: HTTPRequest.Storage(
                method: head.method,
                target: head.target,
                headers: head.headers,
                id: head.id ?? loop.requestIDs.next(),
                trace: server.tracer?.begin(traceParent: head.traceParent, traceState: head.traceState),
                peer: context?.channel.remoteAddress,
                receivedAt: received,
                deadline: deadline,
                body: exchange.isStreamingRoute ? [] : exchange.body
            )
        )
        exchange.request = request
        exchange.deadline = deadline
        return request
    }

    /// Runs the route's handler in a task on this event loop.
    private func startHandler() {
        guard let route = exchange.route, let request = request() else { return }
        let parameters = exchange.parameters
        let number = exchange.number
        exchange.stage = .handling
        if !exchange.isStreamingRoute { exchange.body = [] }
        server.inFlight.add(1, ordering: .relaxed)
        let scope = TraceScope(requestID: request.id, context: request.trace)
        // A channel callback cannot wait, so an unstructured task carries the handler; its end is counted in
        // `inFlight`, which draining waits for, and the sweep cancels it after its deadline.
        let task = Task.immediate(executorPreference: loop.executor) { [self] in
            await TraceScope.$current.withValue(scope) {
                let response: HTTPResponse
                switch route.handler {
                case .buffered(let handle): response = await handle(request, parameters)
                case .streaming(let handle): response = await handle(request, parameters, reader(number))
                }
                if case .stream = response.body {
                    if let stream = answer(response, number) { await run(stream, number) }
                    server.handlerEnded()
                } else {
                    // First, so that whoever has the answer finds room for the next request.
                    server.handlerEnded()
                    _ = answer(response, number)
                }
            }
        }
        if exchange.number == number, exchange.stage != .none { exchange.task = task }
    }
}
