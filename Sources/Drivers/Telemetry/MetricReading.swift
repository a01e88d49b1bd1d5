/// The values of all metrics at about one moment, for those who compute with them.
public struct MetricReading: Sendable {
    /// Counters, and gauges that are kept or asked for, with their labels.
    public struct Value: Sendable {
        /// By name.
        public let labels: [String: String]
        /// The value.
        public let value: Double
    }

    /// How many values of a histogram lie in each bucket.
    public struct Buckets: Equatable, Sendable {
        /// Upper bounds, ascending.
        public let bounds: [Double]
        /// Not cumulated, the bucket without a bound last.
        public let counts: [UInt64]

        /// Puts buckets together; one more count than bounds.
        public init(bounds: [Double], counts: [UInt64]) {
            self.bounds = bounds
            self.counts = counts
        }

        /// What has come since an earlier reading of the same histogram.
        public func since(_ earlier: Buckets?) -> Buckets {
            guard let earlier, earlier.bounds == bounds else { return self }
            return Buckets(bounds: bounds, counts: zip(counts, earlier.counts).map { $0 - min($0, $1) })
        }

        /// The value that this share of all lies below, as far as buckets can tell; `nil` where there are none.
        public func quantile(_ share: Double) -> Double? {
            let total = counts.reduce(0, +)
            guard total > 0, let last = bounds.last else { return nil }
            let rank = share * Double(total)
            var below: UInt64 = 0
            for (index, count) in counts.enumerated() where index < bounds.count {
                if Double(below + count) >= rank, count > 0 {
                    let lower = index == 0 ? 0 : bounds[index - 1]
                    return lower + (bounds[index] - lower) * max(0, rank - Double(below)) / Double(count)
                }
                below += count
            }
            return last
        }
    }

    let families: [String: MetricFamily]

    /// The series of a name that are no histograms; none where the name is not in use.
    public func values(of name: String) -> [Value] {
        (families[name]?.series ?? [:]).compactMap { text, cell in
            let value: Double
            switch cell {
            case .counter(let counter): value = counter.value
            case .gauge(let gauge): value = gauge.value
            case .read(let read): value = read()
            case .histogram: return nil
            }
            return Value(labels: Self.labels(text), value: value)
        }
    }

    /// The histograms of a name whose labels are chosen, summed; `nil` where there are none.
    public func buckets(of name: String, where isChosen: ([String: String]) -> Bool) -> Buckets? {
        var sum: Buckets?
        for (text, cell) in families[name]?.series ?? [:] {
            guard case .histogram(let histogram) = cell, isChosen(Self.labels(text)) else { continue }
            let counts = histogram.bucketCounts
            let total = sum.map { zip($0.counts, counts).map(+) } ?? counts
            sum = Buckets(bounds: histogram.bounds, counts: total)
        }
        return sum
    }

    /// Labels from their text; values come from closed sets, so none holds a quote.
    private static func labels(_ text: String) -> [String: String] {
        var labels: [String: String] = [:]
        for pair in text.split(separator: "\",") {
            guard let sign = pair.firstIndex(of: "=") else { continue }
            labels[String(pair[..<sign])] = pair[pair.index(after: sign)...].filter { $0 != "\"" }
        }
        return labels
    }
}

extension PrometheusMetrics {
    /// All values as they are.
    public func reading() -> MetricReading {
        MetricReading(
            families: Dictionary(uniqueKeysWithValues: sortedFamilies().map { ($0.name, $0.family) })
        )
    }
}
