import NIOCore

/// A response that is made while it is sent.
extension HTTPConnection {
    /// Runs a stream's producer to its end.
    func run(_ stream: HTTPBodyStream, _ number: UInt64) async {
        let writer = HTTPBodyWriter { [self] bytes async throws(HTTPBodyError) in
            guard !bytes.isEmpty else { return }
            try await withCheckedContinuation { continuation in
                onLoop { self.write(bytes, number, continuation) }
            }.get()
        }
        do {
            try await stream.produce(writer)
            endStream(number)
        } catch {
            breakStream(number)
        }
    }

    private func write(_ bytes: [UInt8], _ number: UInt64, _ continuation: Exchange.WriteContinuation) {
        guard isStreaming(number), let context else {
            return continuation.resume(returning: .failure(.connectionClosed))
        }
        precondition(exchange.writer == nil, "a stream has one writer at a time")
        sendStreamHead(context)
        var frame = context.channel.allocator.buffer(capacity: bytes.count + 24)
        frame.writeWithUnsafeMutableBytes(minimumWritableBytes: bytes.count + 24) { target in
            var out = ByteWriter(target)
            if exchange.isChunked {
                out.put(hexadecimal: bytes.count)
                out.put("\r\n")
            }
            out.put(bytes)
            if exchange.isChunked { out.put("\r\n") }
            return out.count
        }
        exchange.bytesOut += frame.readableBytes
        since = loop.now
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        if context.channel.isWritable {
            continuation.resume(returning: .success(()))
        } else if isStreaming(number) {
            exchange.writer = continuation
        } else {
            continuation.resume(returning: .failure(.connectionClosed))
        }
    }

    private func isStreaming(_ number: UInt64) -> Bool {
        if case .closed = phase { return false }
        return exchange.number == number && exchange.stage == .streaming
    }

    private func sendStreamHead(_ context: ChannelHandlerContext) {
        guard let response = exchange.unsentHead.take() else { return }
        if !exchange.isChunked { exchange.head?.keepsAlive = false }
        exchange.status = response.status
        exchange.bytesOut += render(response, id: exchange.request?.id ?? "", keepsAlive: canKeepAlive)
        context.write(wrapOutboundOut(loop.output), promise: nil)
        // What was announced holds, though the end of the request or a drain may come before the end of the stream.
        if !canKeepAlive { exchange.head?.keepsAlive = false }
    }

    private func endStream(_ number: UInt64) {
        loop.eventLoop.preconditionInEventLoop()
        guard isStreaming(number), let context else { return }
        sendStreamHead(context)
        let end = exchange.isChunked ? ByteBuffer(staticString: "0\r\n\r\n") : ByteBuffer()
        exchange.bytesOut += end.readableBytes
        let keepsAlive = exchange.head?.keepsAlive == true && exchange.isComplete
        endExchange(status: exchange.status)
        guard keepsAlive else { return closeAfterFlush(writing: end) }
        context.write(wrapOutboundOut(end), promise: nil)
        needsFlush = true
        awaitRequest()
    }

    /// The producer failed: 500 if nothing was sent, else an end that the client can tell from the right one.
    private func breakStream(_ number: UInt64) {
        loop.eventLoop.preconditionInEventLoop()
        guard isStreaming(number) else { return }
        guard exchange.unsentHead == nil else { return reject(.internalError) }
        server.observer?.rejected(.internalError)
        abort()
    }
}
