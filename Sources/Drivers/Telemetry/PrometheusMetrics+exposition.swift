extension PrometheusMetrics {
    /// Every series in the text format OpenMetrics 1.0.0, with exemplars; in the same order.
    public func openMetrics() -> [UInt8] {
        var out = OpenMetricsText()
        for (name, family) in sortedFamilies() {
            out.head(name, family.kind, help: help[name])
            for (labels, cell) in family.series.sorted(by: { $0.key < $1.key }) {
                switch cell {
                case .counter(let counter): out.sample(name, family.kind, labels, counter.value)
                case .gauge(let gauge): out.sample(name, family.kind, labels, gauge.value)
                case .read(let read): out.sample(name, family.kind, labels, read())
                case .histogram(let histogram): out.histogram(name, labels, histogram)
                }
            }
        }
        out.end()
        return Array(out.text.utf8)
    }

    /// Every series in the text format 0.0.4: families by name, series by labels, so that equal values give equal text.
    ///
    /// Calls the closures of gauges and counters that are read at the scrape; no lock is held meanwhile.
    public func exposition() -> [UInt8] {
        var text = ""
        for (name, family) in sortedFamilies() {
            if let help = help[name] { text += "# HELP \(name) \(MetricText.escaped(help, quotes: false))\n" }
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, cell) in family.series.sorted(by: { $0.key < $1.key }) {
                switch cell {
                case .counter(let counter): Self.write(name, labels, counter.value, to: &text)
                case .gauge(let gauge): Self.write(name, labels, gauge.value, to: &text)
                case .read(let read): Self.write(name, labels, read(), to: &text)
                case .histogram(let histogram): Self.write(name, labels, histogram, to: &text)
                }
            }
        }
        return Array(text.utf8)
    }

    private static func write(_ name: String, _ labels: String, _ value: Double, to text: inout String) {
        text += name
        if !labels.isEmpty { text += "{" + labels + "}" }
        text += " " + MetricText.number(value) + "\n"
    }

    private static func write(_ name: String, _ labels: String, _ histogram: HistogramCell, to text: inout String) {
        let prefix = labels.isEmpty ? "" : labels + ","
        let sum = histogram.sum
        var total: UInt64 = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.bucketCounts) {
            total += count
            write(name + "_bucket", prefix + "le=\"" + MetricText.number(bound) + "\"", Double(total), to: &text)
        }
        write(name + "_sum", labels, sum, to: &text)
        write(name + "_count", labels, Double(total), to: &text)
    }
}
