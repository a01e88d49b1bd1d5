import Logging

/// What a line says besides its message, from its three sources.
enum LogMetadata {
    /// The union; the event overrides the provider, the provider the logger.
    static func merged(
        _ logger: Logger.Metadata,
        _ provider: Logger.MetadataProvider?,
        _ event: Logger.Metadata?
    ) -> Logger.Metadata {
        var result = logger
        if let provided = provider?.get(), !provided.isEmpty {
            result.merge(provided) { _, new in new }
        }
        guard let event, !event.isEmpty else { return result }
        if result.isEmpty { return event }
        result.merge(event) { _, new in new }
        return result
    }
}

extension Logger.Level {
    /// Whether lines of this level wake the writer at once.
    var isUrgent: Bool { self >= .error }
}
