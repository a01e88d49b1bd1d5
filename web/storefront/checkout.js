/** What the shopper does with the cart: adds, removes, buys. Errors become sentences here. */

import { announce } from "../parts/dom.js";
import { plural } from "../parts/format.js";
import { NoAnswer, ServiceProblem } from "./api.js";
import { showOutcome } from "./outcome.js";
import { isPassing, sentence } from "./problems.js";
import { findOutcome, redeem } from "./purchase.js";
import { askWho, demandToken, faultIn, shopper } from "./shopper.js";

export class Checkout {
    /** Items on their way into the cart. */
    adding = new Set();
    #cart;
    #view;
    #bits;
    #limit;
    #changed;
    #wish = { hurry: null };

    /**
     * @param {{cart: object, bits: object, limit: number, changed: () => void}} parts `changed` is called where an item
     *     is something else than before
     */
    constructor({ cart, bits, limit, changed }) {
        this.#cart = cart;
        this.#bits = bits;
        this.#limit = limit;
        this.#changed = changed;
    }

    /** @param {import("./cartview.js").CartView} view */
    show(view) {
        this.#view = view;
    }

    /** Puts an item in, or takes it out if it is there. */
    async toggle(item) {
        if (this.#cart.has(item.id)) return this.remove(item);
        if (this.#cart.value.isPending) return this.#say("The purchase is being decided; wait for its outcome.");
        if (!this.#isKnown()) return;
        const { items } = this.#cart.value;
        this.adding.add(item.id);
        this.#changed();
        try {
            const gone = await this.#insist(() => this.#cart.add(item));
            this.#say("");
            if (gone) await this.#lookUp(gone, items);
            announce(`${item.name} is in the cart, which has ${plural(this.#cart.value.items.length, "item")}`);
        } catch (error) {
            if (error.code === "item_already_sold") this.#bits.mark(item.number);
            this.#explain(error, `${item.name}: `);
        } finally {
            this.adding.delete(item.id);
            this.#changed();
        }
    }

    async remove(item) {
        try {
            await this.#insist(() => this.#cart.remove(item.id));
            this.#say("");
            announce(`${item.name} is out of the cart`);
        } catch (error) {
            if (error.code === "checkout_completed") return this.buy();
            if (error.code === "checkout_not_found") this.#cart.forget();
            this.#explain(error);
        }
        this.#changed();
    }

    /** Redeems the code, and shows what came of it. */
    async buy() {
        if (!this.#isKnown()) return;
        const { code, items } = this.#cart.value;
        const user = shopper.value.id;
        this.#cart.set({ isPending: true });
        try {
            const report = (progress) => this.#tell(progress);
            const outcome = await redeem(code, shopper.value.token, report, this.#wish);
            // Somebody else shops here by now: the cart stays pending, and is asked for when its owner is back.
            if (shopper.value.id !== user) return;
            this.#cart.forget();
            this.#settle(outcome, items);
        } catch (error) {
            if (shopper.value.id !== user) return;
            // An answer, and no outcome. Where it is about the token, the cart stays, and buying it again finds out.
            this.#cart.set({ isPending: false });
            if (["sale_ended", "checkout_not_found"].includes(error.code)) this.#cart.forget();
            this.#explain(error);
        }
        this.#changed();
    }

    /** A code that was redeemed in another tab or on another machine: its outcome is shown all the same. */
    async #lookUp(code, items) {
        const outcome = await findOutcome(code, shopper.value.token);
        if (outcome) this.#settle(outcome, items);
    }

    #settle(outcome, items) {
        for (const { id, reason } of outcome.failed_items) {
            const number = items.find((item) => item.id === id)?.number;
            if (reason === "already_sold" && number) this.#bits.mark(number);
        }
        this.#cart.own(outcome.purchased_items);
        this.#say("");
        showOutcome(outcome, { items, limit: this.#limit });
    }

    /** After loading: goes on with a purchase whose answer never came, and looks what the kept cart is now. */
    async resume() {
        const { code, isPending } = this.#cart.value;
        if (code === "") return;
        if (isPending) {
            this.#say("This cart was being bought when the page was closed. Asking what became of it…");
            return this.buy();
        }
        try {
            if ((await this.#cart.refresh()) === "completed") await this.buy();
        } catch (error) {
            this.#explain(error);
        }
    }

    hurry() {
        this.#wish.hurry?.();
    }

    /** Repeating a change of the cart is harmless; twice is enough before the shopper is told. */
    async #insist(action) {
        for (let attempt = 1; ; attempt += 1) {
            try {
                return await action();
            } catch (error) {
                if (!isPassing(error) || error.code === "sale_not_active" || attempt === 3) throw error;
                for (let left = Math.min(error.retryAfter ?? attempt, 30); left > 0; left -= 1) {
                    this.#say(`${sentence(error)} Trying again in ${plural(left, "second")}.`);
                    await new Promise((resolve) => setTimeout(resolve, 1000));
                }
            }
        }
    }

    #tell({ phase, seconds, error }) {
        if (phase === "asking") return this.#say("Asking the shop for the decision…");
        const why = error instanceof NoAnswer
            ? "No answer came back, so whether you have bought this is not known yet. Asking again with the same code, "
                + "which can buy it only once"
            : `${sentence(error)} Asking again with the same code`;
        this.#view.tell(`${why}, in ${plural(seconds, "second")}.`, true);
    }

    #isKnown() {
        const { id, token, needsToken } = shopper.value;
        const fault = faultIn(id) || (needsToken && token === "" ? "Enter the token that this shop gave you." : "");
        if (fault) askWho(fault);
        return fault === "";
    }

    #explain(error, about = "") {
        if (error instanceof ServiceProblem && (error.status === 401 || error.status === 403)) {
            if (error.status === 401) demandToken();
            askWho(sentence(error));
        }
        this.#say(about + sentence(error, { limit: this.#limit }));
    }

    #say(words) {
        this.#view.tell(words);
    }
}
