import Kernel
import Sales

extension RecordTables {
    /// Puts a sale with its whole stock on record.
    mutating func create(_ draft: SaleDraft, at now: Timestamp) -> SaleCreation {
        if let slot = draft.slot, slots[slot] != nil { return .slotTaken }
        if case .given(let items) = draft.stock {
            for case let id? in items.map(\.id) where itemIDs[id] != nil { return .itemExists(id) }
        }
        let sale = Sale(
            stored: SaleID(number: Int64(sales.count) + 1),
            name: draft.name,
            startsAt: draft.startsAt,
            endsAt: draft.endsAt,
            state: .open,
            afterEnd: draft.afterEnd,
            itemsPerUser: draft.itemsPerUser,
            graceSeconds: draft.graceSeconds,
            totalItems: Int32(draft.stock.count),
            controlVersion: 1,
            gateEpoch: 1,
            createdAt: now
        )
        sales[sale.id] = sale
        if let slot = draft.slot { slots[slot] = sale.id }
        for number in 0..<draft.stock.count {
            let key = ItemKey(sale: sale.id, number: Int32(number) + 1)
            let item: ItemDraft =
                switch draft.stock {
                case .generated: GeneratedItems.item(key)
                case .given(let items): items[number]
                }
            insert(item, key)
        }
        return .created(sale)
    }

    private mutating func insert(_ draft: ItemDraft, _ key: ItemKey) {
        if let id = draft.id { itemIDs[id] = key }
        let item = Item(
            key: key,
            id: draft.id ?? ItemID(generated: key),
            name: draft.name,
            imageURL: draft.imageURL,
            price: draft.price
        )
        units[key] = Unit(item: item, soldTo: nil)
    }

    /// Changes a sale and raises its control version, unless `change` leaves it as it is.
    mutating func update(
        _ id: SaleID,
        at now: Timestamp,
        _ change: (Sale, Timestamp) -> Result<Sale, SaleControlRefusal>
    ) -> Result<Sale, SaleControlRefusal>? {
        guard let sale = sales[id] else { return nil }
        let changed = change(sale, now)
        guard case .success(var wanted) = changed, wanted != sale else { return changed }
        wanted.controlVersion = sale.controlVersion + 1
        sales[id] = wanted
        return .success(wanted)
    }

    /// Raises the number under which facts about a sale are true.
    mutating func raiseGateEpoch(of id: SaleID) {
        sales[id]?.gateEpoch += 1
        sales[id]?.controlVersion += 1
    }

    /// Puts a sold unit back on sale: facts about it and its buyer cease to be true, so the epoch is raised with it.
    mutating func takeBack(_ key: ItemKey) {
        guard let code = units[key]?.soldTo, let user = purchases[code]?.user else { return }
        let buyer = BuyerKey(sale: key.sale, user: user)
        buyers[buyer]?.bought -= 1
        buyers[buyer]?.version += 1
        units[key]?.soldTo = nil
        takenBack[key, default: []].insert(code)
        raiseGateEpoch(of: key.sale)
    }
}
