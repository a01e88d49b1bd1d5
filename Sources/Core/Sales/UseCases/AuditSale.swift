import Kernel

/// Looks a sale over: its record against itself, then the gate against the record; repairs the gate, never the record.
public struct AuditSale: Sendable {
    /// What it found.
    public struct Report: Sendable {
        /// How many facts break each invariant; empty when all hold.
        public let violations: [Invariant: Int]
        /// How the gate differed from the record before it was repaired; `nil` when the gate was away.
        public let gate: ReconcileSale.Report?
    }

    let auditor: any SaleAuditor
    let reconcile: ReconcileSale

    /// Audits what `auditor` reads and `reconcile` compares.
    public init(auditor: any SaleAuditor, reconcile: ReconcileSale) {
        self.auditor = auditor
        self.reconcile = reconcile
    }

    /// Audits a sale; `nil` where there is none of that id.
    ///
    /// - Throws: ``StoreError`` when the record is away.
    public func execute(_ id: SaleID, by actor: AuditActor) async throws(StoreError) -> Report? {
        guard var violations = try await auditor.violations(of: id) else { return nil }
        let gate = try await compareGate(id, by: actor)
        if let wrong = gate.map({ $0.wrongSold.count + $0.wrongFull }), wrong > 0 { violations[.gate] = wrong }
        return Report(violations: violations, gate: gate)
    }

    private func compareGate(_ id: SaleID, by actor: AuditActor) async throws(StoreError) -> ReconcileSale.Report? {
        do throws(ReconcileSale.Failure) {
            return try await reconcile.execute(id, by: actor)
        } catch {
            switch error {
            case .gateUnreachable, .saleNotFound: return nil
            case .store(let error): throw error
            }
        }
    }
}
