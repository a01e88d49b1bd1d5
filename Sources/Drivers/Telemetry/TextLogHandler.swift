import Glibc
import Logging

/// Log lines for people: `2026-01-31T12:34:56.123456Z info api: message key=value`.
///
/// Metadata stand in the order of their keys. Control characters are escaped, so that no line passes for two and no
/// terminal obeys what it shows.
public struct TextLogHandler: LogHandler {
    /// What every line of this logger says.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// What the context of a line says.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let writer: LogWriter

    /// Creates the handler of one logger.
    public init(
        label: String,
        writer: LogWriter,
        level: Logger.Level,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.writer = writer
        self.metadataProvider = metadataProvider
        logLevel = level
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Hands the line to the writer; never waits for the output.
    public func log(event: LogEvent) {
        var line = LogLine()
        line.appendTimestamp(.now)
        line.append(" ")
        line.appendEscaped(event.level.rawValue)
        line.append(" ")
        line.appendEscaped(label)
        line.append(": ")
        line.appendEscaped(event.message.description)
        var pairs = LogMetadata.merged(metadata, metadataProvider, event.metadata).map { ($0.key, "\($0.value)") }
        if let error = event.error { pairs.append(("error", "\(error)")) }
        for (key, value) in pairs.sorted(by: { $0.0 < $1.0 }) {
            line.append(" ")
            line.appendEscaped(key)
            line.append("=")
            let isPlain = !value.isEmpty && !value.utf8.contains { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "=") }
            if !isPlain { line.append("\"") }
            line.appendEscaped(value)
            if !isPlain { line.append("\"") }
        }
        line.append("\n")
        writer.append(line.bytes, isUrgent: event.level.isUrgent)
    }
}
