------------------------------ MODULE Protocol ------------------------------
(* The writers, the faults, and everything together. *)
EXTENDS Service

\* doubts: how many runs of the batch may have committed unseen. Above 0 it is a rerun.
IdleWriter == [queue |-> <<>>, batch |-> <<>>, doubts |-> 0, flush |-> None, committed |-> FALSE]

\* What a batch of purchases proves: units sold, users at the limit, the outcomes of its codes.
Proven(w, writes, answers) ==
    LET decided == {c \in DOMAIN answers : answers[c].word = "decided"}
        outcome(code) == answers[CHOOSE c \in decided : calls[c].code = code].outcome
    IN  IF w[2] = "checkouts" THEN Facts("purchase_finish", writes.epoch, {}, {}, NothingDone)
        ELSE Facts("purchase_finish", writes.epoch, DOMAIN writes.items,
                   {u \in DOMAIN writes.buyers : writes.buyers[u].bought >= Limit},
                   [code \in {calls[c].code : c \in decided} |-> outcome(code)])

\* Facts are told to memory and gate after COMMIT was confirmed, under the epoch that their own transaction read.
Publish(i, b, facts) ==
    /\ board' = [b EXCEPT ![i] = Taught(@, facts)]
    /\ posts' = IF facts.sold \cup facts.full \cup DOMAIN facts.done = {} THEN posts ELSE posts \cup {facts}

\* BatchTransaction.attempt: the first flush reads, `decide` decides, the second flush is on its way. The sale is read
\* one statement before the rows, so its epoch may be older than they are. A batch without writes is only a read.
Attempt(w) ==
    LET fresh == writer[w].batch = <<>>
        batch == IF fresh THEN writer[w].queue ELSE writer[w].batch
        queue == IF fresh THEN <<>> ELSE writer[w].queue
        codes == [c \in Calls |-> IF calls[c] = None THEN None ELSE calls[c].code]
    IN  /\ batch # <<>>
        /\ \E epoch \in 1..record.epoch :
            LET read == [record EXCEPT !.epoch = epoch]
                decision == Decide(batch, codes, writer[w].doubts, read)
                writes == Writes(read, decision.tables)
                facts == Proven(w, writes, decision.answers)
                known == [board EXCEPT ![w[1]] = Learnt(@, epoch)]
            IN  IF IsEmpty(writes)
                THEN /\ calls' = Answered(decision.answers)
                     /\ writer' = [writer EXCEPT ![w] = [IdleWriter EXCEPT !.queue = queue]]
                     /\ Publish(w[1], known, facts)
                ELSE /\ writer' = [writer EXCEPT ![w].queue = queue, ![w].batch = batch,
                            ![w].flush = [writes |-> writes, answers |-> decision.answers, facts |-> facts]]
                     /\ board' = known
                     /\ UNCHANGED <<calls, posts>>
        /\ UNCHANGED <<record, gate, late, struck>>

\* The server runs the second flush, up to COMMIT.
Flush(w) ==
    /\ Execute(writer[w].flush.writes)
    /\ writer' = [writer EXCEPT ![w].committed = TRUE]
    /\ UNCHANGED <<gate, posts, calls, board, late, struck>>

\* GroupCommit.finish, committed: each caller gets its answer.
FinishCommitted(w) ==
    /\ calls' = Answered(writer[w].flush.answers)
    /\ writer' = [writer EXCEPT ![w] = [IdleWriter EXCEPT !.queue = writer[w].queue]]
    /\ Publish(w[1], board, writer[w].flush.facts)
    /\ UNCHANGED <<record, gate, late, struck>>

\* GroupCommit.finish, conflict: the batch was decided by a state that has passed, and runs again. A rollback for other
\* reasons, or a flush that was never sent, is no different from an attempt that has not begun.
FinishConflict(w) ==
    /\ ~Passes(writer[w].flush.writes)
    /\ writer' = [writer EXCEPT ![w].flush = None]
    /\ UNCHANGED <<record, gate, posts, calls, board, late, struck>>

\* GroupCommit.finish, unknown: the answer to COMMIT is lost, and what was sent may still arrive. A rerun follows.
FinishUnknown(w) ==
    /\ writer[w].flush # None
    /\ late' = IF writer[w].committed THEN late ELSE late \cup {writer[w].flush.writes}
    /\ writer' = [writer EXCEPT ![w].flush = None, ![w].committed = FALSE, ![w].doubts = @ + 1]
    /\ UNCHANGED <<record, gate, posts, calls, board>>

