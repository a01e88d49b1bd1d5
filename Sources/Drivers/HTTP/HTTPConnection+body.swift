import NIOCore

/// A streaming handler's side of the request's body.
extension HTTPConnection {
    /// The reader of an exchange.
    func reader(_ number: UInt64) -> HTTPBodyReader {
        HTTPBodyReader { [self] () async throws(HTTPBodyError) in
            try await withCheckedContinuation { continuation in
                onLoop { self.wait(for: number, continuation) }
            }.get()
        }
    }

    private func wait(for number: UInt64, _ continuation: Exchange.ReadContinuation) {
        guard exchange.number == number, exchange.stage == .handling else {
            return continuation.resume(returning: .failure(.connectionClosed))
        }
        precondition(exchange.reader == nil, "a body has one reader at a time")
        exchange.reader = continuation
        giveToReader()
        guard exchange.reader != nil else { return pump() }
        // Whoever was not reading when the client left learns it here; nothing more will come.
        if case .closed = phase { return failBody(.connectionClosed) }
        since = loop.now
        if exchange.owesContinue { sendContinue() }
    }

    /// Gives the waiting reader what is there.
    func giveToReader() {
        guard let reader = exchange.reader else { return }
        if !exchange.body.isEmpty {
            exchange.reader = nil
            reader.resume(returning: .success(exchange.body))
            exchange.body = []
        } else if exchange.isComplete {
            exchange.reader = nil
            reader.resume(returning: .success(nil))
        }
    }

    /// Ends reader and writer of the exchange with an error.
    func failBody(_ error: HTTPBodyError) {
        exchange.reader.take()?.resume(returning: .failure(error))
        exchange.writer.take()?.resume(returning: .failure(error))
    }

    func sendContinue() {
        exchange.owesContinue = false
        guard let context else { return }
        context.write(wrapOutboundOut(ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        needsFlush = true
        if !isPumping { pump() }
    }
}
