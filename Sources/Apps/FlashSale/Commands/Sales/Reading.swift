import API
import ArgumentParser
import Kernel
import Sales

/// Reads what is typed, and says what is wrong in a sentence.
enum Reading {
    static func sale(_ text: String) throws -> SaleID {
        guard let id = SaleID(text) else { throw ValidationError("\(text) is no sale id; they look like S-0000000001") }
        return id
    }

    static func time(_ text: String, _ option: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: text) else {
            throw ValidationError("\(option) must be a time like 2026-01-31T12:00:00Z")
        }
        return time
    }

    static func afterEnd(_ text: String) throws -> Sale.AfterEnd {
        guard let word = Sale.AfterEnd(rawValue: text) else {
            throw ValidationError("--after-end must be close or run_out")
        }
        return word
    }

    static func format(_ text: String) throws -> LineFormat {
        guard let format = LineFormat(rawValue: text) else {
            throw ValidationError("--format must be csv or ndjson")
        }
        return format
    }
}
