/// What Redis answers, as RESP2 has it.
public enum RedisReply: Hashable, Sendable {
    /// A short word such as `OK`.
    case status(String)
    /// A number.
    case integer(Int64)
    /// Bytes, of any content.
    case bulk([UInt8])
    /// No value.
    case null
    /// Replies in order, errors among them.
    case array([RedisReply])
    /// An error; only inside arrays, because one that answers a command is thrown.
    case error(String)

    /// The bytes of a bulk or a status; `nil` for everything else.
    public var bytes: [UInt8]? {
        switch self {
        case .bulk(let bytes): bytes
        case .status(let text): Array(text.utf8)
        case .integer, .null, .array, .error: nil
        }
    }

    /// The text of a bulk or a status, damaged UTF-8 replaced; `nil` for everything else.
    public var text: String? {
        switch self {
        case .bulk(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        case .integer, .null, .array, .error: nil
        }
    }

    /// The elements of an array; `nil` for everything else.
    public var elements: [RedisReply]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}
