import HTTP
import Kernel
import Sales

extension Parameters {
    /// The user that the request is made for.
    func userID() throws(ValidationFault) -> UserID {
        let text = try required("user_id")
        do { return try UserID(text) } catch { throw ValidationFault("user_id", error.reason) }
    }

    /// The item that is asked for; `id` is an alias.
    func itemID() throws(ValidationFault) -> ItemID {
        let text = try required("item_id", "id")
        return try ItemID(field: "item_id", text)
    }

    /// The sale that is named, if one is.
    func namedSale() throws(ValidationFault) -> NamedSale? {
        guard let text = try text("sale_id") else { return nil }
        if text.isEmpty { throw ValidationFault("sale_id", "must not be empty") }
        return SaleID(text).map(NamedSale.id) ?? .impossible
    }

    /// The code that is presented; `nil` where no code can have that form.
    func code() throws(ValidationFault) -> CheckoutCode? {
        try CheckoutCode.read(field: "code", try required("code"))
    }
}

extension ItemID {
    init(field: String, _ text: String) throws(ValidationFault) {
        do { try self.init(text) } catch { throw ValidationFault(field, error.reason) }
    }
}

extension CheckoutCode {
    static func read(field: String, _ text: String) throws(ValidationFault) -> CheckoutCode? {
        do { return try read(text) } catch { throw ValidationFault(field, error.reason) }
    }
}
