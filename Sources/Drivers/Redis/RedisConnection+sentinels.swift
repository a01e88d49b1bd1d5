import NIOCore

// Finding the server to talk to, where sentinels watch a group of them.
extension RedisConnection {
    /// The server itself, or what the first sentinel that answers says is the master now.
    func whereabouts() async throws(RedisError) -> RedisAddress.Endpoint {
        let address = configuration.address
        guard let group = address.group else { return address.endpoints[0] }
        var last = RedisError(.disconnected, "there is no sentinel")
        // In any order: one that is cut off from the others, or that swallows packets, is not always the first.
        for sentinel in address.endpoints.shuffled() where !Task.isCancelled {
            do throws(RedisError) {
                return try await master(of: group, by: sentinel)
            } catch {
                last = error
            }
        }
        throw last
    }

    /// Makes sure that a server is a master: sentinels name the last one until another has been promoted.
    func requireMaster(_ ready: ReadyLink) async throws(RedisError) {
        let role = try await ask(ready, RedisCommand("ROLE")).elements?.first?.text
        guard role == "master" else {
            throw RedisError(.disconnected, "the server is no master (\(role ?? "it does not say what it is"))")
        }
    }

    private func master(
        of group: RedisAddress.Group,
        by sentinel: RedisAddress.Endpoint
    ) async throws(RedisError) -> RedisAddress.Endpoint {
        // What sentinels are asked does not count among the calls to Redis.
        var quiet = configuration
        quiet.observer = nil
        let ready = try await open(sentinel, quiet, RedisCounters())
        defer { ready.channel.close(promise: nil) }
        for proof in Self.proof(of: group.user, group.password) { _ = try await ask(ready, proof) }
        let answer = try await ask(ready, RedisCommand("SENTINEL", "GET-MASTER-ADDR-BY-NAME", group.name))
        guard let parts = answer.elements, parts.count == 2, let host = parts[0].text,
            let port = parts[1].text.flatMap({ Int($0) }), (1...65_535).contains(port)
        else { throw RedisError(.disconnected, "the sentinel at \(sentinel) knows no group \(group.name)") }
        return RedisAddress.Endpoint(host: host, port: port)
    }

    /// One command on a link that is not in use yet.
    private func ask(_ ready: ReadyLink, _ command: RedisCommand) async throws(RedisError) -> RedisReply {
        let limit = configuration.connectTimeout.nanoseconds
        let result = await withUnsafeContinuation { continuation in
            eventLoop.execute { ready.link.value.send(command, .caller(continuation), within: limit) }
        }
        return try result.get()
    }
}