\* GroupCommit.expire: who waits in the queue, or in a batch that surely was not done, is told so at his deadline.
\* Later he would be told that it is not known, which is never wrong: as good as no answer.
Expire(w) ==
    LET members(s) == {s[n] : n \in DOMAIN s}
        isSurelyNotDone == writer[w].flush = None /\ writer[w].doubts = 0
    IN  \E c \in members(writer[w].queue) \cup IF isSurelyNotDone THEN members(writer[w].batch) ELSE {} :
            /\ writer' = [writer EXCEPT ![w].queue = SelectSeq(@, LAMBDA o : o # c),
                                        ![w].batch = SelectSeq(@, LAMBDA o : o # c)]
            /\ calls' = Answered(c :> Word("not done"))
            /\ UNCHANGED <<record, gate, posts, board, late>>

\* A flush arrives whose sender has long given it up.
FlushLate(writes) == Execute(writes) /\ UNCHANGED <<gate, posts, calls, board, writer, late, struck>>

\* An instance is killed and starts anew. Its callers never get an answer; what it had sent may still arrive.
Crash(i) ==
    LET sent == {w \in Writers : w[1] = i /\ writer[w].flush # None /\ ~writer[w].committed}
    IN  /\ late' = late \cup {writer[w].flush.writes : w \in sent}
        /\ writer' = [w \in Writers |-> IF w[1] = i THEN IdleWriter ELSE writer[w]]
        /\ board' = [board EXCEPT ![i] = EmptyBoard]
        /\ calls' = [c \in Calls |->
                IF IsUnderWay(c) /\ calls[c].at = i THEN [calls[c] EXCEPT !.at = None] ELSE calls[c]]
        /\ UNCHANGED <<record, gate, posts>>

-----------------------------------------------------------------------------

Init ==
    /\ record = EmptyRecord
    /\ gate = [EmptyGate EXCEPT !.epoch = 1]
    /\ posts = {}
    /\ calls = [c \in Calls |-> None]
    /\ board = [i \in Instances |-> [EmptyBoard EXCEPT !.epoch = 1]]
    /\ writer = [w \in Writers |-> IdleWriter]
    /\ late = {}
    /\ struck = [fault \in DOMAIN World.faults |-> 0]

\* Instances are alike, so the first call of all goes to A.
ShopperStep ==
    \E c \in {c \in Calls : calls[c] = None} :
        /\ IsReady(c)
        /\ \E i \in IF \A o \in Calls : calls[o] = None THEN {"A"} ELSE Instances :
            CASE Plan[c].kind = "join" -> StartCheckout(c, i)
              [] Plan[c].kind = "remove" -> RemoveCheckoutItem(c, i)
              [] Plan[c].kind = "purchase" -> CompletePurchase(c, i)

WriterStep ==
    \E w \in Writers :
        IF writer[w].flush = None THEN Attempt(w)
        ELSE IF writer[w].committed THEN FinishCommitted(w)
        ELSE Flush(w) \/ FinishConflict(w)

GateStep ==
    /\ UNCHANGED <<calls, board, writer, late, struck>>
    /\ \E facts \in posts : PurchaseFinish(facts) \/ OpenSale(facts)

Strikes(fault) == struck[fault] < World.faults[fault] /\ struck' = [struck EXCEPT ![fault] = @ + 1]
FaultStep ==
    \/ Strikes("lost") /\ \E w \in Writers : FinishUnknown(w)
    \/ Strikes("crash") /\ \E i \in Instances : Crash(i)
    \/ Strikes("expiry") /\ \E w \in Writers : Expire(w)
    \/ Strikes("forget") /\ Forget /\ UNCHANGED <<calls, board, writer, late>>
    \/ Strikes("rebuild") /\ ReadFacts /\ UNCHANGED <<calls, board, writer, late>>
    \/ Strikes("restock") /\ \E x \in Units : Restock(x) /\ UNCHANGED <<gate, posts, calls, board, writer, late>>

Next ==
    \/ ShopperStep
    \/ WriterStep
    \/ GateStep
    \/ FaultStep
    \/ \E writes \in late : FlushLate(writes)
    \/ \E i \in Instances : Refresh(i)
=============================================================================
