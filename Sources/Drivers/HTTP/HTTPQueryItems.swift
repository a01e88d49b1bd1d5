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
        let bytes = query.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex {
            var end = start
            var equals: Substring.Index?
            while end < bytes.endIndex, bytes[end] != 0x26 {
                if bytes[end] == 0x3D, equals == nil { equals = end }
                end = bytes.index(after: end)
            }
            if end > start { try append(query[start..<end], equals: equals) }
            start = end < bytes.endIndex ? bytes.index(after: end) : end
        }
    }

    private mutating func append(_ piece: Substring, equals: Substring.Index?) throws(HTTPDecodingError) {
        let rawName = piece[piece.startIndex..<(equals ?? piece.endIndex)]
        let rawValue = equals.map { piece[piece.utf8.index(after: $0)...] }
        let name: String
        do throws(HTTPDecodingError.Reason) {
            name = try PercentDecoding.decode(rawName, plusIsSpace: true)
        } catch {
            throw HTTPDecodingError(parameter: String(rawName), reason: error)
        }
        guard items.count < Self.maxCount else { throw HTTPDecodingError(parameter: name, reason: .tooMany) }
        do throws(HTTPDecodingError.Reason) {
            let value = try rawValue.map { raw throws(HTTPDecodingError.Reason) in
                try PercentDecoding.decode(raw, plusIsSpace: true)
            }
            if items.isEmpty { items.reserveCapacity(3) }
            items.append(Item(name: name, value: value ?? ""))
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
