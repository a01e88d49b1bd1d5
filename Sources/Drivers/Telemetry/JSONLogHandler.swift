import Glibc
import Logging

/// Log lines as JSON objects, for machines.
///
/// `{"timestamp":"2026-01-31T12:34:56.123456Z","level":"info","logger":"api","message":"…","key":"value"}`: metadata
/// become keys of the object, `meta_` before those that are taken; numbers and truth values stay what they are.
public struct JSONLogHandler: LogHandler {
    /// What every line of this logger says.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is written.
    public var logLevel: Logger.Level
    /// What the context of a line says.
    public var metadataProvider: Logger.MetadataProvider?

    private let writer: LogWriter
    /// From the end of the level to the start of the message.
    private let middle: [UInt8]

    /// Creates the handler of one logger.
    public init(
        label: String,
        writer: LogWriter,
        level: Logger.Level,
        metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.writer = writer
        self.metadataProvider = metadataProvider
        logLevel = level
        var line = LogLine()
        line.append("\",\"logger\":\"")
        line.appendEscaped(label)
        line.append("\",\"message\":\"")
        middle = line.bytes
    }

    /// One value of ``metadata``.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Hands the line to the writer; never waits for the output.
    public func log(event: LogEvent) {
        var line = LogLine()
        line.append("{\"timestamp\":\"")
        line.appendTimestamp(.now)
        line.append("\",\"level\":\"")
        line.appendEscaped(event.level.rawValue)
        line.append(middle)
        line.appendEscaped(event.message.description)
        line.append(UInt8(ascii: "\""))
        if let error = event.error {
            line.append(",\"error\":")
            line.appendQuoted("\(error)")
        }
        let hasError = event.error != nil
        for (key, value) in LogMetadata.merged(metadata, metadataProvider, event.metadata) {
            line.append(UInt8(ascii: ","))
            line.appendQuoted(Self.isTaken(key, hasError: hasError) ? "meta_" + key : key)
            line.append(UInt8(ascii: ":"))
            line.appendValue(value)
        }
        line.append("}\n")
        writer.append(line.bytes, isUrgent: event.level.isUrgent)
    }

    private static func isTaken(_ key: String, hasError: Bool) -> Bool {
        switch key {
        case "timestamp", "level", "logger", "message": true
        case "error": hasError
        default: false
        }
    }
}

extension LogLine {
    fileprivate mutating func appendQuoted(_ text: String) {
        append(UInt8(ascii: "\""))
        appendEscaped(text)
        append(UInt8(ascii: "\""))
    }

    fileprivate mutating func appendValue(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendQuoted(text)
        case .stringConvertible(let value): appendConvertible(value)
        case .array(let values):
            append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendValue(value)
            }
            append(UInt8(ascii: "]"))
        case .dictionary(let values):
            append(UInt8(ascii: "{"))
            for (index, (key, value)) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendQuoted(key)
                append(UInt8(ascii: ":"))
                appendValue(value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    private mutating func appendConvertible(_ value: any CustomStringConvertible & Sendable) {
        switch value {
        case let number as Int: appendEscaped(String(number))
        case let truth as Bool: appendEscaped(truth ? "true" : "false")
        case let number as Double where number.isFinite: appendEscaped(number.description)
        default: appendQuoted(value.description)
        }
    }
}
