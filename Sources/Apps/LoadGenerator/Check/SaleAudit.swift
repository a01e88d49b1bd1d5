/// Compares what the operator API has on record with what shoppers were told.
struct SaleAudit {
    let office: SaleOffice
    let sale: TargetSale
    let wishes: Wishes

    /// What was found.
    struct Findings: Sendable {
        var numbers: [String: Double] = [:]
        var broken: [String] = []
    }

    func compare(_ ledger: Ledger, mustBeSoldOut: Bool) async throws -> Findings {
        var check = SaleCheck(ledger, of: sale, userPrefix: wishes.userPrefix, mustBeSoldOut: mustBeSoldOut)
        let isComplete = try await lines(of: "purchases") { if let row = PurchaseRow($0) { check.take(row) } }
        var findings = Findings()
        findings.broken = check.findings(isComplete: isComplete)
        findings.numbers = [
            "items": Double(sale.totalItems), "sold": Double(check.soldItems),
            "acknowledged": Double(ledger.acknowledged), "unknown_purchases": Double(ledger.unknownCodes.count),
        ]
        if sale.isOwn { try await compareAttempts(ledger, &findings) }
        return findings
    }

    /// Refusals from memory go on record within about a second, so a smaller number is looked at again.
    private func compareAttempts(_ ledger: Ledger, _ findings: inout Findings) async throws {
        let told = ledger.attempts...(ledger.attempts + ledger.unknownAttempts)
        var recorded = 0
        for round in 0..<5 {
            if round > 0 { try await Task.sleep(for: .seconds(2)) }
            recorded = -1
            _ = try await lines(of: "attempts") { _ in recorded += 1 }
            if recorded >= told.lowerBound { break }
        }
        findings.numbers["attempts_sent"] = Double(told.upperBound)
        findings.numbers["attempts_on_record"] = Double(recorded)
        if !told.contains(recorded) {
            findings.broken.append("\(recorded) checkout attempts are on record, \(told.lowerBound) were answered")
        }
    }

    private func lines(of content: String, _ each: (ArraySlice<UInt8>) -> Void) async throws -> Bool {
        var cutter = LineCutter()
        let status = try await office.operators.stream("/admin/sales/\(sale.id)/\(content)?format=csv") { bytes in
            cutter.take(bytes, each)
        }
        return status == 200
    }
}
