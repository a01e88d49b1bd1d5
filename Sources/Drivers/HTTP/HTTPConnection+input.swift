import NIOCore
import NIOHTTP1

extension HTTPConnection {
    /// Takes input as far as it goes: until more bytes are needed, or a response, or the client has to read.
    func pump() {
        guard !isPumping, let context else { return }
        isPumping = true
        while takeStep(context) {}
        isPumping = false
        if needsFlush {
            needsFlush = false
            context.flush()
        }
        if isInputEnded { endInput() }
        if isReadHeld, !isInputFull {
            isReadHeld = false
            context.read()
        }
    }

    /// Hands the parser the bytes up to the next boundary, and acts on what it finds; false if there is no more to do.
    private func takeStep(_ context: ChannelHandlerContext) -> Bool {
        let unfed = input.readableBytes - fedCount
        guard unfed > 0 else { return false }
        let count: Int
        switch phase {
        case .head:
            if headCount == 0, !context.channel.isWritable { return false }
            let isRequestLineGood = scanner.hasLine || readRequestLine()
            let (length, isEnd) = scan()
            count = length
            headCount += length
            guard headCount <= configuration.maxHeadBytes else {
                reject(
                    scanner.hasLine || configuration.maxTargetBytes >= configuration.maxHeadBytes
                        ? .headersTooLarge : .uriTooLong
                )
                return false
            }
            // A request line has a method, two spaces and a version around its target.
            if !scanner.hasLine, headCount > configuration.maxTargetBytes + 32 {
                reject(.uriTooLong)
                return false
            }
            guard isRequestLineGood else {
                reject(.badRequest("malformed request line"))
                return false
            }
            if isEnd { scanner = LineScanner() }
        case .sizedBody(let remaining):
            guard !isBodyFull else { return false }
            count = min(unfed, remaining)
            phase = .sizedBody(remaining: remaining - count)
        case .chunkedBody:
            guard !isBodyFull else { return false }
            count = scan().count
            exchange.chunkedCount += count
        case .complete, .closing, .lingering, .following, .closed:
            return false
        }
        guard feed(count, context) else { return false }
        return act()
    }

    private func readRequestLine() -> Bool {
        input.withUnsafeReadableBytes { bytes in
            requestLine.accepts(UnsafeRawBufferPointer(rebasing: bytes[fedCount...]))
        }
    }

    private func scan() -> (count: Int, isEnd: Bool) {
        input.withUnsafeReadableBytes { bytes in
            scanner.scan(UnsafeRawBufferPointer(rebasing: bytes[fedCount...]))
        }
    }

    /// Feeds the parser `count` more bytes; it wants those of an unfinished field again, in front.
    private func feed(_ count: Int, _ context: ChannelHandlerContext) -> Bool {
        let length = fedCount + count
        guard var slice = input.getSlice(at: input.readerIndex, length: length) else { return false }
        do {
            _ = try decoder.decode(context: context, buffer: &slice)
        } catch {
            // A parsed head comes first: what it says is wrong names the reason better.
            if let head = parsedHead.take() { begin(head) }
            if !isAnswered { reject(rejection(for: error)) }
            return false
        }
        fedCount = slice.readableBytes
        if length == input.readableBytes, fedCount == 0 {
            input = ByteBuffer()
        } else {
            input.moveReaderIndex(forwardBy: length - fedCount)
        }
        return true
    }

    var isAnswered: Bool {
        switch phase {
        case .closing, .lingering, .following, .closed: true
        case .head, .sizedBody, .chunkedBody, .complete: false
        }
    }

    /// Acts on what the parser found; false if the connection is ending.
    private func act() -> Bool {
        if let head = parsedHead.take() { begin(head) }
        // Chunks of one byte have five of framing; more is an extension that does not end, or a flood.
        if exchange.chunkedCount > configuration.maxHeadBytes + 16 * exchange.bodyCount, !isAnswered {
            reject(.badRequest("too much chunk framing"))
        }
        if let failure = bodyFailure.take(), !isAnswered { reject(failure) }
        if isEndParsed {
            isEndParsed = false
            if !isAnswered { endBody() }
        }
        return !isAnswered
    }

    private func rejection(for error: any Error) -> HTTPRejection {
        switch error as? HTTPParserError {
        case .headerOverflow: .headersTooLarge
        case .invalidVersion: .httpVersion
        case .invalidMethod where namesMethod: .notImplemented
        default: .badRequest("malformed request")
        }
    }

    /// Whether the request line in hand begins with a well-formed method, which then is one that is not known here.
    private var namesMethod: Bool {
        let method = input.readableBytesView.prefix { $0 != 0x20 }
        return method.count < input.readableBytes && method.allSatisfy(ASCII.isTokenByte)
    }

    /// After the client's end of input: what is incomplete will stay so.
    private func endInput() {
        switch phase {
        case .head:
            // Whole requests may wait for the client to take the responses before them.
            if input.readableBytes == fedCount { closeAfterFlush() }
        case .sizedBody, .chunkedBody:
            guard !isBodyFull else { return }
            failBody(.connectionClosed)
            abort()
        case .complete, .closing, .lingering, .following, .closed: break
        }
    }
}
