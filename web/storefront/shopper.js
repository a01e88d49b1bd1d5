/** Who is shopping: a user id that this browser keeps, and a token where the shop wants one. */

import { byId, setAttribute, setText } from "../parts/dom.js";
import { forGood, forTheTab } from "../parts/kept.js";
import { Store } from "../parts/store.js";

const longest = 255;

/** What the service would say of an id: the reason why it is none, or "". Unicode scalars count, not letters. */
export function faultIn(id) {
    if (id === "") return "Enter a user id first.";
    if (id.includes("\0") || !id.isWellFormed()) return "This text cannot be an id.";
    const length = [...id].length;
    return length > longest ? `An id has at most ${longest} characters; this one has ${length}.` : "";
}

/** @type {Store} with `id`, `token` and `needsToken` */
export const shopper = new Store({
    id: forGood.get("flashsale.user"),
    token: forTheTab.get("flashsale.token"),
    needsToken: forGood.get("flashsale.needs-token") === "yes",
});

/** The service said 401: from now on the page has a field for the token. */
export function demandToken() {
    forGood.set("flashsale.needs-token", "yes");
    shopper.set({ needsToken: true });
}

/** Puts the reader where an id, or a token, is to be entered, and says why. */
export function askWho(reason) {
    byId("who").dataset.open = "";
    setText(byId("who-fault"), reason);
    setAttribute(byId("user-id"), "aria-invalid", "true");
    const wantsToken = shopper.value.needsToken && shopper.value.id !== "";
    setTimeout(() => byId(wantsToken ? "token" : "user-id").focus());
}

/** Connects the form. */
export function showShopper() {
    const [form, id, token, fault] = ["who", "user-id", "token", "who-fault"].map(byId);
    const change = byId("who-change");

    shopper.watch((value) => {
        byId("token-field").hidden = !value.needsToken;
        setText(byId("who-name"), value.id);
        if (value.id === "") form.dataset.open = "";
    });
    id.value = shopper.value.id;
    token.value = shopper.value.token;

    change.addEventListener("click", () => {
        form.dataset.open = "";
        id.focus();
        id.select();
    });
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        const wanted = id.value.trim();
        const reason = faultIn(wanted);
        setText(fault, reason);
        setAttribute(id, "aria-invalid", reason ? "true" : null);
        if (reason) return id.focus();
        forGood.set("flashsale.user", wanted);
        forTheTab.set("flashsale.token", token.value.trim());
        shopper.set({ id: wanted, token: token.value.trim() });
        delete form.dataset.open;
        // The field that had the focus is gone.
        setTimeout(() => change.focus());
    });
}
