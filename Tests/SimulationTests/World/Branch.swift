/// What must have happened somewhere in a run for it to prove anything: faults, and the rare ways around them.
enum Branch: String, CaseIterable, Sendable {
    // The record's answers.
    case conflictOfVersions, conflictInjected, rejected, recordAway, readLost
    case flushNeverArrived, replyLost, lateFlushWon, lateFlushFailed, unknownCommit
    // Group commit.
    case batchOfMany, batchSplit, givenUp, queueFull, expiredInQueue, expiredWhileShielded, ridersRefused, riderWritten
    // The gate.
    case gateAway, gateReplyLost, factsLost, factsLate, staleFactsDropped, gateForgotAll, gateForgotSome
    case gateWentBack, gateCold, gateRebuilt, gateOfLaterEpoch, lockTaken, lockHeld, replayedByGate
    // Refusals without the record.
    case refusedByMemory, refusedByGate, filterMissed, filterHitConfirmed, filterHitUnconfirmed, filterLoaded
    // Instances and operators.
    case crashed, stopped, paused, restarted, failedOver, salePaused, saleResumed, saleEnded, saleExtended
    case unitTakenBack, reconciled, audited, clockOff, saleOpened
    // What shoppers met.
    case joined, refusedSold, refusedLimit, refusedWindow, superseded, removed, removedTooLate, emptied
    case bought, boughtPart, lostAll, replayed, copiesAtOnce, answerLost, foundPending, unknownCode, soldOut
    // Users whose names are one `String`.
    case equivalentUsers
}

/// How often each branch was taken.
struct BranchCounts: Sendable {
    private(set) var counts = [Int](repeating: 0, count: Branch.allCases.count)
    private static let index = Dictionary(uniqueKeysWithValues: Branch.allCases.enumerated().map { ($1, $0) })

    subscript(branch: Branch) -> Int { counts[Self.index[branch] ?? 0] }

    mutating func count(_ branch: Branch) { counts[Self.index[branch] ?? 0] += 1 }

    mutating func add(_ other: BranchCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// The branches that were never taken.
    var missing: [Branch] { Branch.allCases.filter { self[$0] == 0 } }
}
