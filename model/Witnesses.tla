------------------------------ MODULE Witnesses ------------------------------
(* That the model goes where it should: each of these says "never" of what must happen, and has to be refuted. *)
EXTENDS Scenarios

Tells(c, code) == Says(c, "decided") /\ calls[c].code = code

\* A flush whose sender had given it up commits, and the sender's rerun tells that outcome.
NoLateFlushWins == ~\E writes \in late : \E code \in DOMAIN writes.purchases :
    Outcome(code) = writes.purchases[code] /\ Tells(Outcome(code).by, code)

\* A rerun commits, and the flush that was given up can no longer.
NoRerunWins == ~\E writes \in late : \E code \in DOMAIN writes.purchases :
    Outcome(code) # None /\ Outcome(code).run > 0 /\ Tells(Outcome(code).by, code)

\* Two copies of a request tell one outcome.
NoCopyIsReplayed == ~\E code \in Codes : Cardinality({c \in Calls : Tells(c, code)}) > 1

\* A shopper comes too late for a unit in his cart.
NobodyComesTooLate == ~\E code \in Codes : Outcome(code) # None /\ Outcome(code).bought = {}

\* A rerun of a checkout finds its code decided by then.
NothingIsSuperseded == ~\E c \in Calls : Says(c, "superseded")

\* A fact refuses a checkout that the record has never seen.
NoFactRefuses == ~\E c \in Codes : (Says(c, "sold") \/ Says(c, "full")) /\ record.attempts[c] = None

\* A unit is sold again after it was taken back.
NothingIsSoldAgain == ~\E x \in Units : IsSold(x) /\ WasTakenBack(x)
=============================================================================
