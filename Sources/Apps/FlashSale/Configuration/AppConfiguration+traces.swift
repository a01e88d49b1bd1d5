import Foundation
import Traces

extension AppConfiguration {
    /// Which traces are kept and where they go; `nil` where there is no collector.
    ///
    /// The variables and their meanings are OpenTelemetry's; what is not spoken here is refused, never ignored.
    static func traces(_ reader: inout SettingReader) -> TraceSettings? {
        let endpoint = address(.otlpEndpoint, &reader)
        let whole = address(.otlpTracesEndpoint, &reader)
        let sampler = sampler(&reader)
        let headers = pairs(.otlpHeaders, &reader)
        let resource = pairs(.otelResourceAttributes, &reader)
        let timeout = reader.integer(.otlpTimeout, in: 1...60_000) ?? 1
        let delay = reader.integer(.otelScheduleDelay, in: 100...60_000) ?? 100
        if reader.text(.otlpProtocol) != "http/json" { reader.report(.otlpProtocol, "must be http/json") }
        if headers.contains(where: { !isHeader($0.name, $0.value) }) {
            reader.report(.otlpHeaders, "must have names of letters, digits and dashes, and values of visible ASCII")
        }
        guard let url = whole ?? endpoint.map({ $0.hasSuffix("/") ? "\($0)v1/traces" : "\($0)/v1/traces" }) else {
            return nil
        }
        var export = OTLPConfiguration(url: url)
        export.headers = headers
        export.timeout = .milliseconds(timeout)
        export.interval = .milliseconds(delay)
        export.version = Version.current
        let service = reader.text(.otelServiceName)
        export.resource = resource.filter { $0.name != "service.name" }.map { ($0.name, $0.value) }
        export.resource.insert(("service.name", service), at: 0)
        return TraceSettings(sampler: sampler, export: export)
    }

    private static func address(_ setting: Setting, _ reader: inout SettingReader) -> String? {
        guard let url = reader.value(setting)?.text else { return nil }
        let rest = url.dropFirst(url.hasPrefix("https://") ? 8 : url.hasPrefix("http://") ? 7 : url.count)
        let isVisible = url.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        if rest.isEmpty || rest.hasPrefix("/") || !isVisible {
            reader.report(setting, "must be an address that begins with http:// or https://")
        }
        return url
    }

    private static func sampler(_ reader: inout SettingReader) -> TraceSampler {
        let text = reader.text(.tracesSampler)
        let share = reader.share(.tracesSamplerArg)
        let followsParent = text.hasPrefix("parentbased_")
        switch followsParent ? text.dropFirst("parentbased_".count) : text[...] {
        case "always_on": return TraceSampler(ratio: 1, followsParent: followsParent)
        case "always_off": return TraceSampler(ratio: 0, followsParent: followsParent)
        case "traceidratio": return TraceSampler(ratio: share, followsParent: followsParent)
        default:
            reader.report(
                .tracesSampler,
                "must be always_on, always_off or traceidratio, with or without parentbased_ before it"
            )
            return TraceSampler(ratio: 0, followsParent: false)
        }
    }

    /// `name=value,name=value`, values percent-encoded.
    private static func pairs(_ setting: Setting, _ reader: inout SettingReader) -> [(name: String, value: String)] {
        guard let text = reader.value(setting)?.text else { return [] }
        var pairs: [(name: String, value: String)] = []
        for member in text.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].trimmed
            guard parts.count == 2, !name.isEmpty, let value = parts[1].trimmed.removingPercentEncoding else {
                reader.report(setting, "must be name=value, several separated by commas, values percent-encoded")
                return []
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func isHeader(_ name: String, _ value: String) -> Bool {
        name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
                || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        } && value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        var rest = drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }
}
