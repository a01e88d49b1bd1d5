import Kernel

/// Puts a sale with its stock on record.
public struct CreateSale: Sendable {
    /// What an operator asks for; `nil` takes the default.
    public struct Request: Sendable {
        /// For people.
        public var name: String?
        /// Default: now.
        public var startsAt: Timestamp?
        /// Default: an hour after the start.
        public var endsAt: Timestamp?
        /// The purchase limit.
        public var itemsPerUser: Int?
        /// Grace in seconds.
        public var graceSeconds: Int?
        /// What happens at the planned end; default: the window closes.
        public var afterEnd: Sale.AfterEnd?
        /// How many items to make up; without `items`.
        public var totalItems: Int?
        /// The items; without `totalItems`.
        public var items: [ItemDraft]?

        /// A request that takes every default; it still needs a stock.
        public init() {}
    }

    /// Why there is no sale.
    public enum Failure: Error, Sendable {
        /// Fields that make no sale, each with a phrase.
        case invalid([String: String])
        /// The record is away.
        case store(StoreError)
    }

    /// The limits of what an operator may ask for.
    public struct Limits: Sendable {
        /// The purchase limit where none is asked for.
        public var itemsPerUser: Int
        /// Grace in seconds where none is asked for.
        public var graceSeconds: Int
        /// The largest stock that is made up at once.
        public var maxItems = 1_000_000

        /// Limits with these defaults.
        public init(itemsPerUser: Int, graceSeconds: Int) {
            self.itemsPerUser = itemsPerUser
            self.graceSeconds = graceSeconds
        }
    }

    let sales: any SaleRepository
    let limits: Limits

    /// Creates sales in a repository.
    public init(sales: any SaleRepository, limits: Limits) {
        self.sales = sales
        self.limits = limits
    }

    /// Validates the request and creates the sale, whole or not at all.
    public func execute(_ request: Request, by actor: AuditActor) async throws(Failure) -> Sale {
        do {
            let now = try await sales.now()
            let draft = try self.draft(request, now: now).get()
            switch try await sales.create(draft, by: actor) {
            case .created(let sale): return sale
            case .slotTaken: throw Failure.invalid(["starts_at": "has its scheduled sale already"])
            case .itemExists(let id): throw Failure.invalid(["items": "the id \(id) belongs to another item already"])
            }
        } catch let error as StoreError {
            throw .store(error)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .store(StoreError(.corrupt, "creating a sale failed", underlying: error))
        }
    }

    private func draft(_ request: Request, now: Timestamp) -> Result<SaleDraft, Failure> {
        var faults: [String: String] = [:]
        let startsAt = request.startsAt ?? now
        let endsAt = request.endsAt ?? startsAt.adding(seconds: 3600)
        if endsAt <= startsAt { faults["ends_at"] = "must be later than starts_at" }
        if endsAt <= now { faults["ends_at"] = "must lie in the future" }
        let limit = request.itemsPerUser ?? limits.itemsPerUser
        if !(1...10_000).contains(limit) { faults["items_per_user"] = "must be from 1 to 10000" }
        let grace = request.graceSeconds ?? limits.graceSeconds
        if !(0...86_400).contains(grace) { faults["grace_seconds"] = "must be from 0 to 86400" }
        let name = request.name ?? "Flash sale"
        if name.isEmpty || name.unicodeScalars.count > 255 { faults["name"] = "must have 1 to 255 characters" }
        if name.utf8.contains(0) { faults["name"] = "must not contain the character NUL" }
        let stock = stock(request, faults: &faults)
        guard faults.isEmpty, let stock else { return .failure(.invalid(faults)) }
        return .success(
            SaleDraft(
                name: name,
                startsAt: startsAt,
                endsAt: endsAt,
                itemsPerUser: Int32(limit),
                graceSeconds: Int32(grace),
                afterEnd: request.afterEnd ?? .close,
                stock: stock
            )
        )
    }

    private func stock(_ request: Request, faults: inout [String: String]) -> SaleDraft.Stock? {
        switch (request.totalItems, request.items) {
        case (nil, nil):
            faults["total_items"] = "or items must be given"
        case (.some, .some):
            faults["total_items"] = "and items exclude each other"
        case (.some(let count), nil):
            if (0...limits.maxItems).contains(count) { return .generated(Int32(count)) }
            faults["total_items"] = "must be from 0 to \(limits.maxItems)"
        case (nil, .some(let items)):
            guard let fault = ItemRules.fault(in: items) else { return .given(items) }
            faults["items"] = fault
        }
        return nil
    }
}
