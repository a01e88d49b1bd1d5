------------------------------ MODULE Scenarios ------------------------------
(* Small worlds. In each any instance may get any call, at any time, and in any order but for `After`, which mostly says
   that of two calls or shoppers that are alike the one is the first. *)
EXTENDS Promises

Call(kind, user, unit) == [kind |-> kind, user |-> user, unit |-> unit, after |-> ""]
Joins(user, unit) == Call("join", user, unit)
Removes(user, unit) == Call("remove", user, unit)
Buys(user) == Call("purchase", user, "")
After(first, call) == [call EXCEPT !.after = first]
Plus(world, name, call) == [world EXCEPT !.plan = (name :> call) @@ @]

NoFaults == [lost |-> 0, crash |-> 0, expiry |-> 0, forget |-> 0, rebuild |-> 0, restock |-> 0]

\* A shopper chooses two items at once and redeems the code twice.
Copies == [
    users |-> {"ann"}, units |-> {"x", "y"}, limit |-> 2,
    plan |-> [x |-> Joins("ann", "x"), y |-> After("x", Joins("ann", "y")),
              buy |-> Buys("ann"), again |-> After("buy", Buys("ann"))],
    faults |-> [NoFaults EXCEPT !.lost = 1, !.crash = 1]]

\* A shopper chooses an item twice, and takes it out while redeeming.
Cart == [
    users |-> {"ann"}, units |-> {"x"}, limit |-> 1,
    plan |-> [x |-> Joins("ann", "x"), again |-> After("x", Joins("ann", "x")),
              remove |-> Removes("ann", "x"), buy |-> Buys("ann")],
    faults |-> [NoFaults EXCEPT !.lost = 1, !.crash = 1, !.expiry = 1]]

\* Two shoppers want the last unit.
Rivals == [
    users |-> {"ann", "bob"}, units |-> {"x"}, limit |-> 1,
    plan |-> [ax |-> Joins("ann", "x"), abuy |-> Buys("ann"),
              bx |-> After("ax", Joins("bob", "x")), bbuy |-> Buys("bob")],
    faults |-> [NoFaults EXCEPT !.lost = 1, !.crash = 1, !.expiry = 1]]

\* The unit is taken back, and the other shopper comes for it.
Resold == [
    users |-> {"ann", "bob"}, units |-> {"x"}, limit |-> 1,
    plan |-> [ax |-> Joins("ann", "x"), abuy |-> Buys("ann"),
              bx |-> After("abuy", Joins("bob", "x")), bbuy |-> Buys("bob")],
    faults |-> [NoFaults EXCEPT !.lost = 1, !.rebuild = 1, !.restock = 1]]

\* A gate that forgets and is rebuilt, an instance that does, and a unit that is taken back.
Forgetful == [
    users |-> {"ann", "bob"}, units |-> {"x"}, limit |-> 1,
    plan |-> [ax |-> Joins("ann", "x"), abuy |-> Buys("ann"), bx |-> After("abuy", Joins("bob", "x"))],
    faults |-> [NoFaults EXCEPT !.crash = 1, !.forget = 1, !.rebuild = 1, !.restock = 1]]

-----------------------------------------------------------------------------
(* Larger ones, which take minutes. *)

ForgetfulCopies == [Plus(Forgetful, "again", After("abuy", Buys("ann")))
    EXCEPT !.faults = [NoFaults EXCEPT !.lost = 1, !.forget = 1, !.rebuild = 1, !.restock = 1]]
InAnyOrder == Plus(Rivals, "bx", Joins("bob", "x"))
RivalsWithCopy == Plus(InAnyOrder, "again", After("abuy", Buys("ann")))
CartWithCopy == Plus(Cart, "late", After("buy", Buys("ann")))
RivalsForTwo == [Plus(InAnyOrder, "by", After("bx", Joins("bob", "y")))
    EXCEPT !.units = {"x", "y"}, !.limit = 2, !.faults = [NoFaults EXCEPT !.lost = 1]]
=============================================================================
