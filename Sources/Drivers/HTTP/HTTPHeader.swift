/// One response header, rendered once when it is made.
///
/// Keep those that do not change in a `static let`: writing one then costs a copy of its bytes.
public struct HTTPHeader: Sendable, Hashable {
    /// What the driver does with a header of this name.
    enum Role: Sendable {
        case ordinary
        case cacheControl
        case allow
        /// Written by the driver itself; one from a handler is left out.
        case reserved
    }

    /// The name as given.
    public let name: String
    /// The value, with control characters replaced by spaces, so that no value can end its line.
    public let value: String
    /// The line as it goes out, including CR LF.
    let line: [UInt8]
    let role: Role

    /// Renders a header.
    ///
    /// The name is a token; it is part of the program, so anything else ends the program.
    public init(_ name: String, _ value: String) {
        precondition(name.utf8.count > 0 && name.utf8.allSatisfy(ASCII.isTokenByte), "a header name is a token")
        let isClean = value.utf8.allSatisfy { !ASCII.isControl($0) }
        let clean =
            isClean ? value : String(decoding: value.utf8.map { ASCII.isControl($0) ? 0x20 : $0 }, as: UTF8.self)
        self.name = name
        self.value = clean
        self.line = Array(name.utf8) + [0x3A, 0x20] + Array(clean.utf8) + [0x0D, 0x0A]
        switch name.lowercased() {
        case "cache-control": self.role = .cacheControl
        case "allow": self.role = .allow
        case "content-length", "transfer-encoding", "connection", "keep-alive", "date", "x-request-id",
            "x-content-type-options", "server":
            self.role = .reserved
        default: self.role = .ordinary
        }
    }

    /// Two headers are equal when their names, as given, and their values are.
    public static func == (left: HTTPHeader, right: HTTPHeader) -> Bool { left.line == right.line }

    /// Hashes the rendered line.
    public func hash(into hasher: inout Hasher) { hasher.combine(line) }
}

extension HTTPHeader {
    /// `Content-Type: application/json`.
    public static let json = HTTPHeader("Content-Type", "application/json")
    /// `Content-Type: application/problem+json`.
    public static let problemJSON = HTTPHeader("Content-Type", "application/problem+json")
    /// `Content-Type: application/x-ndjson`, one JSON document a line.
    public static let jsonLines = HTTPHeader("Content-Type", "application/x-ndjson")
    /// `Content-Type: text/plain; charset=utf-8`.
    public static let plainText = HTTPHeader("Content-Type", "text/plain; charset=utf-8")
    /// `Content-Type: text/html; charset=utf-8`.
    public static let html = HTTPHeader("Content-Type", "text/html; charset=utf-8")
    /// `Content-Type: text/plain; version=0.0.4; charset=utf-8`, what Prometheus reads.
    public static let prometheusText = HTTPHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
    /// `Content-Type: application/openmetrics-text; version=1.0.0; charset=utf-8`.
    public static let openMetricsText = HTTPHeader(
        "Content-Type",
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    )
}
