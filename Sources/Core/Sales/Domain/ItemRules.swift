import Kernel

/// What an item must be like that an operator brings along.
public enum ItemRules {
    /// What is wrong with a draft, as a phrase; `nil` when nothing is.
    public static func fault(in draft: ItemDraft) -> String? {
        guard let id = draft.id else { return "id must be given" }
        if id.generatedKey != nil { return "id \(id) has the form that is kept for generated items" }
        if let fault = fault(in: draft.name, called: "name", limit: 255) { return fault }
        if let fault = fault(in: draft.imageURL, called: "image_url", limit: 2048) { return fault }
        if draft.price.amountMinor < 0 { return "price.amount_minor must not be negative" }
        if !Money.isCurrencyCode(draft.price.currency) { return "price.currency must be three capital letters" }
        return nil
    }

    /// What is wrong with a list of drafts, as a phrase that names the first bad one; `nil` when nothing is.
    static func fault(in drafts: [ItemDraft]) -> String? {
        var seen: Set<ItemID> = []
        for (index, draft) in drafts.enumerated() {
            if let fault = fault(in: draft) { return "[\(index)]: \(fault)" }
            if let id = draft.id, !seen.insert(id).inserted { return "[\(index)]: id \(id) is given twice" }
        }
        return nil
    }

    private static func fault(in text: String, called name: String, limit: Int) -> String? {
        do {
            try InvalidText.check(text, limit: limit)
            return nil
        } catch {
            return "\(name) \(error.reason)"
        }
    }
}
