/**
 * Which items of a sale are sold, a bit each, by their numbers from 1.
 *
 * Sold stays sold. So bits are only ever set, and it does not matter in which order a bitmap and the events around it
 * arrive.
 */
export class SoldBits {
    #bytes;

    /** @param {number} items how many the sale has */
    constructor(items) {
        this.items = items;
        this.sold = 0;
        this.#bytes = new Uint8Array(Math.ceil(items / 8));
    }

    /** Items may be imported until the sale opens. */
    grow(items) {
        if (items <= this.items) return;
        const bytes = new Uint8Array(Math.ceil(items / 8));
        bytes.set(this.#bytes);
        this.#bytes = bytes;
        this.items = items;
    }

    isSold(number) {
        return (this.#bytes[(number - 1) >> 3] & (1 << ((number - 1) & 7))) !== 0;
    }

    /** @returns {boolean} whether that is news */
    mark(number) {
        if (number < 1 || number > this.items || this.isSold(number)) return false;
        this.#bytes[(number - 1) >> 3] |= 1 << ((number - 1) & 7);
        this.sold += 1;
        return true;
    }

    /** Takes a whole bitmap in, least significant bit first. */
    merge(bytes) {
        const length = Math.min(bytes.length, this.#bytes.length);
        for (let index = 0; index < length; index += 1) {
            let news = bytes[index] & ~this.#bytes[index];
            this.#bytes[index] |= bytes[index];
            for (; news !== 0; news &= news - 1) this.sold += 1;
        }
    }

    get left() {
        return this.items - this.sold;
    }

    /** The number of the unsold item at a place among all unsold ones, from 0; null beyond the last. */
    unsold(place) {
        for (let number = 1, before = 0; number <= this.items; number += 1) {
            if (this.isSold(number)) continue;
            if (before === place) return number;
            before += 1;
        }
        return null;
    }
}
