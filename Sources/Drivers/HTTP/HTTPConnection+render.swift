import NIOCore
import Traces

extension HTTPConnection {
    /// Renders a response into the loop's output buffer; one copy of the body, no other allocation as a rule.
    ///
    /// - Returns: the number of bytes.
    func render(_ response: HTTPResponse, id: String, keepsAlive: Bool) -> Int {
        var body: [UInt8]?
        if case .bytes(let bytes) = response.body { body = bytes }
        let sendsBody = !isBodiless(response)
        var capacity = 256 + loop.commonLines.count + id.utf8.count + (body?.count ?? 0)
        capacity += response.contentType?.line.count ?? 0
        for header in response.headers { capacity += header.line.count }
        let trace = exchange.request?.trace.flatMap { $0.isSampled ? $0.traceParent : nil }
        if trace != nil { capacity += 96 }
        let isHTTP10 = exchange.head?.isHTTP10 == true
        let commonLines = loop.commonLines
        let isChunked = exchange.isChunked || (response.isStreamed && !isHTTP10)

        loop.output.clear(minimumCapacity: capacity)
        return loop.output.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { target in
            var out = ByteWriter(target)
            out.put(StatusLines.line(response.status))
            out.put(commonLines)
            if let contentType = response.contentType { out.put(contentType.line) }
            var hasCacheControl = false
            for header in response.headers where header.role != .reserved {
                if header.role == .cacheControl { hasCacheControl = true }
                out.put(header.line)
            }
            if !hasCacheControl { out.put("Cache-Control: no-store\r\n") }
            out.put("X-Request-Id: ")
            out.put(id)
            out.put("\r\n")
            if let trace {
                out.put("Server-Timing: traceparent;desc=\"")
                out.put(trace)
                out.put("\"\r\n")
            }
            if !keepsAlive {
                out.put("Connection: close\r\n")
            } else if isHTTP10 {
                out.put("Connection: keep-alive\r\n")
            }
            if let body, response.status != 204, response.status != 304 {
                out.put("Content-Length: ")
                out.put(decimal: body.count)
                out.put("\r\n\r\n")
                if sendsBody { out.put(body) }
            } else {
                out.put(body == nil && isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n")
            }
            return out.count
        }
    }
}

extension HTTPResponse {
    /// Whether its body ends by itself; a broadcast's ends with the connection.
    fileprivate var isStreamed: Bool {
        if case .stream = body { true } else { false }
    }
}

/// Appends to memory whose size was computed before.
struct ByteWriter {
    private let target: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ target: UnsafeMutableRawBufferPointer) {
        self.target = target
    }

    mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { put($0) }
    }

    mutating func put(_ text: StaticString) {
        put(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { put(UnsafeRawBufferPointer($0)) }
    }

    mutating func put(decimal number: Int) {
        if number >= 10 { put(decimal: number / 10) }
        put(byte: UInt8(truncatingIfNeeded: 0x30 + number % 10))
    }

    mutating func put(hexadecimal number: Int) {
        if number >= 16 { put(hexadecimal: number / 16) }
        let digit = number % 16
        put(byte: UInt8(truncatingIfNeeded: digit < 10 ? 0x30 + digit : 0x57 + digit))
    }

    private mutating func put(byte: UInt8) {
        precondition(count < target.count, "the response outgrew its computed size")
        target[count] = byte
        count += 1
    }

    private mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, let base = target.baseAddress else { return }
        precondition(count + bytes.count <= target.count, "the response outgrew its computed size")
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }
}
