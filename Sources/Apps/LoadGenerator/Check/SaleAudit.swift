/// Compares what the operator API has on record with what shoppers were told.
struct SaleAudit {
    let office: SaleOffice
    let sale: TargetSale
    let wishes: Wishes

    /// What was found.
    struct Findings: Sendable {
        /// Counts of what was told and what is on record.
        var numbers: [String: Double] = [:]
        /// Broken promises.
        var broken: [String] = []
        /// What could not be looked at, so that nothing is known about it.
        var failures: [String: Int] = [:]
    }

    /// Reads both exports of the sale, which takes some seconds a million rows.
    func compare(_ ledger: Ledger, mustBeSoldOut: Bool) async throws -> Findings {
        var findings = Findings(numbers: [
            "items": Double(sale.totalItems), "acknowledged": Double(ledger.acknowledged),
            "unknown_purchases": Double(ledger.unknownCodes.count),
        ])
        try await comparePurchases(ledger, mustBeSoldOut, &findings)
        if sale.isOwn { try await compareAttempts(ledger, &findings) }
        return findings
    }

    private func comparePurchases(_ ledger: Ledger, _ mustBeSoldOut: Bool, _ findings: inout Findings) async throws {
        for round in 0..<4 {
            if round > 0 { try await Task.sleep(for: .seconds(2)) }
            var check = SaleCheck(ledger, of: sale, userPrefix: wishes.userPrefix, mustBeSoldOut: mustBeSoldOut)
            let isWhole = await lines(of: "purchases") { if let row = PurchaseRow($0) { check.take(row) } }
            guard isWhole else { continue }
            findings.broken += check.findings
            findings.numbers["sold"] = Double(check.soldItems)
            return
        }
        findings.failures["export of purchases"] = 1
        findings.broken += ledger.wrongAnswers.summary
    }

    /// Refusals from memory go on record within about a second, so a smaller number is looked at again.
    private func compareAttempts(_ ledger: Ledger, _ findings: inout Findings) async throws {
        let told = ledger.attempts...(ledger.attempts + ledger.unknownAttempts)
        var recorded: Int?
        for round in 0..<5 {
            if round > 0 { try await Task.sleep(for: .seconds(2)) }
            var rows = -1
            guard await lines(of: "attempts", { _ in rows += 1 }) else { continue }
            recorded = rows
            if rows >= told.lowerBound { break }
        }
        guard let recorded else { return findings.failures["export of attempts"] = 1 }
        findings.numbers["attempts_sent"] = Double(told.upperBound)
        findings.numbers["attempts_on_record"] = Double(recorded)
        if !told.contains(recorded) {
            findings.broken.append("\(recorded) checkout attempts are on record, \(told.lowerBound) were answered")
        }
    }

    /// Hands over the lines of an export; false where it broke off.
    private func lines(of content: String, _ each: (ArraySlice<UInt8>) -> Void) async -> Bool {
        var cutter = LineCutter()
        let status = try? await office.operators.stream("/admin/sales/\(sale.id)/\(content)?format=csv") { bytes in
            cutter.take(bytes, each)
        }
        return status == 200
    }
}
