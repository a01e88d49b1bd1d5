/** The cart on the page: its lines, what it costs, the button to buy, and what happens after it was pressed. */

import { byId, make, setAttribute, setText } from "../parts/dom.js";
import { money, plural } from "../parts/format.js";

export class CartView {
    #cart;
    #listener;
    #drawn = "";

    /**
     * @param {import("./cart.js").Cart} cart
     * @param {{isLost: (item: object) => boolean, remove: (item: object) => Promise<void>, buy: () => void,
     *     hurry: () => void, canBuy: () => boolean}} listener
     */
    constructor(cart, listener) {
        this.#cart = cart;
        this.#listener = listener;
        byId("buy").addEventListener("click", () => {
            if (byId("buy").getAttribute("aria-disabled") !== "true") listener.buy();
        });
        byId("hurry").addEventListener("click", () => listener.hurry());
        byId("cart-toggle").addEventListener("click", () => this.open(!this.isOpen));
        cart.watch(() => this.refresh());
    }

    get isOpen() {
        return "open" in byId("cart").dataset;
    }

    /** On small screens the cart lies at the lower edge and is opened by a button. */
    open(isWanted) {
        if (isWanted) byId("cart").dataset.open = "";
        else delete byId("cart").dataset.open;
        setAttribute(byId("cart-toggle"), "aria-expanded", String(isWanted));
    }

    /** Draws the cart anew, and again when an item of it was sold to somebody else. */
    refresh() {
        const { items, bought, allowance, isPending } = this.#cart.value;
        const lost = items.filter((item) => this.#listener.isLost(item));
        const drawn = JSON.stringify([items, bought, allowance, isPending, lost.length]);
        const canBuy = items.length > 0 && !isPending && this.#listener.canBuy();
        setAttribute(byId("buy"), "aria-disabled", canBuy ? null : "true");
        if (drawn === this.#drawn) return;
        this.#drawn = drawn;
        const hasFocus = byId("cart-lines").contains(document.activeElement);
        const place = [...byId("cart-lines").querySelectorAll("button")].indexOf(document.activeElement);
        byId("cart-lines").replaceChildren(...items.map((item) => this.#line(item, isPending)));
        if (hasFocus) this.#focusLine(place);
        setText(byId("cart-count"), plural(items.length, "item"));
        const total = sum(items.filter((item) => !lost.includes(item)));
        const brief = [plural(items.length, "item"), total].filter(Boolean).join(" · ");
        setText(byId("cart-brief"), items.length === 0 ? "Cart is empty" : brief);
        setText(byId("cart-total"), total);
        byId("cart-sum").hidden = total === "";
        setText(byId("cart-note"), this.#note(items, lost, allowance));
        byId("cart-empty").hidden = items.length > 0;
        byId("bought").hidden = bought.length === 0;
        byId("bought-lines").replaceChildren(...bought.map((item) => make("li", {},
            make("span", { text: item.name }), make("span", { class: "price", text: price(item) }))));
    }

    /** What the purchase is doing; "" when it does nothing. `canHurry` shows the button that ends a wait. */
    tell(sentence, canHurry = false) {
        setText(byId("cart-status"), sentence);
        byId("hurry").hidden = !canHurry;
    }

    #line(item, isPending) {
        const isLost = this.#listener.isLost(item);
        return make("li", { "data-lost": isLost },
            make("span", { class: "what" },
                make("span", { text: item.name }),
                make("span", { class: "facts" }, [
                    item.number ? `No. ${item.number}` : "", isLost ? "bought by somebody else" : "",
                ].filter(Boolean).join(" · "))),
            make("span", { class: "price", text: price(item) }),
            make("button", {
                type: "button", class: "remove", "aria-disabled": isPending && "true",
                "aria-label": `Remove ${item.name}${item.number ? `, number ${item.number}` : ""} from the cart`,
                onclick: () => isPending || this.#listener.remove(item),
            }, "×"));
    }

    /** The line that was under the focus is gone: on to the one after it, or to the cart itself. */
    #focusLine(place) {
        const buttons = byId("cart-lines").querySelectorAll("button");
        const next = buttons[Math.min(place, buttons.length - 1)];
        (next ?? byId("cart-title")).focus();
    }

    #note(items, lost, allowance) {
        if (lost.length > 0 && lost.length === items.length) return "Somebody else bought all of this.";
        if (lost.length > 0) return `Somebody else bought ${plural(lost.length, "item")} of this.`;
        if (items.length > 0 && allowance === 0) return "No more fits in: you are at this sale's limit.";
        if (items.length === 0 || allowance === null) return "";
        return `You may add ${plural(allowance, "more item", "more items")}.`;
    }
}

const price = (item) => (item.price ? money(item.price) : "");

/** What items cost together, by currency; "" where a price is not known. */
function sum(items) {
    const sums = new Map();
    for (const { price: known } of items) {
        if (!known) return "";
        sums.set(known.currency, (sums.get(known.currency) ?? 0) + known.amount_minor);
    }
    return [...sums].map(([currency, amount]) => money({ amount_minor: amount, currency })).join(" + ");
}
