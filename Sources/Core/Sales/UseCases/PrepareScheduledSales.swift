import Kernel

/// Puts the scheduled sales on record: the running one and the next, so that opening is only a comparison of times.
///
/// Any number of instances may do it at once, and any of them may die in the middle: a slot has one sale, a whole one.
public struct PrepareScheduledSales: Sendable {
    /// What scheduled sales are like.
    public struct Plan: Sendable {
        /// When they open and close.
        public var schedule: SaleSchedule
        /// Their stock.
        public var items: Int32
        /// Their purchase limit.
        public var itemsPerUser: Int32
        /// Their grace in seconds.
        public var graceSeconds: Int32

        /// Puts a plan together from its parts.
        public init(schedule: SaleSchedule, items: Int32, itemsPerUser: Int32, graceSeconds: Int32) {
            self.schedule = schedule
            self.items = items
            self.itemsPerUser = itemsPerUser
            self.graceSeconds = graceSeconds
        }
    }

    let sales: any SaleRepository
    let plan: Plan

    /// Makes what is missing and returns it.
    /// - Throws: ``StoreError`` when the record is away; to be repeated.
    public func execute() async throws(StoreError) -> [Sale] {
        guard plan.schedule != .off else { return [] }
        var made: [Sale] = []
        for slot in plan.schedule.slots(at: try await sales.now()) {
            let draft = SaleDraft(
                name: slot.name,
                startsAt: slot.startsAt,
                endsAt: slot.endsAt,
                itemsPerUser: plan.itemsPerUser,
                graceSeconds: plan.graceSeconds,
                afterEnd: .close,
                stock: .generated(plan.items),
                slot: slot.startsAt
            )
            if case .created(let sale) = try await sales.create(draft, by: AuditActor("schedule")) { made.append(sale) }
        }
        return made
    }
}
