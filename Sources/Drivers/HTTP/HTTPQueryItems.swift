/// The decoded items of a query, in the order sent.
public struct HTTPQueryItems: Sendable, RandomAccessCollection {
    /// One `name=value`; a name without `=` has the empty value.
    public struct Item: Sendable, Hashable {
        /// The decoded name.
        public let name: String
        /// The decoded value.
        public let value: String
    }

    /// Most items in one query.
    public static let maxCount = 64

    private var items: [Item] = []

    /// Decodes a query by the rules of `application/x-www-form-urlencoded`: `&` separates, `+` is a space.
    ///
    /// Empty pieces (`a=1&&b=2`) are skipped.
    /// - Parameter query: printable ASCII, without the `?`.
    /// - Throws: the first item that is malformed, or the one that is too many.
    public init(parsing query: Substring) throws(HTTPDecodingError) {
        guard !query.isEmpty else { return }
        var query = query
        self.items = try query.withUTF8 { bytes in
            Result { () throws(HTTPDecodingError) in try Self.items(of: bytes) }
        }.get()
    }

    private static func items(of query: UnsafeBufferPointer<UInt8>) throws(HTTPDecodingError) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(3)
        var start = 0
        while start < query.count {
            var (end, equals) = (start, -1)
            while end < query.count, query[end] != 0x26 {
                if query[end] == 0x3D, equals < 0 { equals = end }
                end += 1
            }
            if end > start {
                let name = UnsafeBufferPointer(rebasing: query[start..<(equals < 0 ? end : equals)])
                let value = UnsafeBufferPointer(rebasing: query[(equals < 0 ? end : equals + 1)..<end])
                items.append(try item(name, value, after: items.count))
            }
            start = end + 1
        }
        return items
    }

    private static func item(
        _ rawName: UnsafeBufferPointer<UInt8>,
        _ rawValue: UnsafeBufferPointer<UInt8>,
        after count: Int
    ) throws(HTTPDecodingError) -> Item {
        let name: String
        do throws(HTTPDecodingError.Reason) {
            name = try PercentDecoding.decode(rawName, plusIsSpace: true)
        } catch {
            throw HTTPDecodingError(parameter: String(decoding: rawName, as: UTF8.self), reason: error)
        }
        guard count < maxCount else { throw HTTPDecodingError(parameter: name, reason: .tooMany) }
        do throws(HTTPDecodingError.Reason) {
            return Item(name: name, value: try PercentDecoding.decode(rawValue, plusIsSpace: true))
        } catch {
            throw HTTPDecodingError(parameter: name, reason: error)
        }
    }

    /// The first value of a name.
    public func first(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    /// How often a name occurs; more than once is a duplicate.
    public func count(of name: String) -> Int {
        items.count { $0.name == name }
    }

    /// Every value of a name.
    public func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of items.
    public var endIndex: Int { items.count }
    /// The item at a position.
    public subscript(position: Int) -> Item { items[position] }
}
