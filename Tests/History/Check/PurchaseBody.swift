import Foundation
import Kernel

/// What a purchase's outcome says, read from its bytes.
struct PurchaseBody: Sendable {
    let bought: [ExactText]
    let failed: [(item: ExactText, reason: String)]

    /// Reads an outcome; `nil` where the bytes are none.
    init?(_ text: String) {
        // Bytes that are no outcome are what the caller looks for.
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(text.utf8)) else { return nil }
        bought = form.purchased_items.map { ExactText($0.id) }
        failed = form.failed_items.map { (ExactText($0.id), $0.reason ?? "") }
    }

    private struct Form: Decodable {
        struct Line: Decodable {
            let id: String
            let reason: String?
        }

        let purchased_items: [Line]
        let failed_items: [Line]
    }
}
