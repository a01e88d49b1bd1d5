import Metrics

/// The backend of swift-metrics.
///
/// Destroying a handle does nothing: another handle may share its series, and a counter that vanishes looks like a
/// restart. Counters become counters; meters, and recorders that do not aggregate, gauges; other recorders histograms;
/// timers histograms in seconds.
extension PrometheusMetrics: MetricsFactory {
    /// The counter of this name and these labels.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counterCell(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The counter of this name and these labels, counting in fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counterCell(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The gauge of this name and these labels.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gaugeCell(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    /// The histogram of this name and these labels, or the gauge where values are not to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return gaugeCell(label, dimensions) ?? NOOPMetricsHandler.instance }
        return histogramCell(label, dimensions, isTimer: false) ?? NOOPMetricsHandler.instance
    }

    /// The histogram of this name and these labels, in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogramCell(label, dimensions, isTimer: true) ?? NOOPMetricsHandler.instance
    }

    /// Does nothing: the series stays.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: the series stays.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Does nothing: the series stays.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: the series stays.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: the series stays.
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counterCell(_ name: String, _ labels: [(String, String)]) -> CounterCell? {
        guard let found = cell(name, labels, .counter, make: { .counter(CounterCell()) }) else { return nil }
        if case .counter(let counter) = found { return counter }
        reportConflict(name)
        return nil
    }

    private func gaugeCell(_ name: String, _ labels: [(String, String)]) -> GaugeCell? {
        guard let found = cell(name, labels, .gauge, make: { .gauge(GaugeCell()) }) else { return nil }
        if case .gauge(let gauge) = found { return gauge }
        reportConflict(name)
        return nil
    }

    private func histogramCell(_ name: String, _ labels: [(String, String)], isTimer: Bool) -> HistogramCell? {
        let bounds = bounds(of: name, isTimer: isTimer)
        let exemplar = exemplar(of: name)
        let found = cell(name, labels, .histogram) { .histogram(HistogramCell(bounds: bounds, exemplar: exemplar)) }
        guard case .histogram(let cell) = found else { return nil }
        return cell
    }
}
