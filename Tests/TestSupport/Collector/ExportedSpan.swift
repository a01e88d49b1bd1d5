import Foundation

/// A span as it stands in an export's JSON, read by nothing that has to do with what wrote it.
public struct ExportedSpan: Sendable {
    /// The ids, as hexadecimal digits; `parent` is empty where there is none.
    public let trace: String
    /// Its own.
    public let id: String
    /// The span above.
    public let parent: String
    /// `tracestate`.
    public let state: String
    /// Its name.
    public let name: String
    /// OTLP's number for what it was.
    public let kind: Int
    /// Nanoseconds since 1970.
    public let start: UInt64
    /// Nanoseconds since 1970.
    public let end: UInt64
    /// Texts as they are, numbers in digits.
    public let attributes: [String: String]
    /// Trace and span of each link.
    public let links: [[String]]
    /// OTLP's number: 0, or 2 for an error.
    public let status: Int

    /// Every span of some exports.
    public static func read(_ exports: [TestCollector.Export]) throws -> [ExportedSpan] {
        try exports.flatMap { export in
            let json = try JSONSerialization.jsonObject(with: Data(export.body))
            return objects(json, "resourceSpans").flatMap { objects($0, "scopeSpans") }
                .flatMap { objects($0, "spans") }.map { ExportedSpan($0) }
        }
    }

    /// The resource of an export.
    public static func resource(_ export: TestCollector.Export) throws -> [String: String] {
        let json = try JSONSerialization.jsonObject(with: Data(export.body))
        let resource = objects(json, "resourceSpans").first?["resource"]
        return attributes(resource ?? [:])
    }

    private init(_ json: [String: Any]) {
        let text = { (name: String) in json[name] as? String ?? "" }
        trace = text("traceId")
        id = text("spanId")
        parent = text("parentSpanId")
        state = text("traceState")
        name = text("name")
        kind = json["kind"] as? Int ?? -1
        start = UInt64(text("startTimeUnixNano")) ?? 0
        end = UInt64(text("endTimeUnixNano")) ?? 0
        attributes = Self.attributes(json)
        links = Self.objects(json, "links").map { [$0["traceId"] as? String ?? "", $0["spanId"] as? String ?? ""] }
        status = (json["status"] as? [String: Any])?["code"] as? Int ?? 0
    }

    private static func attributes(_ json: Any) -> [String: String] {
        let pairs = objects(json, "attributes").map { attribute in
            let value = attribute["value"] as? [String: Any] ?? [:]
            let text = (value["stringValue"] ?? value["intValue"]) as? String
            return (attribute["key"] as? String ?? "", text ?? "?")
        }
        return Dictionary(pairs) { first, second in "\(first) and \(second)" }
    }

    private static func objects(_ json: Any, _ name: String) -> [[String: Any]] {
        (json as? [String: Any])?[name] as? [[String: Any]] ?? []
    }
}
