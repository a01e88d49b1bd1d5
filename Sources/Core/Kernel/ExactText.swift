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
        left.string.utf8.count == right.string.utf8.count && order(left, right) == 0
    }

    /// Orders by bytes, as PostgreSQL's `COLLATE "C"` does.
    public static func < (left: Self, right: Self) -> Bool {
        order(left, right) < 0
    }

    /// Hashes what equality compares.
    public func hash(into hasher: inout Hasher) {
        let hashed: Void? = string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: .init($0)) }
        if hashed == nil { for byte in string.utf8 { hasher.combine(byte) } }
    }

    /// Below 0, 0 or above 0, as the bytes of `left` come before those of `right`, equal them or come after.
    private static func order(_ left: Self, _ right: Self) -> Int {
        let inPlace = left.string.utf8.withContiguousStorageIfAvailable { first in
            right.string.utf8.withContiguousStorageIfAvailable { second in order(first, second) }
        }
        if case .some(.some(let order)) = inPlace { return order }
        return Array(left.string.utf8).withUnsafeBufferPointer { first in
            Array(right.string.utf8).withUnsafeBufferPointer { second in order(first, second) }
        }
    }

    /// Eight bytes at a time: as numbers in network order they compare as their bytes do.
    private static func order(_ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>) -> Int {
        let (left, right) = (UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second))
        let common = min(left.count, right.count)
        var position = 0
        while position + 8 <= common {
            let first = UInt64(bigEndian: left.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let second = UInt64(bigEndian: right.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            if first != second { return first < second ? -1 : 1 }
            position += 8
        }
        while position < common {
            if left[position] != right[position] { return left[position] < right[position] ? -1 : 1 }
            position += 1
        }
        return left.count - right.count
    }
}
