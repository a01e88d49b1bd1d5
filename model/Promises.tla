------------------------------ MODULE Promises ------------------------------
(* P1 to P6 of ARCHITECTURE.md, P6 of what batches decide, as predicates on every state that can be reached. *)
EXTENDS Protocol

Outcome(code) == record.purchases[code]
IsSold(x) == record.items[x] # None
IsFull(u) == record.buyers[u].bought >= Limit
WasTakenBack(x) == \E b \in record.void : b[1] = x

\* What a user has: unit and code.
BoughtBy(user) == {b \in Units \X Codes :
    Plan[b[2]].user = user /\ Outcome(b[2]) # None /\ b[1] \in Outcome(b[2]).bought /\ b \notin record.void}

\* What a code holds, or held when it was decided.
Held(code) ==
    IF Outcome(code) # None THEN Outcome(code).cart
    ELSE IF record.buyers[Plan[code].user].open = code THEN record.buyers[Plan[code].user].cart
    ELSE {}

\* P1: no unit is in two outcomes, and none is in one without being marked as sold to that very code.
NoUnitTwice == \A code \in Codes : Outcome(code) # None =>
    \A x \in Outcome(code).bought : record.items[x] = code \/ <<x, code>> \in record.void

\* P2: what is sold somebody bought; a fact of the sale's epoch is true; and nobody was refused by a fact that was not.
Sellable ==
    /\ \A x \in Units : IsSold(x) => Outcome(record.items[x]) # None /\ x \in Outcome(record.items[x]).bought
    /\ \A facts \in {gate} \cup {board[i] : i \in Instances} : facts.epoch = record.epoch =>
        /\ \A x \in facts.sold : IsSold(x)
        /\ \A u \in facts.full : IsFull(u)
    /\ \A c \in Codes :
        /\ Says(c, "sold") => IsSold(Plan[c].unit) \/ WasTakenBack(Plan[c].unit)
        /\ Says(c, "full") => IsFull(Plan[c].user) \/ \E x \in Units : WasTakenBack(x)

\* P3: nobody has more than the limit, nor could have with his cart, and the row counts right.
WithinLimit == \A u \in Users :
    /\ Cardinality(BoughtBy(u)) = record.buyers[u].bought
    /\ record.buyers[u].bought + Cardinality(record.buyers[u].cart) <= Limit

\* P4: what was answered with success is on record.
YesMeansYes == \A c \in Calls :
    /\ Says(c, "decided") => Outcome(calls[c].code) # None
    /\ Says(c, "joined") => Plan[c].unit \in Held(Answer(c).code) \/ \E r \in Others(c, "remove") : calls[r] # None
    /\ Says(c, "removed") => Plan[c].unit \notin Held(calls[c].code)

\* P5: one outcome a code, whoever tells it. A refusal stays one, and what was not done stays undone.
SameAnswer ==
    /\ \A c \in Calls :
        /\ Says(c, "decided") => Outcome(calls[c].code) = Answer(c).outcome
        /\ Says(c, "refused") => Outcome(calls[c].code) = None
        /\ ~Says(c, "not found")
        /\ Says(c, "not done") =>
            /\ c \notin record.removals
            /\ \A code \in Codes : code = c => record.attempts[code] = None
            /\ \A code \in Codes : Outcome(code) # None => Outcome(code).by # c
    /\ \A code \in Codes : gate.done[code] # None => gate.done[code].outcome = Outcome(code)

\* P6: what is on record of a checkout that a batch decided is what it was answered.
AnswerOnRecord == \A c \in Codes : record.attempts[c] # None =>
    \A word \in {"joined", "sold", "limit"} : Says(c, word) => Answer(c) = record.attempts[c]
=============================================================================
