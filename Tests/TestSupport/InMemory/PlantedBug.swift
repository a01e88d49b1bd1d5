/// Rules that the in-memory ports can be told to break, to see whether a test notices.
///
/// Each is what a straightforward design would do, and each breaks a promise.
public enum PlantedBug: String, Sendable, CaseIterable {
    /// The flush commits whatever rows it met; affected rows would be compared by the client, after COMMIT.
    case comparesUnitsAfterCommit
    /// A buyer's row is written whatever its version.
    case ignoresVersions
    /// The commit does not look at the sale again.
    case trustsTheWindowThatWasRead
    /// Facts are told before the commit is confirmed.
    case tellsFactsBeforeCommit
    /// Facts carry the epoch that the instance knows now, not the one that their transaction read.
    case tellsFactsUnderItsOwnEpoch
    /// Callers are answered before the deciding flush is.
    case answersBeforeCommit
    /// No row after an unknown commit is taken for "it was not done".
    case takesAbsentForNo
    /// After an unknown commit the bytes of the first attempt are answered.
    case answersBytesFromMemory
    /// The outcome is stored in a transaction of its own, after the one that sells.
    case storesTheOutcomeLater
    /// Each request opens a code of its own, whatever code the record has open.
    case opensItsOwnCode
    /// A rerun leaves out the attempts that ride along.
    case dropsRidersInAReRun
    /// A rerun leaves attempts that are on record by then as they are, and answers what it decided itself.
    case leavesAttemptsOnRecord
    /// A hit of the published filter refuses for good.
    case refusesOnAFilterHit
    /// The gate takes in facts of whatever epoch.
    case takesFactsOfAnyEpoch
    /// The gate tells users apart as `String` does.
    case comparesUsersCanonically
}
