import Kernel
import Sales

/// Codes, identifiers of sales, users and items, and times.
///
/// Whatever the bytes: a code or a sale's identifier that is read is written as it was, so that one has one text.
enum CodeExercise {
    static func run(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // A refusal is as good as any.
        if let code = try? CheckoutCode.read(text) {
            precondition(Array(code.description.utf8) == bytes, "a code has two texts")
        }
        if let sale = SaleID(text) {
            precondition(Array(sale.description.utf8) == bytes, "a sale has two identifiers")
        }
        _ = try? UserID(text)
        _ = try? ItemID(text)
        if let time = Timestamp(rfc3339: text) {
            precondition(Timestamp(rfc3339: time.description) == time, "a time changes when it is written")
        }
    }
}
