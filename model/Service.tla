------------------------------- MODULE Service -------------------------------
(* An instance of the service: what it knows, and what it does with a call until a writer has it. *)
EXTENDS Gate

VARIABLES
    calls,  \* for each call: None, or where it is, the code that it presents, and its answer
    board,  \* SaleBoard: what an instance believes, under an epoch
    writer, \* CommitWriter: what waits, the batch in hand, and its flush
    late,   \* flushes whose sender has given them up; the server may still run them, even twice
    struck  \* how often each fault has struck

vars == <<record, gate, posts, calls, board, writer, late, struck>>

Writers == Instances \X {"checkouts", "purchases"}
WriterOf(call, i) == <<i, IF Plan[call].kind = "purchase" THEN "purchases" ELSE "checkouts">>

-----------------------------------------------------------------------------

EmptyBoard == [epoch |-> 0, sold |-> {}, full |-> {}]

\* SaleBoard.learn, of a sale: with another epoch the facts are forgotten; an earlier version is not taken in.
Learnt(b, epoch) == IF epoch > b.epoch THEN [EmptyBoard EXCEPT !.epoch = epoch] ELSE b

\* SaleBoard.learn, of facts: those of another epoch are dropped.
Taught(b, facts) ==
    IF facts.epoch # b.epoch THEN b ELSE [b EXCEPT !.sold = @ \cup facts.sold, !.full = @ \cup facts.full]

\* RefreshSaleBoard: the sale is read once a second.
Refresh(i) ==
    /\ board[i].epoch < record.epoch
    /\ board' = [board EXCEPT ![i] = Learnt(@, record.epoch)]
    /\ UNCHANGED <<record, gate, posts, calls, writer, late, struck>>

-----------------------------------------------------------------------------

Answer(c) == IF calls[c] = None THEN None ELSE calls[c].answer
Says(c, word) == Answer(c) # None /\ Answer(c).word = word
IsUnderWay(c) == calls[c] # None /\ calls[c].at # None

Answered(answers) ==
    [c \in Calls |-> IF c \in DOMAIN answers /\ IsUnderWay(c)
                     THEN [calls[c] EXCEPT !.at = None, !.answer = answers[c]] ELSE calls[c]]

\* The codes that a shopper was told.
Told(user) == {Answer(c).code : c \in {c \in Codes : Plan[c].user = user /\ Says(c, "joined")}}

\* A shopper takes an item out when he knows that it is in, and does not put it in again meanwhile.
Others(c, kind) == {o \in Calls : Plan[o].kind = kind /\ Plan[o].user = Plan[c].user /\ Plan[o].unit = Plan[c].unit}
IsReady(c) ==
    /\ calls[c] = None
    /\ Plan[c].after # "" => calls[Plan[c].after] # None
    /\ Plan[c].kind = "join" => \A r \in Others(c, "remove") : calls[r] = None
    /\ Plan[c].kind = "remove" =>
        /\ \E j \in Others(c, "join") : Says(j, "joined")
        /\ \A j \in Others(c, "join") : calls[j] = None \/ Says(j, "joined")

\* CheckoutCommitter.commit, PurchaseCommitter.commit: the call waits for the next batch of its kind.
Commit(c, i, code) ==
    /\ calls' = [calls EXCEPT ![c] = [at |-> i, code |-> code, answer |-> None]]
    /\ writer' = [writer EXCEPT ![WriterOf(c, i)].queue = Append(@, c)]
    /\ UNCHANGED <<record, gate, posts, board, late, struck>>

\* An answer without the record.
Give(c, code, answer) ==
    /\ calls' = [calls EXCEPT ![c] = [at |-> None, code |-> code, answer |-> answer]]
    /\ UNCHANGED <<record, gate, posts, writer, late, struck>>

\* StartCheckout: a proven fact refuses, from memory or from the gate; everything else is the record's to decide.
\* The filter only says whether the gate is asked, so here it may be asked or not.
StartCheckout(c, i) ==
    LET user == Plan[c].user
        unit == Plan[c].unit
        advice == IF unit \in board[i].sold THEN "sold" ELSE IF user \in board[i].full THEN "full" ELSE "ask"
        admission == Admission(user, unit, board[i].epoch)
        facts == Facts("none", board[i].epoch, IF admission = "sold" THEN {unit} ELSE {},
                       IF admission = "full" THEN {user} ELSE {}, NothingDone)
    IN  \/ advice # "ask" /\ Give(c, None, Word(advice)) /\ UNCHANGED board
        \/ /\ admission \in {"sold", "full"}
           /\ Give(c, None, Word(admission))
           /\ board' = [board EXCEPT ![i] = Taught(@, facts)]
        \/ Commit(c, i, None)

RemoveCheckoutItem(c, i) == \E code \in Told(Plan[c].user) : Commit(c, i, code)

\* CompletePurchase: the gate may replay an outcome; nothing in it refuses a purchase.
CompletePurchase(c, i) ==
    \E code \in Told(Plan[c].user) :
        \/ IsDone(code, board[i].epoch) /\ Give(c, code, Decided(gate.done[code].outcome)) /\ UNCHANGED board
        \/ Commit(c, i, code)
=============================================================================
