/// Where spans go, and how.
public struct OTLPConfiguration: Sendable {
    /// The whole address that takes traces, `http://collector:4318/v1/traces`.
    public var url: String
    /// Headers of each export, beside the driver's own.
    public var headers: [(name: String, value: String)] = []
    /// How long one export may take.
    public var timeout = Duration.seconds(10)
    /// How long spans wait for others to go with them.
    public var interval = Duration.seconds(5)
    /// Most spans of an export; as many waiting are sent at once.
    public var batch = 512
    /// How often an export is tried that the collector cannot take now.
    public var attempts = 4
    /// The longest wait before it is tried again, whatever the collector asks for.
    public var maxPause = Duration.seconds(30)
    /// What the spans are of, `service.name` among it.
    public var resource: [(key: String, value: String)] = []
    /// The version of what made the spans.
    public var version = ""

    /// Exports to an address with the default bounds.
    public init(url: String) { self.url = url }
}
