/** Finding one's way among the items: pages, only what is left, and search. */

import { announce, byId, setAttribute, setText } from "../parts/dom.js";
import { count, plural } from "../parts/format.js";
import { persistently } from "./catalogue.js";
import { sentence } from "./problems.js";

/** A multiple of 2, 3, 4 and 6, so that last rows are full. */
const pageSize = 48;

export class Browse {
    #catalogue;
    #bits;
    #grid;
    #page = 0;
    #onlyLeft = false;
    #loading = new AbortController();

    /**
     * @param {import("./catalogue.js").Catalogue} catalogue
     * @param {import("./soldbits.js").SoldBits} bits
     * @param {import("./grid.js").Grid} grid
     */
    constructor(catalogue, bits, grid) {
        this.#catalogue = catalogue;
        this.#bits = bits;
        this.#grid = grid;
        byId("only-left").addEventListener("change", ({ target }) => {
            this.#onlyLeft = target.checked;
            this.open(0);
        });
        byId("find").addEventListener("submit", (event) => {
            event.preventDefault();
            this.#find(byId("find-text").value.trim());
        });
        byId("page-before").addEventListener("click", () => this.turn(-1));
        byId("page-after").addEventListener("click", () => this.turn(1));
    }

    get #total() {
        return this.#onlyLeft ? this.#bits.left : this.#bits.items;
    }

    get #pages() {
        return Math.max(1, Math.ceil(this.#total / pageSize));
    }

    /** Goes some pages on or back, and to the first item there. */
    async turn(by) {
        const page = this.#page + by;
        if (page < 0 || page >= this.#pages) return;
        await this.open(page);
        byId("items-title").scrollIntoView();
        this.#grid.focus(null);
        announce(`Page ${count(page + 1)} of ${count(this.#pages)}`);
    }

    /** Shows a page, from 0. */
    async open(page) {
        this.#loading.abort();
        this.#loading = new AbortController();
        const { signal } = this.#loading;
        this.#page = Math.max(0, Math.min(page, this.#pages - 1));
        const place = this.#page * pageSize;
        const first = this.#onlyLeft ? this.#bits.unsold(place) ?? this.#bits.items + 1 : place + 1;
        this.showPlace();
        byId("items").setAttribute("aria-busy", "true");
        try {
            const load = () => this.#catalogue.page(first, pageSize, this.#onlyLeft, signal);
            const items = first > this.#bits.items ? [] : await persistently(load, signal);
            for (const item of items) if (item.sold) this.#bits.mark(item.number);
            this.#grid.show(items);
            setText(byId("items-note"), items.length > 0 ? "" : "Nothing is left: every item is sold.");
        } catch (error) {
            if (signal.aborted) return;
            setText(byId("items-note"), sentence(error));
        }
    }

    /** Says where we are; called also when something was sold. */
    showPlace() {
        const pages = this.#pages;
        setText(byId("page-place"), `Page ${count(this.#page + 1)} of ${count(pages)}`);
        setAttribute(byId("page-before"), "disabled", this.#page === 0);
        setAttribute(byId("page-after"), "disabled", this.#page >= pages - 1);
        setText(byId("left-count"), `${plural(this.#bits.left, "item")} left`);
    }

    async #find(text) {
        const note = byId("find-note");
        if (text === "") {
            setText(note, "");
            return this.open(0);
        }
        setText(note, "Looking…");
        try {
            this.#loading.abort();
            this.#loading = new AbortController();
            const { signal } = this.#loading;
            const number = await this.#catalogue.find(text, this.#bits.items, signal);
            setText(note, number === null ? `No item of this sale is “${text}”.` : "");
            if (number === null) return;
            this.#onlyLeft = byId("only-left").checked = false;
            await this.open(Math.floor((number - 1) / pageSize));
            this.#grid.point(number);
            this.#grid.focus(number);
        } catch (error) {
            if (error.name !== "AbortError") setText(note, sentence(error));
        }
    }
}
