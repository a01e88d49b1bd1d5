/// The object identifier of a built-in type; the numbers are fixed in PostgreSQL's `pg_type.dat`.
@usableFromInline
struct PostgresType: RawRepresentable, Equatable, Sendable {
    @usableFromInline let rawValue: UInt32

    @usableFromInline
    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    @usableFromInline static let bool = PostgresType(rawValue: 16)
    @usableFromInline static let bytea = PostgresType(rawValue: 17)
    static let name = PostgresType(rawValue: 19)
    @usableFromInline static let int8 = PostgresType(rawValue: 20)
    @usableFromInline static let int2 = PostgresType(rawValue: 21)
    @usableFromInline static let int4 = PostgresType(rawValue: 23)
    @usableFromInline static let text = PostgresType(rawValue: 25)
    static let json = PostgresType(rawValue: 114)
    static let unknown = PostgresType(rawValue: 705)
    static let bpchar = PostgresType(rawValue: 1042)
    static let varchar = PostgresType(rawValue: 1043)
    static let timestamp = PostgresType(rawValue: 1114)
    @usableFromInline static let timestamptz = PostgresType(rawValue: 1184)
    @usableFromInline static let uuid = PostgresType(rawValue: 2950)

    static let boolArray = PostgresType(rawValue: 1000)
    static let byteaArray = PostgresType(rawValue: 1001)
    static let int2Array = PostgresType(rawValue: 1005)
    static let int4Array = PostgresType(rawValue: 1007)
    static let textArray = PostgresType(rawValue: 1009)
    static let int8Array = PostgresType(rawValue: 1016)
    static let timestamptzArray = PostgresType(rawValue: 1185)
    static let uuidArray = PostgresType(rawValue: 2951)

    /// Whether the binary form is the text itself, as it also is for enums, which are types of the user's.
    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .json, .unknown: true
        default: rawValue >= Self.firstUserDefined
        }
    }

    /// Whether the binary form is microseconds since 2000-01-01.
    var isTimestamp: Bool { self == .timestamptz || self == .timestamp }

    private static let firstUserDefined: UInt32 = 16384
}
