import Kernel

/// Why an operator's change cannot be made.
public enum SaleControlRefusal: Error, Hashable, Sendable {
    /// The sale is over.
    case ended
    /// The new end makes no window, with a phrase.
    case invalidEnd(String)
}

/// What operators do to a sale: pause, resume, end, extend.
public struct ControlSale: Sendable {
    /// What to do.
    public enum Command: Hashable, Sendable {
        /// Sell nothing until resumed.
        case pause
        /// Sell again.
        case resume
        /// Sell nothing ever again; once this has returned nothing sells.
        case end
        /// Move the planned end later.
        case extend(to: Timestamp)
        /// Move the planned end later by so many seconds.
        case extendBy(seconds: Int64)

        /// The word in the audit.
        var word: String {
            switch self {
            case .pause: "pause"
            case .resume: "resume"
            case .end: "end"
            case .extend, .extendBy: "extend"
            }
        }
    }

    let sales: any SaleRepository

    /// Controls the sales of a repository.
    public init(sales: any SaleRepository) { self.sales = sales }

    /// Makes the change and raises the control version, so that batches decided before it do not commit after it.
    ///
    /// Repeating a command is harmless. `nil`: there is no such sale.
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(
        _ command: Command,
        on id: SaleID,
        by actor: AuditActor
    ) async throws(StoreError) -> Result<Sale, SaleControlRefusal>? {
        try await sales.update(id, action: command.word, by: actor) { sale, now in
            Self.apply(command, to: sale, at: now)
        }
    }

    static func apply(_ command: Command, to sale: Sale, at now: Timestamp) -> Result<Sale, SaleControlRefusal> {
        var changed = sale
        switch command {
        case .end:
            changed.state = .ended
            return .success(changed)
        case .pause: changed.state = .paused
        case .resume: changed.state = .open
        case .extend(let end):
            if let fault = fault(inEnd: end, of: sale, at: now) { return .failure(fault) }
            changed.endsAt = end
        case .extendBy(let seconds):
            guard (1...31_536_000).contains(seconds) else {
                return .failure(.invalidEnd("seconds must be from 1 to 31536000"))
            }
            changed.endsAt = sale.endsAt.adding(seconds: seconds)
        }
        return sale.isOver(at: now) ? .failure(.ended) : .success(changed)
    }

    private static func fault(inEnd end: Timestamp, of sale: Sale, at now: Timestamp) -> SaleControlRefusal? {
        if end < sale.endsAt { return .invalidEnd("ends_at must not be earlier than the present end") }
        return end <= now ? .invalidEnd("ends_at must lie in the future") : nil
    }
}
