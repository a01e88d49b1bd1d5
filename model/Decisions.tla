----------------------------- MODULE Decisions ------------------------------
(* CheckoutDecision and PurchaseDecision: pure, on a copy of the tables as the batch read them. *)
EXTENDS Record

Word(word) == [word |-> word]
Joined(code) == [word |-> "joined", code |-> code]
Decided(outcome) == [word |-> "decided", outcome |-> outcome]

\* What a call comes to, and the copy as the next call of the batch finds it.
Verdict(answer, tables) == [answer |-> answer, tables |-> tables]

\* CheckoutDecision.join. Checks in order: on record by an earlier run of this batch, sold, duplicate, limit.
Join(call, t) ==
    LET user == Plan[call].user
        unit == Plan[call].unit
        buyer == t.buyers[user]
        code == IF buyer.open = None THEN call ELSE buyer.open
        recorded == t.attempts[call]
        put(answer, tables) == Verdict(answer, [tables EXCEPT !.attempts[call] = answer])
    IN  IF recorded # None THEN
            Verdict(IF recorded.word = "joined" /\ recorded.code # buyer.open THEN Word("superseded") ELSE recorded, t)
        ELSE IF t.items[unit] # None THEN put(Word("sold"), t)
        ELSE IF unit \in buyer.cart THEN put(Joined(code), t)
        ELSE IF buyer.bought + Cardinality(buyer.cart) >= Limit THEN put(Word("limit"), t)
        ELSE put(Joined(code), [t EXCEPT
                !.buyers[user].open = code,
                !.buyers[user].cart = @ \cup {unit},
                !.checkouts = @ \cup {code}])

\* CheckoutDecision.remove.
Remove(call, code, t) ==
    LET user == Plan[call].user
        unit == Plan[call].unit
    IN  IF code \notin t.checkouts THEN Verdict(Word("not found"), t)
        ELSE IF t.buyers[user].open # code THEN
            Verdict(Word(IF unit \in t.purchases[code].cart THEN "completed" ELSE "removed"), t)
        ELSE IF unit \notin t.buyers[user].cart THEN Verdict(Word("removed"), t)
        ELSE Verdict(Word("removed"), [t EXCEPT !.buyers[user].cart = @ \ {unit}, !.removals = @ \cup {call}])

\* PurchaseDecision.verdict. Checks in order: unknown code, replay, emptiness; then what is left of the cart is bought.
\* An outcome's bytes hold the time, so two runs never render the same ones: `by` and `run` stand for that.
Purchase(call, code, run, t) ==
    LET user == Plan[call].user
        buyer == t.buyers[user]
        left == {x \in buyer.cart : t.items[x] = None}
        bought == CHOOSE s \in SUBSET left : \* belt: a cart never holds more than the limit leaves
            Cardinality(s) = IF Cardinality(left) + buyer.bought <= Limit THEN Cardinality(left)
                             ELSE IF buyer.bought < Limit THEN Limit - buyer.bought ELSE 0
        outcome == [bought |-> bought, cart |-> buyer.cart, by |-> call, run |-> run]
    IN  IF code \notin t.checkouts THEN Verdict(Word("not found"), t)
        ELSE IF t.purchases[code] # None THEN Verdict(Decided(t.purchases[code]), t)
        ELSE IF buyer.open # code THEN Verdict(Word("not found"), t)
        ELSE IF buyer.cart = {} THEN Verdict(Word("empty"), t)
        ELSE Verdict(Decided(outcome), [t EXCEPT
                !.buyers[user] = [@ EXCEPT !.open = None, !.cart = {}, !.bought = @ + Cardinality(bought)],
                !.items = [x \in Units |-> IF x \in bought THEN code ELSE @[x]],
                !.purchases[code] = outcome])

\* Decides a batch in order of arrival: each call sees what the ones before it did. `codes` are those presented.
RECURSIVE Decide(_, _, _, _)
Decide(batch, codes, run, t) ==
    IF batch = <<>> THEN [answers |-> <<>>, tables |-> t]
    ELSE LET call == Head(batch)
             verdict == CASE Plan[call].kind = "join" -> Join(call, t)
                          [] Plan[call].kind = "remove" -> Remove(call, codes[call], t)
                          [] Plan[call].kind = "purchase" -> Purchase(call, codes[call], run, t)
             rest == Decide(Tail(batch), codes, run, verdict.tables)
         IN  [answers |-> (call :> verdict.answer) @@ rest.answers, tables |-> rest.tables]
=============================================================================
