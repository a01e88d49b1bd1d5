/// What a Redis URL says.
struct RedisAddress: Sendable, CustomStringConvertible {
    var host = ""
    var port = 6379
    var user: String?
    var password: String?
    var database = 0

    init(url: String) throws(RedisError) {
        let scheme = "redis://"
        guard !url.hasPrefix("rediss://") else {
            throw Self.fault("rediss:// asks for TLS, which this driver does not speak; use a TLS proxy and redis://")
        }
        guard url.hasPrefix(scheme) else { throw Self.fault("the URL must begin with redis://") }
        var rest = url.dropFirst(scheme.count)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.fault("the URL must not have a query or a fragment")
        }
        if let at = rest.lastIndex(of: "@") {
            try readCredentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            try readDatabase(rest[rest.index(after: slash)...])
            rest = rest[..<slash]
        }
        try readHost(rest)
    }

    /// Never the password.
    var description: String {
        (user.map { "user: \($0), " } ?? "") + "host: \(host), port: \(port), database: \(database)"
    }

    private mutating func readCredentials(_ text: Substring) throws(RedisError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw Self.fault("credentials are user:password or :password")
        }
        let user = try Self.decoded(text[..<colon])
        self.user = user.isEmpty ? nil : user
        password = try Self.decoded(text[text.index(after: colon)...])
    }

    private mutating func readDatabase(_ text: Substring) throws(RedisError) {
        guard !text.isEmpty else { return }
        guard let number = Int(text), number >= 0 else { throw Self.fault("the database must be a number") }
        database = number
    }

    private mutating func readHost(_ text: Substring) throws(RedisError) {
        var tail: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw Self.fault("the host's bracket is not closed") }
            host = String(text[text.index(after: text.startIndex)..<end])
            tail = text[text.index(after: end)...]
        } else {
            host = String(text.prefix { $0 != ":" })
            tail = text.dropFirst(host.count)
        }
        guard !host.isEmpty else { throw Self.fault("the URL has no host") }
        guard !tail.isEmpty else { return }
        guard tail.removeFirst() == ":", let number = Int(tail), (1...65_535).contains(number) else {
            throw Self.fault("the port must be from 1 to 65535")
        }
        port = number
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
                throw fault("a percent sign in the credentials must be followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func fault(_ message: String) -> RedisError { RedisError(.configuration, message) }
}
