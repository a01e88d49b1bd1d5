/// Why a text cannot be an identifier; the reason is a phrase for the client: "must not be empty".
public struct InvalidText: Error, Equatable, Sendable {
    /// A phrase that follows the field's name.
    public let reason: String

    /// A fault with its phrase.
    public init(reason: String) { self.reason = reason }

    /// Checks that `text` is not empty, has at most `limit` Unicode scalars and no NUL.
    static func check(_ text: String, limit: Int) throws(InvalidText) {
        if text.utf8.isEmpty { throw InvalidText(reason: "must not be empty") }
        // No text has more scalars than bytes, so the count is taken only for long ones.
        if text.utf8.count > limit, text.unicodeScalars.count > limit {
            throw InvalidText(reason: "must be at most \(limit) characters long")
        }
        var text = text
        let holdsNUL = text.withUTF8 { bytes in bytes.contains(0) }
        if holdsNUL { throw InvalidText(reason: "must not contain the character NUL") }
    }
}
