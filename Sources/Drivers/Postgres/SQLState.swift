/// A five-character SQLSTATE code, compared as one integer.
public struct SQLState: Sendable, Hashable, CustomStringConvertible {
    private let packed: UInt64

    /// The code written in `text`, or `nil` when it is not five digits or capital letters.
    public init?(_ text: some StringProtocol) {
        var packed: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            guard (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) else { return nil }
            packed = packed << 8 | UInt64(byte)
            count += 1
        }
        guard count == 5 else { return nil }
        self.packed = packed
    }

    /// Takes a code that is written down in the program; it must have five ASCII characters.
    public init(_ code: StaticString) {
        packed = code.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// The five characters.
    public var description: String {
        String(decoding: (0..<5).map { UInt8(truncatingIfNeeded: packed >> (8 * (4 - $0))) }, as: UTF8.self)
    }

    /// 23502: a column that must have a value was given none.
    public static let notNullViolation = SQLState("23502" as StaticString)
    /// 23503: the referenced row does not exist, or is still referenced.
    public static let foreignKeyViolation = SQLState("23503" as StaticString)
    /// 23505: a row with this key exists.
    public static let uniqueViolation = SQLState("23505" as StaticString)
    /// 23514: a CHECK constraint refused the row.
    public static let checkViolation = SQLState("23514" as StaticString)
    /// 25006: the transaction, often because the server is a standby, may not write.
    public static let readOnlyTransaction = SQLState("25006" as StaticString)
    /// 25P02: an earlier statement of this transaction failed.
    public static let inFailedTransaction = SQLState("25P02" as StaticString)
    /// 28P01: the password was refused.
    public static let invalidPassword = SQLState("28P01" as StaticString)
    /// 28000: the role may not log in from here.
    public static let invalidAuthorization = SQLState("28000" as StaticString)
    /// 3D000: there is no such database.
    public static let invalidCatalogName = SQLState("3D000" as StaticString)
    /// 40001: not serializable with what others did; the whole transaction may be repeated.
    public static let serializationFailure = SQLState("40001" as StaticString)
    /// 40P01: chosen as the victim of a deadlock; the whole transaction may be repeated.
    public static let deadlockDetected = SQLState("40P01" as StaticString)
    /// 42601: the SQL text does not parse.
    public static let syntaxError = SQLState("42601" as StaticString)
    /// 42P01: there is no such table.
    public static let undefinedTable = SQLState("42P01" as StaticString)
    /// 42P04: a database of this name exists.
    public static let duplicateDatabase = SQLState("42P04" as StaticString)
    /// 53300: the server has no connection slot left.
    public static let tooManyConnections = SQLState("53300" as StaticString)
    /// 55P03: a lock was not free within `lock_timeout`.
    public static let lockNotAvailable = SQLState("55P03" as StaticString)
    /// 57014: cancelled, on request or by `statement_timeout`.
    public static let queryCanceled = SQLState("57014" as StaticString)
    /// 57P01: ended by an administrator; the connection is gone.
    public static let adminShutdown = SQLState("57P01" as StaticString)
    /// 57P02: ended because another backend crashed; the connection is gone.
    public static let crashShutdown = SQLState("57P02" as StaticString)
    /// 57P03: starting up, shutting down or recovering.
    public static let cannotConnectNow = SQLState("57P03" as StaticString)
}
