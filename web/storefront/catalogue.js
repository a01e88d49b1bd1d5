/** The items of a sale, by pages and by their numbers. */

import { address, call, NoAnswer } from "./api.js";

/** Most pages that a search goes through: then it has seen 100,000 items. */
const searchPages = 100;

/**
 * @typedef {{id: string, number: number, name: string, image_url: string, sold: boolean,
 *     price: {amount_minor: number, currency: string}}} Item
 */
export class Catalogue {
    #sale;
    /** Every item that was seen. @type {Map<string, Item>} */
    #seen = new Map();

    /** @param {string} sale */
    constructor(sale) {
        this.#sale = sale;
    }

    /** @returns {Item|undefined} */
    item(id) {
        return this.#seen.get(id);
    }

    /** Items from a number on, all or the unsold ones. @returns {Promise<Item[]>} */
    async page(first, limit, available, signal) {
        const query = { limit, cursor: first > 1 ? first - 1 : "", available: available ? "true" : "" };
        const { body } = await call(address(`/sales/${this.#sale}/items`, query), { signal });
        for (const item of body.items) this.#seen.set(item.id, item);
        return body.items;
    }

    /**
     * Finds an item by its number or id. Generated ids carry their number; others are looked for page by page.
     * @param {string} text
     * @param {number} items how many the sale has
     * @param {AbortSignal} signal ends the search
     * @returns {Promise<number|null>} its number
     */
    async find(text, items, signal) {
        const number = this.#numberIn(text);
        if (number !== null) return number >= 1 && number <= items ? number : null;
        const known = this.#seen.get(text);
        if (known) return known.number;
        for (let page = 0, first = 1; page < searchPages && first <= items; page += 1, first += 1000) {
            const found = (await this.page(first, 1000, false, signal)).find((item) => item.id === text);
            if (found) return found.number;
        }
        return null;
    }

    #numberIn(text) {
        const generated = /^I-([0-9A-Z]{10})-([0-9]{1,9})$/i.exec(text);
        if (generated) return `S-${generated[1].toUpperCase()}` === this.#sale ? Number(generated[2]) : null;
        return /^#?[0-9]{1,9}$/.test(text) ? Number(text.replace("#", "")) : null;
    }
}

/** Loads with patience: a page of items is worth asking for again. */
export async function persistently(load, signal) {
    for (let wait = 1; ; wait = Math.min(2 * wait, 10)) {
        try {
            return await load();
        } catch (error) {
            signal?.throwIfAborted();
            const isPassing = error instanceof NoAnswer || error.body?.retryable === true;
            if (!isPassing) throw error;
            const seconds = error.retryAfter ?? wait;
            await new Promise((resolve) => setTimeout(resolve, 1000 * seconds * (1 + Math.random())));
            signal?.throwIfAborted();
        }
    }
}
