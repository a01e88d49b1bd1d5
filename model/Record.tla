------------------------------- MODULE Record -------------------------------
(* PostgreSQL: the tables of one sale, and what the second flush of a batch does to them. *)
EXTENDS Naturals, FiniteSets, Sequences, TLC

CONSTANTS
    World, \* who asks for what, and what goes wrong; see Scenarios
    None   \* no code, no outcome, no answer

Instances == {"A", "B"}
Users == World.users
Units == World.units
Limit == World.limit         \* most units that a user may buy
Plan == World.plan           \* what shoppers ask for: each call under a name
Calls == DOMAIN Plan
Codes == {c \in Calls : Plan[c].kind = "join"} \* a code is named after the call that opened it

VARIABLE record

EmptyRecord == [
    epoch     |-> 1,                      \* sales.gate_epoch and ctl_ver: a restock raises both
    items     |-> [x \in Units |-> None], \* items.sold_code
    buyers    |-> [u \in Users |-> [ver |-> 0, open |-> None, cart |-> {}, bought |-> 0]],
    checkouts |-> {},                     \* the codes that were issued
    removals  |-> {},                     \* the calls that took an item out of a cart
    purchases |-> [c \in Codes |-> None], \* the outcome of a code
    attempts  |-> [c \in Codes |-> None], \* what a checkout came to
    void      |-> {}]                     \* units that were bought and taken back, with their code

-----------------------------------------------------------------------------

\* The second flush: what makes the rows that were read into those that were decided.
Writes(read, decided) ==
    LET changed(f, g) == [k \in {k \in DOMAIN f : f[k] # g[k]} |-> g[k]]
        rows == changed(read.buyers, decided.buyers)
    IN  [epoch     |-> read.epoch,
         buyers    |-> [u \in DOMAIN rows |-> [rows[u] EXCEPT !.ver = @ + 1]],
         items     |-> changed(read.items, decided.items),
         purchases |-> changed(read.purchases, decided.purchases),
         attempts  |-> changed(read.attempts, decided.attempts),
         checkouts |-> decided.checkouts \ read.checkouts,
         removals  |-> decided.removals \ read.removals]

IsEmpty(w) == DOMAIN w.buyers = {} /\ DOMAIN w.attempts = {}

\* assert_sale. Who only refuses or removes relies on nothing about the sale.
SaleIsAsRead(w) ==
    LET relies == DOMAIN w.purchases # {}
            \/ (DOMAIN w.buyers # {} /\ \E c \in DOMAIN w.attempts : w.attempts[c].word = "joined")
    IN  relies => record.epoch = w.epoch

\* The condition of update_buyers and settle_buyers; insert_buyers wants no row, which is version 0 here.
RowIsAsRead(u, row) == record.buyers[u].ver + 1 = row.ver

\* `expect`, before COMMIT: a statement that met fewer rows than were decided raises in the server.
Expect(w) ==
    /\ SaleIsAsRead(w)
    /\ \A u \in DOMAIN w.buyers : RowIsAsRead(u, w.buyers[u])
    /\ \A x \in DOMAIN w.items : record.items[x] = None

\* A second row under a key raises, whatever else is compared.
KeysAreNew(w) ==
    /\ \A c \in DOMAIN w.purchases : record.purchases[c] = None
    /\ w.checkouts \cap record.checkouts = {}

\* insert_attempts: one that is on record by now raises, so that nobody is answered otherwise than the record says.
AttemptsAreNew(w) == \A c \in DOMAIN w.attempts : record.attempts[c] = None

\* The rows afterwards, each statement with its WHERE.
Written(w) ==
    LET fill(f, g) == [k \in DOMAIN f |-> IF f[k] = None /\ k \in DOMAIN g THEN g[k] ELSE f[k]]
        row(u) == IF u \in DOMAIN w.buyers /\ RowIsAsRead(u, w.buyers[u]) THEN w.buyers[u] ELSE record.buyers[u]
    IN  [record EXCEPT
            !.buyers = [u \in Users |-> row(u)],
            !.items = fill(@, w.items),
            !.purchases = fill(@, w.purchases),
            !.attempts = fill(@, w.attempts),
            !.checkouts = @ \cup w.checkouts,
            !.removals = @ \cup w.removals]

Passes(w) == KeysAreNew(w) /\ AttemptsAreNew(w) /\ Expect(w)

\* The server runs a flush, COMMIT at its end. What it compares it holds locked until then, so this is one step.
Execute(w) == Passes(w) /\ record' = Written(w)

\* A sold unit is taken back, as an operator might do one day: a fact ceases to be true, so the epoch is raised with it.
Restock(x) ==
    LET code == record.items[x]
        user == Plan[code].user
    IN  /\ code # None
        /\ record' = [record EXCEPT
                !.epoch = @ + 1,
                !.items[x] = None,
                !.buyers[user].ver = @ + 1,
                !.buyers[user].bought = @ - 1,
                !.void = @ \cup {<<x, code>>}]
=============================================================================
