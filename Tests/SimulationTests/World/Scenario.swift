import Kernel
import Sales
import TestSupport

/// What is fixed about a run before it begins, all of it drawn from the seed.
struct Scenario: Sendable {
    /// What a run is to show.
    enum Mode: String, Sendable, CaseIterable {
        /// Anything breaks until the end; no promise may.
        case safety
        /// Faults stop half-way; then everything must come to an end, and the stock must sell.
        case liveness
    }

    let seed: UInt64
    let mode: Mode
    let bug: PlantedBug?
    let weather: Weather
    let instances: Int
    let users: Int
    let items: Int32
    let limit: Int32
    let isScheduled: Bool
    let isShort: Bool
    let policy: GroupCommitPolicy
    /// When things stop breaking, and in safety mode the run.
    let stormEnds: VirtualTime
    /// What goes wrong beside the weather, and how long it is quiet in between at most.
    let nemeses: Set<Nemesis.Deed>
    let nemesisPause: VirtualTime
    /// Whether shoppers show who they are, so that codes are for their owners only.
    let showsTokens: Bool

    init(seed: UInt64, mode: Mode, bug: PlantedBug? = nil) {
        let dice = Dice(seed: seed, 1)
        self.seed = seed
        self.mode = mode
        self.bug = bug
        weather = .drawn(from: dice)
        instances = dice.number(1...3)
        users = dice.number(2...6)
        items = Int32(dice.number(1...8))
        limit = Int32(dice.number(1...4))
        isScheduled = dice.perMille(200)
        isShort = mode == .safety && dice.perMille(150)
        stormEnds = .milliseconds(Int64(dice.number(4_000...9_000)))
        var policy = GroupCommitPolicy()
        policy.maxBatch = dice.number(1...8)
        policy.maxQueued = dice.perMille(200) ? dice.number(1...2) : 64
        policy.maxRiders = dice.perMille(200) ? dice.number(1...3) : 64
        policy.maxAttempts = dice.perMille(200) ? 3 : 24
        self.policy = policy
        // Some runs have many kinds of trouble, some a lot of one kind: what is rare needs the latter.
        let isFocused = dice.perMille(300)
        nemeses = Set(Nemesis.Deed.allCases.filter { _ in dice.perMille(isFocused ? 100 : 400) })
        nemesisPause = .milliseconds(isFocused ? 300 : 1200)
        showsTokens = dice.perMille(200)
    }

    /// The record's clock at virtual zero: two seconds before the hour where the schedule makes the sales.
    var epoch: Timestamp {
        let hour = Timestamp(microseconds: 1_795_262_400_000_000)
        return isScheduled ? hour.adding(seconds: 3598) : hour.adding(seconds: 600)
    }

    /// The users' names; the first two are one `String`, and two users.
    var names: [UserID] {
        (["caf\u{E9}", "cafe\u{301}"] + (0..<max(0, users - 2)).map { "user-\($0)" }).map(UserID.init(stored:))
    }

    /// The command that runs it again, with its log.
    var replay: String {
        "make simulate MODE=\(mode.rawValue) SEED=\(seed)" + (bug.map { " BUG=\($0.rawValue)" } ?? "")
    }
}
