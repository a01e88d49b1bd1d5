import HTTP

/// Names the bytes of a body, so that a client need not fetch what it has.
struct EntityTag: Hashable, Sendable {
    private let text: String

    init(of body: [UInt8]) { text = "\"\(String(Self.digest(body), radix: 36))\"" }

    var header: HTTPHeader { HTTPHeader("ETag", text) }

    /// Whether the client says that it has these very bytes.
    func isKnown(to request: HTTPRequest) -> Bool {
        request.headers("if-none-match").contains { line in
            line.split(separator: ",").contains { candidate in
                var candidate = candidate.drop { $0 == " " }
                while candidate.last == " " { candidate.removeLast() }
                if candidate.hasPrefix("W/") { candidate.removeFirst(2) }
                return candidate == "*" || candidate == text
            }
        }
    }

    /// FNV-1a in 64 bits: two bodies of one address are told apart, nobody is kept from making equal ones.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
