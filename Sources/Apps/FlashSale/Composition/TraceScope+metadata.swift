import Logging
import Traces

extension TraceScope {
    /// What every line says that belongs to the request; the names are OpenTelemetry's.
    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["request_id": .string(requestID)]
        guard let context else { return metadata }
        metadata["trace_id"] = .string(context.traceID.description)
        metadata["span_id"] = .string(context.spanID.description)
        metadata["trace_flags"] = context.isSampled ? "01" : "00"
        return metadata
    }
}

extension Logger.MetadataProvider {
    /// Names the request in whose task a line is written.
    static let request = Logger.MetadataProvider { TraceScope.current?.metadata ?? [:] }
}
