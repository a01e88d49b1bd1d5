import Redis

/// The Redis side of the ports: how the driver is set up for them.
public enum RedisStores {
    /// The driver's configuration for the gate: its scripts, its limits, its metrics.
    ///
    /// Called after the metrics system was chosen, because it makes the handles.
    /// - Throws: ``RedisError`` when the URL cannot be used.
    public static func configuration(url: String) throws(RedisError) -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: url)
        configuration.scripts = GateScripts.all
        let metrics = CommandMetrics()
        configuration.observer = { metrics.record($0) }
        return configuration
    }
}
