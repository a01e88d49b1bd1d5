import NIOCore

/// Where a connection writes its next request; the storage is used again and again.
struct RequestBuffer {
    /// The request so far.
    private(set) var bytes: ByteBuffer
    private let tail: [UInt8]
    private let bodilessTail: [UInt8]

    /// For requests to one address.
    init(host: String) {
        bytes = ByteBufferAllocator().buffer(capacity: 512)
        bodilessTail = Array(" HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        tail = Array(" HTTP/1.1\r\nHost: \(host)\r\nContent-Length: 0\r\n\r\n".utf8)
    }

    /// Begins anew.
    mutating func clear() { bytes.clear() }

    mutating func write(_ text: [UInt8]) { bytes.writeBytes(text) }
    mutating func write(_ text: StaticString) { bytes.writeStaticString(text) }

    /// Writes a number that is not negative.
    mutating func write(decimal number: Int) {
        var rest = number
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { space in
            var start = 20
            repeat {
                start -= 1
                space[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            for index in start..<20 { space[index - start] = space[index] }
            return 20 - start
        }
    }

    /// Ends the head of a POST without a body.
    mutating func endPost() { bytes.writeBytes(tail) }

    /// Ends the head of a GET, with further field lines if wanted.
    mutating func endGet() { bytes.writeBytes(bodilessTail) }

    /// Ends the head of a GET that asks for news only.
    mutating func endGet(ifNoneMatch tag: [UInt8]) {
        bytes.writeBytes(bodilessTail.dropLast(2))
        bytes.writeStaticString("If-None-Match: ")
        bytes.writeBytes(tag)
        bytes.writeStaticString("\r\n\r\n")
    }
}
