import API
import History
import Kernel
import Postgres
import Sales
import Synchronization
import TestSupport

// What is done around the COMMIT.
extension PlantedBug {
    static let commitBugs = [
        PlantedBug(
            name: "rows are compared after the commit",
            caughtBy: .noOversell,
            scene: Scene(settings: ["--purchase-isolation=read_committed"]) { $0.window = 6 },
            sql: expectation("false")
        ),
        PlantedBug(
            name: "a purchase is acknowledged before its commit",
            caughtBy: .noLostAcknowledgement,
            scene: Scene { $0.window = 6 }
        ) { bench in
            let shared = Shared(PurchaseDecision?.none)
            bench.writePurchases(decide: { batch, state in
                let decision = PurchaseDecision.decide(batch, state)
                shared.set(decision)
                return decision
            }) { base in
                let transaction = base(nil)
                return PatchedTransaction { batch, isRerun in
                    let result = transaction.attempt(batch, isRerun: isRerun)
                    if case .committed = result { return result }
                    return .committed(shared.value?.answers ?? [])
                }
            }
        },
        PlantedBug(
            name: "absent after an unknown commit means no",
            caughtBy: .unknownsResolved
        ) { bench in bench.loseCommits(andSayNo: true) },
        PlantedBug(
            name: "the outcome is stored in a second transaction",
            caughtBy: .unknownsResolved,
            sql: putOff
        ) { $0.storeOutcomesLater() },
        PlantedBug(
            name: "a rerun writes its attempts anew",
            caughtBy: .noPhantom
        ) { $0.loseReplies(andForgetAttempts: true) },
    ]

    /// Outcomes go to a table of their own first.
    private static let putOff = """
        CREATE TABLE purchases_to_be (LIKE purchases);
        CREATE FUNCTION put_off() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO purchases_to_be SELECT NEW.*;
            RETURN NULL;
        END $$;
        CREATE TRIGGER put_off BEFORE INSERT ON purchases FOR EACH ROW
        WHEN (current_setting('planted.second', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION put_off()
        """
}

/// A value that closures of one instance share.
final class Shared<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) { content = Mutex(value) }

    var value: Value { content.withLock { $0 } }

    func set(_ value: Value) { content.withLock { $0 = value } }

    func change<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        content.withLock { body(&$0) }
    }
}

extension PurchaseDecision {
    /// What the callers would be told if the batch committed.
    fileprivate var answers: [PurchaseOutcome] {
        let outcomes = purchases.map { JSONOutcomeEncoder().encode($0.purchase) }
        return verdicts.map { verdict in
            switch verdict {
            case .decided(let index): .decided(outcomes[index], replayed: false)
            case .replay(let outcome): .decided(outcome, replayed: true)
            case .refused(let refusal): .refused(refusal)
            }
        }
    }
}

/// The proxy in use; the one before it ends.
private final class BrokenLink {
    var proxy: FaultProxy? { didSet { oldValue?.stop() } }

    deinit { proxy?.stop() }
}

extension Workbench {
    /// Every fourth batch of purchases loses its connection after COMMIT was sent, and its flush arrives later.
    func loseCommits(andSayNo saysNo: Bool) {
        let (database, port) = (database, Workbench.port(of: database))
        writePurchases { base in
            let transaction = base(nil)
            let link = BrokenLink()
            var count = 0
            return PatchedTransaction { batch, isRerun in
                count += 1
                // Without a proxy there is nothing to lose.
                guard count % 4 == 0, !isRerun, let proxy = try? FaultProxy(target: port) else {
                    return transaction.attempt(batch, isRerun: isRerun)
                }
                link.proxy = proxy
                proxy.breakOnce(at: "commit\0COMMIT", .holdRequest)
                let result = base(Workbench.url(database, through: proxy)).attempt(batch, isRerun: isRerun)
                // A plain read would find nothing now; then the server gets what was on its way.
                proxy.release()
                guard saysNo, case .unknown = result else { return result }
                return .committed(batch.map { _ in .refused(.checkoutNotFound) })
            }
        }
    }

    /// Outcomes follow in a transaction of their own, but for every sixth batch, after which the writer crashes.
    func storeOutcomesLater() {
        let database = database
        writePurchases { base in
            let transaction = base(nil)
            var count = 0
            var second: PostgresConnection?
            return PatchedTransaction { batch, isRerun in
                let result = transaction.attempt(batch, isRerun: isRerun)
                guard case .committed = result else { return result }
                count += 1
                let isCrashing = count % 6 == 0 && !isRerun
                do {
                    let connection =
                        try second
                        ?? PostgresConnection(PostgresConfiguration(url: database), deadline: .now + .seconds(5))
                    second = connection
                    try connection.execute(isCrashing ? "DELETE FROM purchases_to_be" : Self.store, within: .seconds(5))
                } catch { return .unavailable }
                return isCrashing ? .unavailable : result
            }
        }
    }

    private static let store = """
        BEGIN; SET LOCAL planted.second = 'on';
        WITH moved AS (DELETE FROM purchases_to_be RETURNING *) INSERT INTO purchases SELECT * FROM moved; COMMIT
        """

    /// Every fifth batch of checkouts loses the reply to its commit; a rerun recognises its attempts by their ids.
    func loseReplies(andForgetAttempts forgets: Bool) {
        writeCheckouts { transaction, _ in
            var count = 0
            return PatchedTransaction { batch, isRerun in
                var batch = batch
                if isRerun, forgets { batch = batch.map { $0.anew } }
                let result = transaction.attempt(batch, isRerun: isRerun && !forgets)
                guard case .committed = result, !isRerun else { return result }
                count += 1
                return count % 5 == 0 ? .unknown : result
            }
        }
    }
}

extension CheckoutCommand {
    /// The same command as another attempt.
    fileprivate var anew: CheckoutCommand {
        switch self {
        case .join(let request):
            .join(
                CheckoutRequest(
                    attemptID: request.attemptID.another,
                    userID: request.userID,
                    itemID: request.itemID,
                    item: request.item,
                    sale: request.sale,
                    secret: request.secret
                )
            )
        case .record(let attempt):
            .record(
                CheckoutAttempt(
                    id: attempt.id.another,
                    userID: attempt.userID,
                    itemID: attempt.itemID,
                    item: attempt.item,
                    code: attempt.code,
                    outcome: attempt.outcome,
                    attemptedAt: attempt.attemptedAt
                )
            )
        case .remove: self
        }
    }
}

extension UUIDv7 {
    /// Another id of the same time.
    fileprivate var another: UUIDv7 {
        let random = SystemRandomSource()
        return UUIDv7(time: time, sequence: random.next(), random: random.next())
    }
}
