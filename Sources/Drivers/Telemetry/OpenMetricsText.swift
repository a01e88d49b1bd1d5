/// The text format OpenMetrics 1.0.0.
struct OpenMetricsText {
    private static let units = ["seconds", "bytes", "ratio"]

    private(set) var text = ""

    /// A family's head: its type, its unit where the name ends with one, its help.
    mutating func head(_ name: String, _ kind: MetricFamily.Kind, help: String?) {
        let family = Self.family(name, kind)
        text += "# TYPE \(family) \(kind.rawValue)\n"
        if let unit = Self.units.first(where: { family.hasSuffix("_" + $0) }) { text += "# UNIT \(family) \(unit)\n" }
        if let help { text += "# HELP \(family) \(MetricText.escaped(help, quotes: true))\n" }
    }

    /// One sample of a counter or a gauge.
    mutating func sample(_ name: String, _ kind: MetricFamily.Kind, _ labels: String, _ value: Double) {
        line(kind == .counter ? Self.family(name, kind) + "_total" : name, labels, value)
    }

    /// A histogram, with an exemplar on each bucket that has one.
    mutating func histogram(_ name: String, _ labels: String, _ histogram: HistogramCell) {
        let prefix = labels.isEmpty ? "" : labels + ","
        let sum = histogram.sum
        let exemplars = histogram.exemplars
        var total: UInt64 = 0
        for (index, (bound, count)) in zip(histogram.bounds + [.infinity], histogram.bucketCounts).enumerated() {
            total += count
            let labels = prefix + "le=\"" + (bound.isInfinite ? "+Inf" : bound.description) + "\""
            line(name + "_bucket", labels, Double(total), exemplars.isEmpty ? nil : exemplars[index])
        }
        line(name + "_count", labels, Double(total))
        line(name + "_sum", labels, sum)
    }

    /// Says that this was all.
    mutating func end() { text += "# EOF\n" }

    private mutating func line(_ name: String, _ labels: String, _ value: Double, _ exemplar: RecordedExemplar? = nil) {
        text += name
        if !labels.isEmpty { text += "{" + labels + "}" }
        text += " " + MetricText.number(value)
        if let exemplar {
            let ids = exemplar.exemplar
            text += " # {trace_id=\"\(ids.traceID)\",span_id=\"\(ids.spanID)\"} "
            text += "\(MetricText.number(exemplar.value)) \(exemplar.time)"
        }
        text += "\n"
    }

    /// A counter's family is its samples' name without the ending that all counters' samples have.
    private static func family(_ name: String, _ kind: MetricFamily.Kind) -> String {
        kind == .counter && name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }
}
