/** What a browser keeps for a page, for good or for the tab; where it keeps nothing, the page does while it is open. */

class Shelf {
    #area;
    #memory = new Map();

    constructor(area) {
        try {
            this.#area = area();
        } catch {
            this.#area = null;
        }
    }

    /** @param {string} key @returns {string} "" without one */
    get(key) {
        return this.#area?.getItem(key) ?? this.#memory.get(key) ?? "";
    }

    set(key, text) {
        this.#memory.set(key, text);
        try {
            this.#area?.setItem(key, text);
        } catch {
            // Full, or not allowed: it lasts as long as the page.
        }
    }

    remove(key) {
        this.#memory.delete(key);
        this.#area?.removeItem(key);
    }
}

export const forGood = new Shelf(() => localStorage);
export const forTheTab = new Shelf(() => sessionStorage);
