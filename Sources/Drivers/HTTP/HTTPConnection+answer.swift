import NIOCore
import Synchronization

extension HTTPConnection {
    /// Sends a handler's response, unless the exchange is over.
    ///
    /// - Returns: the stream to run, if the response has one.
    func answer(_ response: HTTPResponse, _ number: UInt64) -> HTTPBodyStream? {
        loop.eventLoop.preconditionInEventLoop()
        guard exchange.number == number, exchange.stage == .handling else { return nil }
        if case .closed = phase {
            endExchange(status: 499)
            loop.remove(self)
            return nil
        }
        guard (200...599).contains(response.status) else {
            reject(.internalError)
            return nil
        }
        if case .broadcast(let reading) = response.body, !isBodiless(response) {
            follow(reading, response)
            return nil
        }
        guard case .stream(let stream) = response.body, !isBodiless(response) else {
            send(response)
            return nil
        }
        exchange.stage = .streaming
        exchange.unsentHead = response
        exchange.isChunked = exchange.head?.isHTTP10 == false
        since = loop.now
        return stream
    }

    /// Whether the response goes out without a body, whatever it holds.
    func isBodiless(_ response: HTTPResponse) -> Bool {
        exchange.head?.method == .head || response.status == 204 || response.status == 304
    }

    /// Answers in the handler's place, and ends the connection if the rest of the input is in doubt.
    func reject(_ rejection: HTTPRejection) {
        if case .methodNotAllowed(let allow) = rejection, let request = request(), request.method == .options {
            return send(HTTPResponse(status: 204, headers: [Self.allow(allow)]))
        }
        server.observer?.rejected(rejection)
        let error: HTTPBodyError =
            switch rejection {
            case .timeout, .deadlineExceeded: .timedOut
            case .bodyTooLarge: .tooLarge
            default: .malformed
            }
        failBody(error)
        if exchange.stage == .none { exchange = Exchange(number: exchange.number + 1) }
        if exchange.stage == .streaming, exchange.unsentHead == nil { return abort() }
        exchange.task?.cancel()
        let request = request()
        let id = request?.id ?? loop.requestIDs.next()
        var response = server.rejection(rejection, id)
        if case .methodNotAllowed(let allow) = rejection, !response.headers.contains(where: { $0.role == .allow }) {
            response.headers.append(Self.allow(allow))
        }
        switch response.body {
        case .bytes: break
        case .stream, .broadcast: response.body = .bytes([])
        }
        if rejection == .deadlineExceeded { exchange.head?.keepsAlive = false }
        send(response, id: id)
    }

    private static func allow(_ methods: [HTTPMethod]) -> HTTPHeader {
        HTTPHeader("Allow", methods.map(\.token).joined(separator: ", "))
    }

    /// Writes a whole response and goes on to the next request, or ends the connection.
    func send(_ response: HTTPResponse, id: String? = nil) {
        guard let context else { return }
        let keepsAlive = canKeepAlive
        let count = render(response, id: id ?? exchange.request?.id ?? "", keepsAlive: keepsAlive)
        exchange.bytesOut += count
        endExchange(status: response.status)
        if keepsAlive {
            context.write(wrapOutboundOut(loop.output), promise: nil)
            needsFlush = true
            awaitRequest()
        } else {
            closeAfterFlush(writing: loop.output)
        }
    }

    /// Whether another request may follow the one in hand.
    var canKeepAlive: Bool {
        guard kind == .regular, let head = exchange.head, head.keepsAlive, exchange.isComplete else { return false }
        return !server.isDraining.load(ordering: .relaxed)
    }

    /// Turns to the next request.
    func awaitRequest() {
        phase = .head
        scanner = LineScanner()
        headCount = 0
        since = loop.now
        if !isPumping { pump() }
    }

    /// Reports the exchange and lets go of it.
    func endExchange(status: Int) {
        guard exchange.stage != .none || exchange.head != nil else { return }
        if exchange.chargedBytes > 0 { server.bodyBytes.subtract(exchange.chargedBytes, ordering: .relaxed) }
        if let observer = server.observer, let request = request() {
            observer.requestFinished(
                HTTPRequestReport(
                    request: request,
                    route: exchange.route?.template,
                    status: status,
                    duration: .now - request.receivedAt,
                    bytesIn: exchange.bodyCount,
                    bytesOut: exchange.bytesOut
                )
            )
        }
        exchange = Exchange(number: exchange.number + 1)
    }

    /// Sends what there is, then shuts our side, and the rest once the client has seen it.
    func closeAfterFlush(writing last: ByteBuffer? = nil) {
        guard let context, !isAnswered else { return }
        // Closing with unread input would reset the connection, and the client might lose the answer.
        let lingers = !isInputEnded && last != nil
        phase = .closing
        since = loop.now
        input = ByteBuffer()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in
            guard lingers, let context = self.context else { return self.abort() }
            self.phase = .lingering
            self.since = self.loop.now
            context.close(mode: .output, promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(last ?? ByteBuffer()), promise: sent)
        needsFlush = false
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
    }
}
