/** A value that others watch. Watchers are told once after any number of changes in a row. */
export class Store {
    #value;
    #watchers = new Set();
    #isTelling = false;

    /** @param {object} value */
    constructor(value) {
        this.#value = Object.freeze({ ...value });
    }

    get value() {
        return this.#value;
    }

    /** @param {object} change what differs from now on */
    set(change) {
        this.#value = Object.freeze({ ...this.#value, ...change });
        if (this.#isTelling) return;
        this.#isTelling = true;
        queueMicrotask(() => {
            this.#isTelling = false;
            for (const watcher of this.#watchers) watcher(this.#value);
        });
    }

    /** Calls `watcher` now and after each change. */
    watch(watcher) {
        this.#watchers.add(watcher);
        watcher(this.#value);
    }
}
