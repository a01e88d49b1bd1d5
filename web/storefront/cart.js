/** The open checkout of a shopper in a sale: what the service says, kept in this browser under its code. */

import { forGood } from "../parts/kept.js";
import { Store } from "../parts/store.js";
import { address, call, ServiceProblem } from "./api.js";

/**
 * `code` is the checkout's, "" without one. `isPending` says that the code was presented and no answer has come.
 * `allowance` is how many more items the shopper may add, null where that is unknown.
 */
const empty = { code: "", items: [], isPending: false, allowance: null };

export class Cart extends Store {
    #sale;
    #shopper;
    #key = "";

    /** @param {string} sale @param {Store} shopper */
    constructor(sale, shopper) {
        super({ ...empty, bought: [] });
        this.#sale = sale;
        this.#shopper = shopper;
        shopper.watch(({ id }) => this.#load(id));
        // Another tab changed it.
        addEventListener("storage", ({ key }) => {
            if (key === this.#key) this.#load(this.#shopper.value.id);
        });
    }

    #load(user) {
        this.#key = `flashsale.cart.${this.#sale}.${user}`;
        let kept = null;
        try {
            kept = JSON.parse(forGood.get(this.#key) || null);
        } catch {
            // Somebody else's text under our key.
        }
        super.set({ ...empty, bought: [], ...kept });
    }

    set(change) {
        super.set(change);
        forGood.set(this.#key, JSON.stringify(this.value));
    }

    has(id) {
        return this.value.items.some((item) => item.id === id);
    }

    hasBought(id) {
        return this.value.bought.some((item) => item.id === id);
    }

    /**
     * Puts an item in.
     * @param {import("./catalogue.js").Item} item
     * @returns {Promise<string>} a code that was open and is not any more: it has been redeemed elsewhere; else ""
     * @throws {ServiceProblem|NoAnswer}
     */
    async add(item) {
        const { id: user, token } = this.#shopper.value;
        const before = this.value.code;
        const query = { user_id: user, item_id: item.id, sale_id: this.#sale };
        const { body } = await call(address("/checkout", query), { method: "POST", token });
        if (user !== this.#shopper.value.id) return "";
        const known = [...this.value.items, item];
        this.set({ code: body.code, items: described(body.items, known), allowance: body.allowance.left });
        return before === body.code ? "" : before;
    }

    /** Takes an item out; the service's word on what is left counts. @throws {ServiceProblem|NoAnswer} */
    async remove(id) {
        const { code, items, allowance } = this.value;
        const path = `/checkouts/${encodeURIComponent(code)}/items/${encodeURIComponent(id)}`;
        const { body } = await call(path, { method: "DELETE", token: this.#shopper.value.token });
        this.set({
            items: described(body.items, items),
            allowance: allowance === null ? null : allowance + items.length - body.items.length,
        });
    }

    /** Asks what became of a kept code. @returns {Promise<"open"|"completed"|"gone">} @throws {NoAnswer} */
    async refresh() {
        const { code, items } = this.value;
        try {
            const path = `/checkouts/${encodeURIComponent(code)}`;
            const { body } = await call(path, { token: this.#shopper.value.token });
            if (body.status === "completed") return "completed";
            this.set({ items: described(body.items, items) });
            return "open";
        } catch (error) {
            if (!(error instanceof ServiceProblem) || error.code !== "checkout_not_found") throw error;
            this.forget();
            return "gone";
        }
    }

    /** The code has been decided, or is of no use: the next item opens a new one. */
    forget() {
        this.set(empty);
    }

    /** Remembers what was bought, once. */
    own(items) {
        const news = items.filter((item) => !this.hasBought(item.id));
        this.set({ bought: [...this.value.bought, ...news] });
    }
}

/** Items with all that is known of them; of one that was added elsewhere that is its id. */
function described(ids, known) {
    return ids.map((id) => known.find((item) => item.id === id) ?? { id, name: id, number: null, price: null });
}
