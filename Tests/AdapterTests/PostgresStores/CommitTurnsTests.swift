import Dispatch
import Testing

@testable import PostgresStores

@Suite struct CommitTurnsTests {
    @Test func givesTheTurnToOneAtATimeAndOnWhenItIsPassed() async {
        let turns = CommitTurns()
        let first = turns.newTurn()
        first.take()
        first.take()  // still its own

        let second = turns.newTurn()
        second.take()
        #expect((first.isHeld, second.isHeld) == (true, false), "nobody waits for ever")

        first.pass()
        first.pass()  // not a second turn
        second.take()
        first.take()
        #expect((first.isHeld, second.isHeld) == (false, true))
    }

    @Test func comesBackFromAWriterThatIsGone() {
        let turns = CommitTurns()
        do {
            let lost = turns.newTurn()
            lost.take()
        }
        let next = turns.newTurn()
        next.take()

        #expect(next.isHeld)
    }
}
