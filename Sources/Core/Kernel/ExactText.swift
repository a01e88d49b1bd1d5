/// Text that equals another only byte for byte.
///
/// Swift's `String` compares canonically: "é" and "e" with a combining accent are one dictionary key, but two values
/// for PostgreSQL and Redis. Everything that names a user, an item or a code is therefore an `ExactText`.
/// Hashing and comparing cost a pass over the bytes; up to 15 bytes live without an allocation.
public struct ExactText: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text itself.
    public let string: String

    /// Wraps `string` as it is; limits are the business of the type that holds it.
    public init(_ string: String) {
        self.string = string
    }

    /// The text form.
    public var description: String { string }

    /// Whether both are the same, byte for byte.
    public static func == (left: Self, right: Self) -> Bool {
        compare(left, right) { first, second in
            first.count == second.count && first.elementsEqual(second)
        }
    }

    /// Orders by bytes, as PostgreSQL's `COLLATE "C"` does.
    public static func < (left: Self, right: Self) -> Bool {
        compare(left, right) { first, second in first.lexicographicallyPrecedes(second) }
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        let hashed: Void? = string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: .init($0)) }
        if hashed == nil { for byte in string.utf8 { hasher.combine(byte) } }
    }

    private static func compare(
        _ left: Self,
        _ right: Self,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        let fast = left.string.utf8.withContiguousStorageIfAvailable { first in
            right.string.utf8.withContiguousStorageIfAvailable { second in body(first, second) }
        }
        if case .some(.some(let answer)) = fast { return answer }
        return Array(left.string.utf8).withUnsafeBufferPointer { first in
            Array(right.string.utf8).withUnsafeBufferPointer { second in body(first, second) }
        }
    }
}
