/// What a Redis URL says.
struct RedisAddress: Sendable, CustomStringConvertible {
    /// Where a server listens.
    struct Endpoint: Hashable, Sendable, CustomStringConvertible {
        var host: String
        var port: Int

        var description: String { "host: \(host), port: \(port)" }
    }

    /// A group of servers, known to sentinels by its name.
    struct Group: Sendable {
        var name: String
        var user: String?
        var password: String?
    }

    /// The server; with ``group`` the sentinels, which know where it is.
    var endpoints: [Endpoint] = []
    var group: Group?
    var user: String?
    var password: String?
    var database = 0

    init(url: String) throws(RedisError) {
        guard !url.hasPrefix("rediss://") else {
            throw Self.fault("rediss:// asks for TLS, which this driver does not speak; use a TLS proxy and redis://")
        }
        guard let scheme = [Self.scheme, Self.sentinelScheme].first(where: { url.hasPrefix($0) }) else {
            throw Self.fault("the URL must begin with redis:// or redis+sentinel://")
        }
        let isGroup = scheme == Self.sentinelScheme
        var rest = url.dropFirst(scheme.count)
        var query: Substring = ""
        if isGroup, let mark = rest.lastIndex(of: "?") {
            query = rest[rest.index(after: mark)...]
            rest = rest[..<mark]
        }
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            throw Self.fault("the URL must not have a \(isGroup ? "second query" : "query") or a fragment")
        }
        if let at = rest.lastIndex(of: "@") {
            try readCredentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= (isGroup ? 3 : 2) else { throw Self.fault("the database must be a number") }
        if let number = parts.dropFirst(isGroup ? 2 : 1).first { try readDatabase(number) }
        if isGroup { try readGroup(parts.dropFirst().first ?? "", query) }
        for place in isGroup ? parts[0].split(separator: ",", omittingEmptySubsequences: false) : [parts[0]] {
            endpoints.append(try Self.endpoint(place, standard: isGroup ? 26_379 : 6379))
        }
    }

    /// Never a password.
    var description: String {
        (user.map { "user: \($0), " } ?? "") + (group.map { "group: \($0.name), " } ?? "")
            + endpoints.map { "\($0), " }.joined() + "database: \(database)"
    }

    private static let scheme = "redis://"
    private static let sentinelScheme = "redis+sentinel://"

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

    private mutating func readGroup(_ name: Substring, _ query: Substring) throws(RedisError) {
        var group = Group(name: try Self.decoded(name))
        guard !group.name.isEmpty else { throw Self.fault("the sentinels must be followed by / and the group's name") }
        for parameter in query.split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            switch (parts.first, parts.count) {
            case ("sentinel_username", 2): group.user = try Self.decoded(parts[1])
            case ("sentinel_password", 2): group.password = try Self.decoded(parts[1])
            default: throw Self.fault("the query may hold sentinel_username and sentinel_password")
            }
        }
        if group.user != nil, group.password == nil { throw Self.fault("sentinel_username needs sentinel_password") }
        self.group = group
    }

    private static func endpoint(_ text: Substring, standard: Int) throws(RedisError) -> Endpoint {
        var endpoint = Endpoint(host: "", port: standard)
        var tail: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw fault("the host's bracket is not closed") }
            endpoint.host = String(text[text.index(after: text.startIndex)..<end])
            tail = text[text.index(after: end)...]
        } else {
            endpoint.host = String(text.prefix { $0 != ":" })
            tail = text.dropFirst(endpoint.host.count)
        }
        guard !endpoint.host.isEmpty else { throw fault("the URL has no host") }
        guard !tail.isEmpty else { return endpoint }
        guard tail.removeFirst() == ":", let number = Int(tail), (1...65_535).contains(number) else {
            throw fault("the port must be from 1 to 65535")
        }
        endpoint.port = number
        return endpoint
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
                throw fault("a percent sign must be followed by two hexadecimal digits")
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func fault(_ message: String) -> RedisError { RedisError(.configuration, message) }
}
