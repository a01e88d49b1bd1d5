import Foundation
import TestSupport

/// One connection to the service: a request at a time, by HTTP alone.
final class ServiceClient: Sendable {
    private let wire: HTTPTestClient
    private let headers: String

    private init(wire: HTTPTestClient, headers: String) {
        self.wire = wire
        self.headers = headers
    }

    static func connect(_ port: Int, headers: String = "") async throws -> ServiceClient {
        ServiceClient(wire: try await HTTPTestClient.connect(port), headers: headers)
    }

    func get(_ target: String, headers: String = "") async throws -> Answer {
        try await send("GET", target, headers: headers)
    }

    func post(_ target: String, json: String? = nil, headers: String = "") async throws -> Answer {
        try await send("POST", target, body: json, headers: headers)
    }

    func send(_ method: String, _ target: String, body: String? = nil, headers: String = "") async throws -> Answer {
        var request = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n\(self.headers)\(headers)"
        if let body {
            request += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        } else {
            request += method == "POST" ? "Content-Length: 0\r\n\r\n" : "\r\n"
        }
        try await wire.send(request)
        return Answer(try await wire.response(toHEAD: method == "HEAD"))
    }

    /// The value of a series, 0 where there is none.
    func metric(_ series: String) async throws -> Double {
        let line = try await get("/metrics").text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
        return line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
    }

    func close() async { await wire.close() }

    func checkout(_ user: String, _ item: String) async throws -> Answer {
        try await post("/checkout?user_id=\(user)&item_id=\(item)")
    }

    func purchase(_ code: String) async throws -> Answer { try await post("/purchase?code=\(code)") }
}

/// An answer, with its JSON looked at as clients do.
struct Answer: Sendable {
    let wire: HTTPTestResponse

    init(_ wire: HTTPTestResponse) { self.wire = wire }

    var status: Int { wire.status }
    var text: String { wire.text }

    func header(_ name: String) -> String? { wire.header(name) }

    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(wire.body))) as? [String: Any] ?? [:]
    }

    func string(_ name: String) -> String? { json[name] as? String }
    func int(_ name: String) -> Int? { json[name] as? Int }
    func bool(_ name: String) -> Bool? { json[name] as? Bool }
    func strings(_ name: String) -> [String] { json[name] as? [String] ?? [] }
    func objects(_ name: String) -> [[String: Any]] { json[name] as? [[String: Any]] ?? [] }

    /// The code of a problem.
    var code: String { string("code") ?? "" }
}
