import Kernel

/// Names a shopper; opaque, 1 to 255 Unicode scalars, compared byte for byte.
public struct UserID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most Unicode scalars an identifier has.
    public static let maxLength = 255

    /// The identifier as the client wrote it.
    public let text: ExactText

    /// Takes an identifier from outside.
    /// - Throws: ``InvalidText`` when it is empty, too long or holds NUL.
    public init(_ string: String) throws(InvalidText) {
        try InvalidText.check(string, limit: Self.maxLength)
        text = ExactText(string)
    }

    /// Takes an identifier back from storage.
    public init(stored string: String) { text = ExactText(string) }

    /// The text form.
    public var description: String { text.string }

    /// Orders by value.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
