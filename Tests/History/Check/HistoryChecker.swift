import Kernel

/// Compares what the clients of a run were told with what is on record afterwards.
///
/// Each check is a necessary condition: whatever an instance, a database or a network did, a service that keeps its
/// promises passes all of them. Cost: O(n log n) in calls and rows.
public struct HistoryChecker {
    let run: RunIndex
    var verdict = Verdict()

    private init(_ history: History, _ record: SaleRecord) { run = RunIndex(history, record) }

    /// Checks a run whose service has come to rest.
    ///
    /// - Parameters:
    ///   - history: what clients asked and were told.
    ///   - record: what PostgreSQL says, read after everything has drained.
    ///   - soldOut: whether every unit must have been sold.
    /// - Returns: what was found.
    public static func check(_ history: History, _ record: SaleRecord, soldOut: Bool = false) -> Verdict {
        var checker = HistoryChecker(history, record)
        checker.verdict.checks = Check.allCases.filter { soldOut || $0 != .soldOut }
        checker.count()
        checker.checkUnits(soldOut: soldOut)
        checker.checkConservation()
        checker.checkLimits()
        checker.checkAcknowledgements()
        checker.checkRemovals()
        checker.checkPhantoms()
        checker.checkReplays()
        checker.checkWindow()
        checker.checkSoldRefusals()
        checker.checkSoldAnswers()
        checker.checkCheckoutRefusals()
        checker.checkCodeRefusals()
        checker.checkCodes()
        checker.checkUnknowns()
        checker.checkAttempts()
        return checker.verdict
    }

    private mutating func count() {
        verdict.operations = run.operations.count
        verdict.unknownAnswers = run.operations.count { $0.ending == .unknown }
        for (code, calls) in run.purchases where calls.contains(where: { $0.ending == .unknown }) {
            if run.record.purchases[code] != nil {
                verdict.unknownPurchases.done += 1
            } else {
                verdict.unknownPurchases.notDone += 1
            }
        }
    }
}
