import Foundation
import Kernel

/// A whole response with a Content-Length, which is all that the service sends to shoppers.
struct ShopperResponse {
    let status: Int
    let body: [UInt8]
    /// Whether the connection ends with it.
    let closes: Bool
    /// Whether it says that it repeats an earlier one.
    let isReplay: Bool

    /// Reads a response; `nil` while it is not whole.
    init?(_ bytes: [UInt8]) {
        guard let end = Data(bytes).firstRange(of: Self.emptyLine)?.lowerBound else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).lowercased().utf8.split(
            separator: UInt8(ascii: "\n")
        )
        var length = 0
        var closes = false
        var isReplay = false
        for line in lines.dropFirst() {
            if line.starts(with: "content-length:".utf8) {
                length = Int(Self.value(of: line)) ?? 0
            } else if line.starts(with: "connection:".utf8) {
                closes = Self.value(of: line) == "close"
            } else if line.starts(with: "idempotent-replayed:".utf8) {
                isReplay = Self.value(of: line) == "true"
            }
        }
        guard bytes.count >= end + 4 + length, let statusLine = lines.first else { return nil }
        status = Substring(statusLine).split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        body = Array(bytes[(end + 4)..<(end + 4 + length)])
        self.closes = closes
        self.isReplay = isReplay
    }

    private static let emptyLine = Data("\r\n\r\n".utf8)

    private static func value(of line: Substring.UTF8View) -> String {
        String(Substring(line.drop { $0 != UInt8(ascii: ":") }.dropFirst())).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }

    /// The body as JSON; empty where it is none, which reads as an answer without members.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }
}

extension Operation.Answer {
    /// What a client makes of a response to `call`.
    init(_ response: ShopperResponse, to call: Operation.Call) {
        let json = response.json
        let problem = response.status == 200 ? nil : json["code"] as? String ?? "http_\(response.status)"
        let isOpen = response.status >= 500 || [202, 408, 429].contains(response.status)
        let ending: Operation.Ending =
            if response.status == 200 { .ok } else if isOpen || problem == "purchase_in_progress" { .unknown } else {
                .refused
            }
        self.init(ending, status: response.status, problem: problem)
        isReplay = response.isReplay
        switch call {
        case .checkout, .remove:
            code = response.status == 200 ? json["code"] as? String : nil
            items = (json["items"] as? [String] ?? []).map { ExactText($0) }
        case .purchase, .findPurchase:
            if ending != .unknown { body = String(decoding: response.body, as: UTF8.self) }
            items = Self.ids(json["purchased_items"])
        case .listItems:
            items = Self.ids(json["items"])
        case .pause, .resume, .end, .kill:
            return
        }
    }

    private static func ids(_ value: Any?) -> [ExactText] {
        (value as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }.map { ExactText($0) }
    }
}
