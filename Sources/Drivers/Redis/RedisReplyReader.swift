import CHiredis

/// hiredis' parser of replies; owned by one link and used on its loop only.
struct RedisReplyReader: ~Copyable {
    /// More than any answer of ours has; hiredis would set memory aside for as many as a header claims.
    private static let maxElements: Int32 = 4 << 20

    /// Those that hiredis itself would use.
    private static let hiredisFunctions: redisReplyObjectFunctions = {
        guard let reader = redisReaderCreate() else { preconditionFailure("out of memory") }
        defer { redisReaderFree(reader) }
        return reader.pointee.fn.pointee
    }()

    // Never changed after this; the same functions, except that a claimed length has a limit.
    nonisolated(unsafe) private static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
        let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
        functions.initialize(to: hiredisFunctions)
        functions.pointee.createArray = { task, count in
            guard count <= RedisReplyReader.maxElements else { return nil }
            return RedisReplyReader.hiredisFunctions.createArray(task, count)
        }
        return functions
    }()

    private let reader: UnsafeMutablePointer<redisReader>
    private let maxReplyBytes: Int
    /// Bytes fed since the last whole reply ended.
    private var partialBytes = 0

    init(maxReplyBytes: Int) {
        guard let reader = redisReaderCreateWithFunctions(Self.functions) else { preconditionFailure("out of memory") }
        self.reader = reader
        self.maxReplyBytes = maxReplyBytes
    }

    deinit { redisReaderFree(reader) }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(RedisError) {
        partialBytes += bytes.count
        let start = bytes.bindMemory(to: CChar.self).baseAddress
        guard redisReaderFeed(reader, start, bytes.count) == REDIS_OK else { throw fault() }
    }

    /// The next whole reply; `nil` when more bytes are needed.
    mutating func next() throws(RedisError) -> RedisReply? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &object) == REDIS_OK else { throw fault() }
        guard let object else {
            guard partialBytes <= maxReplyBytes else {
                throw RedisError(.protocolViolation, "a reply has more than \(maxReplyBytes) bytes")
            }
            return nil
        }
        defer { freeReplyObject(object) }
        partialBytes = reader.pointee.len - reader.pointee.pos
        return Self.reply(object.assumingMemoryBound(to: redisReply.self))
    }

    private static func reply(_ object: UnsafePointer<redisReply>) -> RedisReply {
        let bytes = UnsafeRawBufferPointer(start: object.pointee.str, count: object.pointee.len)
        switch object.pointee.type {
        case REDIS_REPLY_STRING: return .bulk(Array(bytes))
        case REDIS_REPLY_INTEGER: return .integer(object.pointee.integer)
        case REDIS_REPLY_STATUS: return .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: object.pointee.element, count: object.pointee.elements)
            return .array(elements.map { $0.map { reply($0) } ?? .null })
        default: return .null
        }
    }

    private func fault() -> RedisError {
        let text = withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return RedisError(.protocolViolation, text)
    }
}
