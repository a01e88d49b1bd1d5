/** The items as cards. One of their buttons is in the tab order; arrow keys move among them. */

import { make, setAttribute, setText } from "../parts/dom.js";
import { money } from "../parts/format.js";

/**
 * What an item is to the shopper at this moment.
 * @typedef {"free"|"early"|"closed"|"adding"|"cart"|"buying"|"bought"|"sold"} Condition
 */

const words = {
    free: "Add to cart", early: "Opens soon", closed: "Not on sale", adding: "Adding…", cart: "Remove from cart",
    buying: "Buying…", bought: "Yours", sold: "Sold",
};

export class Grid {
    /** @type {{item: import("./catalogue.js").Item, card: HTMLElement, button: HTMLElement, condition: string}[]} */
    #cells = [];
    #current = 0;
    #list;
    #listener;

    /**
     * @param {HTMLElement} list
     * @param {{condition: (item: object) => Condition, press: (item: object) => void,
     *     beyond: (direction: -1|1) => void}} listener `beyond` is called where a key leads to another page
     */
    constructor(list, listener) {
        this.#list = list;
        this.#listener = listener;
        list.addEventListener("keydown", (event) => this.#key(event));
        list.addEventListener("focusin", (event) => {
            const index = this.#cells.findIndex((cell) => cell.button === event.target);
            if (index >= 0) this.#makeCurrent(index);
        });
    }

    /** Shows other items. @param {import("./catalogue.js").Item[]} items */
    show(items) {
        this.#cells = items.map((item) => this.#cell(item));
        this.#list.replaceChildren(...this.#cells.map((cell) => cell.card));
        this.#list.removeAttribute("aria-busy");
        this.#current = 0;
        this.refresh();
        this.#makeCurrent(0);
    }

    /** Looks again at what each item is; touches only cards that changed. */
    refresh() {
        for (const cell of this.#cells) {
            const condition = this.#listener.condition(cell.item);
            if (condition === cell.condition) continue;
            const isNews = cell.condition !== "" && condition === "sold";
            cell.condition = condition;
            cell.card.dataset.condition = condition;
            setText(cell.button.firstElementChild, words[condition]);
            setAttribute(cell.button, "aria-disabled", condition === "free" || condition === "cart" ? null : "true");
            setAttribute(cell.card, "data-news", isNews);
        }
    }

    /** Puts the focus on an item, or on the one that had it last. */
    focus(number) {
        const index = this.#cells.findIndex((cell) => cell.item.number === number);
        const cell = this.#cells[index < 0 ? this.#current : index];
        cell?.button.focus();
        cell?.card.scrollIntoView({ block: "nearest" });
    }

    /** Marks one card as the one that was looked for. */
    point(number) {
        for (const { card, item } of this.#cells) setAttribute(card, "data-found", item.number === number);
    }

    #cell(item) {
        const label = make("span", { class: "act" });
        const name = `item-${item.number}`;
        const button = make("button", {
            type: "button", tabindex: -1, "aria-describedby": name, onclick: () => this.#press(item),
        }, label, make("span", { class: "sr-only", text: ` ${item.name}, number ${item.number}` }));
        const card = make("li", { class: "card", "data-number": item.number },
            make("div", { class: "picture" }, this.#picture(item)),
            make("p", { class: "name", text: item.name }),
            make("p", { class: "facts", id: name },
                make("span", { class: "number", text: `No. ${item.number}` }),
                make("span", { class: "price", text: money(item.price) })),
            button);
        return { item, card, button, condition: "" };
    }

    /** The name stands beside it, so the picture itself is silent. One that cannot be had gives way to a drawing. */
    #picture({ id, image_url: address }) {
        const picture = make("img", {
            alt: "", width: 320, height: 320, loading: "lazy", decoding: "async", referrerpolicy: "no-referrer",
        });
        const drawing = `/images/${encodeURIComponent(id)}.svg`;
        picture.addEventListener("error", () => { picture.src = drawing; }, { once: true });
        picture.src = address;
        return picture;
    }

    #press(item) {
        const condition = this.#listener.condition(item);
        if (condition === "free" || condition === "cart") this.#listener.press(item);
    }

    #makeCurrent(index) {
        this.#cells[this.#current]?.button.setAttribute("tabindex", "-1");
        this.#current = index;
        this.#cells[index]?.button.setAttribute("tabindex", "0");
    }

    /** How many cards stand in a row, as they are laid out now. */
    get #columns() {
        const top = this.#cells[0]?.card.offsetTop;
        const second = this.#cells.findIndex((cell) => cell.card.offsetTop !== top);
        return second < 0 ? this.#cells.length : second;
    }

    #key(event) {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        const steps = {
            ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.#columns, ArrowUp: -this.#columns,
            Home: -this.#current, End: this.#cells.length - 1 - this.#current,
        };
        const step = steps[event.key];
        const page = { PageUp: -1, PageDown: 1 }[event.key];
        if (step === undefined && page === undefined) return;
        event.preventDefault();
        if (page) return this.#listener.beyond(page);
        const next = this.#current + step;
        if (next < 0 || next >= this.#cells.length) return;
        this.focus(this.#cells[next].item.number);
    }
}
