-------------------------------- MODULE Holes --------------------------------
(* Broken variants, one a hole that a straightforward design has: each breaks a promise. A variant puts another
   definition in the place of one of the protocol's, or lets happen what the protocol never does. *)
EXTENDS Scenarios

Batch(w) == {writer[w].batch[n] : n \in DOMAIN writer[w].batch}
IsOut(w) == writer[w].flush # None /\ ~writer[w].committed

\* The end of an attempt as the variants have it: answers, and nothing published.
Answers(w, answers) ==
    /\ calls' = Answered(answers)
    /\ writer' = [writer EXCEPT ![w] = [IdleWriter EXCEPT !.queue = writer[w].queue]]
    /\ UNCHANGED <<record, gate, posts, board, late, struck>>

-----------------------------------------------------------------------------
(* P1 *)

\* Instead of Expect: the client counts rows when all is committed. Only a key that is there already still raises.
ClientCounts(writes) == TRUE

-----------------------------------------------------------------------------
(* P2 *)

\* Facts are told when the flush is sent: what nobody bought is called sold, for good if the flush is rolled back.
EarlyFacts == Next \/ \E w \in Writers :
    /\ IsOut(w)
    /\ Publish(w[1], board, writer[w].flush.facts)
    /\ UNCHANGED <<record, gate, calls, writer, late, struck>>

\* Facts carry the epoch that the instance knows by now, not the one that their transaction read.
NewestEpoch == Next \/ \E w \in Writers :
    /\ writer[w].committed
    /\ Publish(w[1], board, [writer[w].flush.facts EXCEPT !.epoch = board[w[1]].epoch])
    /\ UNCHANGED <<record, gate, calls, writer, late, struck>>

\* Instead of Knows: no script compares epochs.
AnyEpoch(epoch) == TRUE

-----------------------------------------------------------------------------
(* P3 *)

\* Instead of RowIsAsRead: the buyer's row is written back, whatever it is by now. Two codes are open then, each with
\* room for the limit.
RowIsWrittenBack(user, row) == TRUE

-----------------------------------------------------------------------------
(* P4 *)

\* Callers are answered when the flush is sent.
EarlyAnswer == Next \/ \E w \in Writers : IsOut(w) /\ Answers(w, writer[w].flush.answers)

\* The answer carries the code that the instance drew, not the one in the buyer's row.
OwnCode == Next \/ \E w \in Writers :
    /\ writer[w].committed
    /\ LET said == writer[w].flush.answers
       IN  Answers(w, [c \in DOMAIN said |-> IF said[c].word = "joined" THEN Joined(c) ELSE said[c]])

\* The cart is read in one statement, the version in a later one: an item that was taken out in between is bought.
LateVersion == Next \/ \E w \in Writers :
    /\ IsOut(w)
    /\ LET rows == writer[w].flush.writes.buyers
           later == [u \in DOMAIN rows |-> [rows[u] EXCEPT !.ver = record.buyers[u].ver + 1]]
       IN  writer' = [writer EXCEPT ![w].flush.writes.buyers = later]
    /\ UNCHANGED <<record, gate, posts, calls, board, late, struck>>

-----------------------------------------------------------------------------
(* P5 *)

\* A fact refuses a purchase: the buyer of the last unit presents his code again, and is told that he may not.
GateRefuses == Next \/ \E c \in {c \in Calls : calls[c] = None /\ Plan[c].kind = "purchase"}, i \in Instances :
    /\ IsReady(c)
    /\ Knows(board[i].epoch) /\ Plan[c].user \in gate.full
    /\ \E code \in Told(Plan[c].user) : Give(c, code, Word("refused"))
    /\ UNCHANGED board

\* After a lost answer to COMMIT a read finds nothing, so callers are told that nothing was done.
SilenceIsNo == Next \/ \E w \in Writers :
    /\ writer[w].flush = None /\ writer[w].doubts > 0
    /\ \A c \in Batch(w) : Plan[c].kind = "purchase" /\ record.purchases[calls[c].code] = None
    /\ Answers(w, [c \in Batch(w) |-> Word("not done")])

\* A rerun that fails because the code is decided answers with the bytes that it had made itself.
BytesInMemory == Next \/ \E w \in Writers :
    /\ IsOut(w) /\ writer[w].doubts > 0
    /\ \A code \in DOMAIN writer[w].flush.writes.purchases : record.purchases[code] # None
    /\ Answers(w, writer[w].flush.answers)

-----------------------------------------------------------------------------
(* P6 *)

\* Instead of AttemptsAreNew: a rerun leaves what is on record by then, and answers what it decided itself.
AttemptsAreLeft(writes) == TRUE
=============================================================================
