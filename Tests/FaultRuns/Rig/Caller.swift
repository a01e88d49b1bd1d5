import Foundation
import TestSupport

/// Calls to an instance from the run itself, each on a connection of its own; what shoppers do is not its affair.
enum Caller {
    static let token = "fault-runs-token-0123456789"

    /// One call and its response.
    static func call(
        _ method: String,
        _ target: String,
        port: Int,
        json: String = "",
        isOperator: Bool = false
    ) async throws -> HTTPTestResponse {
        let client = try await HTTPTestClient.connect(port)
        var request = "\(method) \(target) HTTP/1.1\r\nHost: faults\r\nContent-Length: \(json.utf8.count)\r\n"
        if isOperator { request += "Authorization: Bearer \(token)\r\n" }
        if !json.isEmpty { request += "Content-Type: application/json\r\n" }
        do {
            try await client.send("\(request)\r\n\(json)")
            let response = try await client.response()
            await client.close()
            return response
        } catch {
            await client.close()
            throw error
        }
    }
}

extension HTTPTestResponse {
    /// A member of a JSON object.
    func member(_ name: String) -> Any? {
        let object = try? JSONSerialization.jsonObject(with: Data(body))  // no JSON has no members
        return (object as? [String: Any])?[name]
    }
}
