import Telemetry

/// Settings as they may be shown.
enum Redacted {
    /// The value; of a secret only what is none: an address without its password.
    static func text(_ value: String, of setting: Setting) -> String {
        guard setting.isSecret else { return value }
        return value.contains("://") ? Redaction.urlWithoutPassword(value) : "***"
    }
}
