/// A response as it stood on the wire.
public struct HTTPTestResponse: Sendable {
    /// The status.
    public let status: Int
    /// The header fields, names in small letters.
    public let headers: [(name: String, value: String)]
    /// The body, chunks joined.
    public let body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// Takes a whole response from the front, or nothing if it is not all there.
    public init?(taking bytes: inout [UInt8], toHEAD: Bool, isClosed: Bool) {
        guard let headEnd = Self.find("\r\n\r\n", in: bytes[...]) else { return nil }
        let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let headers = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name: name.lowercased(), value: line.dropFirst(name.count + 1).drop { $0 == " " }.description)
        }
        self.headers = headers
        let rest = bytes[(headEnd + 4)...]
        func first(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        if toHEAD || status == 204 || status == 304 || status == 100 {
            body = []
            bytes.removeFirst(headEnd + 4)
        } else if let length = first("content-length").flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
            bytes.removeFirst(headEnd + 4 + length)
        } else if first("transfer-encoding") == "chunked" {
            guard let (content, end) = Self.chunks(rest) else { return nil }
            body = content
            bytes.removeFirst(end)
        } else {
            guard isClosed else { return nil }
            body = Array(rest)
            bytes = []
        }
    }

    /// The first value of a header.
    public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    private static func find(_ text: String, in bytes: ArraySlice<UInt8>) -> Int? {
        let pattern = Array(text.utf8)
        var index = bytes.startIndex
        while index + pattern.count <= bytes.endIndex {
            if bytes[index] == pattern[0], bytes[index..<(index + pattern.count)].elementsEqual(pattern) {
                return index
            }
            index += 1
        }
        return nil
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> (content: [UInt8], end: Int)? {
        var content: [UInt8] = []
        var rest = bytes
        while let lineEnd = find("\r\n", in: rest) {
            guard let size = Int(String(decoding: rest[..<lineEnd], as: UTF8.self), radix: 16) else { return nil }
            let start = lineEnd + 2
            guard rest.endIndex >= start + size + 2 else { return nil }
            if size == 0 { return (content, start + 2) }
            content.append(contentsOf: rest[start..<(start + size)])
            rest = rest[(start + size + 2)...]
        }
        return nil
    }
}
