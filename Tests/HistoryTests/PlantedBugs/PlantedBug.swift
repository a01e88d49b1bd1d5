import History
import Kernel
import Sales
import Testing

/// One way to build the service that looks right and is not, and the check that must see it.
struct PlantedBug: Sendable, CustomTestStringConvertible {
    /// What somebody might have done.
    let name: String
    /// What sees it.
    let caughtBy: Check
    /// What it is shown under; the service as it is passes that.
    var scene = Scene()
    /// What is different in the database.
    var sql = ""
    /// What is different in an instance.
    var plant: @Sendable (Workbench) -> Void = { _ in }

    var testDescription: String { name }

    static let all: [PlantedBug] = commitBugs + cartBugs + factBugs + answerBugs + timeBugs
}

/// A sale, a crowd and what happens to them.
struct Scene: Sendable {
    /// Units of the sale.
    var items: Int32 = 200
    /// The purchase limit.
    var limit: Int32 = 3
    /// How long the sale runs from now on, in seconds.
    var seconds: Int64 = 3600
    /// Further options of the instances.
    var settings: [String] = []
    /// The crowd's habits.
    var crowd: @Sendable (inout ShoppersPlan) -> Void = { _ in }
    /// Done to the database of the service as it is, too.
    var sql = ""
    /// Done before the crowd comes.
    var before: @Sendable (Shop, Sale) async throws -> Void = { _, _ in }
    /// Done while the crowd shops.
    var meanwhile: @Sendable (Shop, Sale, HistoryRecorder) async throws -> Void = { _, _, _ in }
}

extension PlantedBug {
    /// Replaces the comparison that decides in the server.
    static func expectation(_ condition: String) -> String {
        """
        CREATE OR REPLACE FUNCTION expect(actual bigint, wanted bigint, what text) RETURNS void
        LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
        BEGIN
            IF \(condition) AND actual IS DISTINCT FROM wanted THEN
                RAISE EXCEPTION 'expected % %, met %', wanted, what, actual USING ERRCODE = 'FS001';
            END IF;
        END $$
        """
    }
}
