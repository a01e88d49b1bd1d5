/** The sale to go on with, when this one has nothing more to give. */

import { byId, setText } from "../parts/dom.js";
import { countdown, moment, plural } from "../parts/format.js";
import { now } from "./clock.js";
import { findNextSale } from "./sales.js";

/** Until it asks for the first time, at most; apart, because all shoppers of a sale see its end at once. */
const firstSeconds = 5;
const againSeconds = 60;

export class NextSale {
    #current;
    #next = null;
    #asksAt = Infinity;
    #hasBegun = false;

    /** @param {string} current the sale of this page */
    constructor(current) {
        this.#current = current;
    }

    /** Once a second, while the sale is over or sold out. */
    show(isWanted) {
        byId("next").hidden = !isWanted;
        if (!isWanted) return;
        if (!this.#hasBegun) this.#asksAt = performance.now() + 1000 * firstSeconds * Math.random();
        this.#hasBegun = true;
        if (performance.now() >= this.#asksAt) this.#ask();
        this.#draw();
    }

    /** A sale that is still to open is not asked for again. */
    async #ask() {
        this.#asksAt = Infinity;
        try {
            this.#next = await findNextSale(this.#current);
        } catch {
            // Asked again.
        }
        const wait = this.#next ? Math.max(0, Date.parse(this.#next.starts_at) - now()) : 0;
        this.#asksAt = performance.now() + wait + 1000 * againSeconds * (0.5 + Math.random());
    }

    #draw() {
        const next = this.#next;
        const link = byId("next-link");
        link.hidden = next === null;
        if (next === null) {
            return setText(byId("next-text"), "None is known yet. This page looks for one by itself.");
        }
        const start = Date.parse(next.starts_at);
        const isOpen = start <= now();
        const when = isOpen ? "is open now" : `opens at ${moment(start)}, in ${countdown(start - now())}`;
        setText(byId("next-text"), `${next.name} ${when}: ${plural(next.total_items, "item")}.`);
        link.href = `/?sale=${encodeURIComponent(next.id)}`;
        setText(link, isOpen ? "Go to the sale" : "Wait for it");
    }
}
