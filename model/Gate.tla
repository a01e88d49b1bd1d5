-------------------------------- MODULE Gate --------------------------------
(* Redis: facts under an epoch, and the scripts of lua/scripts. What it holds it may forget at any moment. *)
EXTENDS Decisions

VARIABLES
    gate, \* what Redis holds of the sale
    posts \* what was sent to it: each may reach it at any time, never, or more than once

\* An outcome is kept with its epoch: losing the key `epoch` does not lose it.
EmptyGate == [epoch |-> 0, sold |-> {}, full |-> {}, done |-> [c \in Codes |-> None]]

\* Facts on their way to a script, under the epoch of the transaction that proved them.
Facts(script, epoch, sold, full, done) ==
    [script |-> script, epoch |-> epoch, sold |-> sold, full |-> full, done |-> done]
NothingDone == [c \in {} |-> None]

\* Every script compares epochs first; 0 stands for none. Another one is COLD.
Knows(epoch) == epoch # 0 /\ gate.epoch = epoch

\* checkout.lua
Admission(user, unit, epoch) ==
    IF ~Knows(epoch) THEN "cold"
    ELSE IF unit \in gate.sold THEN "sold"
    ELSE IF user \in gate.full THEN "full" \* LIMIT
    ELSE "go"

\* purchase_begin.lua without its lock, which decides nothing: here anybody may take himself for its holder, or not.
IsDone(code, epoch) == Knows(epoch) /\ gate.done[code] # None /\ gate.done[code].epoch = epoch

\* purchase_finish.lua; outcomes go along only where somebody holds the lock on the code.
PurchaseFinish(facts) ==
    /\ facts.script = "purchase_finish"
    /\ Knows(facts.epoch)
    /\ \E done \in {facts.done, NothingDone} :
        LET kept(c) == IF c \in DOMAIN done THEN [epoch |-> facts.epoch, outcome |-> done[c]] ELSE gate.done[c]
        IN  gate' = [gate EXCEPT
                !.sold = @ \cup facts.sold,
                !.full = @ \cup facts.full,
                !.done = [c \in Codes |-> kept(c)]]
    /\ gate' # gate
    /\ UNCHANGED <<record, posts>>

\* open_sale.lua: merges into the same epoch, begins anew for a later one, never goes back to an earlier one.
OpenSale(facts) ==
    LET had(s) == IF gate.epoch = facts.epoch THEN s ELSE {}
    IN  /\ facts.script = "open_sale"
        /\ gate.epoch <= facts.epoch
        /\ gate' = [gate EXCEPT
                !.epoch = facts.epoch,
                !.sold = had(@) \cup facts.sold,
                !.full = had(@) \cup facts.full]
        /\ gate' # gate
        /\ UNCHANGED <<record, posts>>

\* KeepGateOpen and RebuildSoldItemFilter: the facts of one snapshot of the record are sent to open_sale.lua.
ReadFacts ==
    LET sold == {x \in Units : record.items[x] # None}
        full == {u \in Users : record.buyers[u].bought >= Limit}
        facts == Facts("open_sale", record.epoch, sold, full, NothingDone)
    IN  /\ facts \notin posts
        /\ posts' = posts \cup {facts}
        /\ UNCHANGED <<record, gate>>

\* Everything is lost, or one key.
Forget ==
    /\ gate' \in {EmptyGate, [gate EXCEPT !.epoch = 0], [gate EXCEPT !.sold = {}], [gate EXCEPT !.full = {}]}
            \cup {[gate EXCEPT !.done[c] = None] : c \in Codes}
    /\ gate' # gate
    /\ UNCHANGED <<record, posts>>
=============================================================================
