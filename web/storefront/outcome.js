/** What became of a purchase, item by item, in a dialog. */

import { byId, make, setText } from "../parts/dom.js";
import { money, moment, plural } from "../parts/format.js";

/**
 * @param {object} outcome as the service decided it
 * @param {{items: object[], limit: number}} context the cart's items with their names, and the sale's limit
 */
export function showOutcome(outcome, { items, limit }) {
    const dialog = byId("outcome");
    const bought = outcome.purchased_items;
    const lost = outcome.failed_items;
    dialog.dataset.result = bought.length === 0 ? "lost" : lost.length === 0 ? "won" : "mixed";
    setText(byId("outcome-title"), title(bought.length, lost.length));
    setText(byId("outcome-note"), note(outcome));
    const number = (id) => items.find((item) => item.id === id)?.number;
    byId("outcome-bought").replaceChildren(...bought.map((item) => {
        const known = number(item.id);
        return line(item, known ? `No. ${known}` : item.id, money(item.price));
    }));
    byId("outcome-lost").replaceChildren(...lost.map(({ id, reason }) => {
        const item = items.find((one) => one.id === id) ?? { id, name: id, image_url: null };
        return line(item, reasons[reason]?.(limit) ?? reason);
    }));
    byId("outcome-bought-part").hidden = bought.length === 0;
    byId("outcome-lost-part").hidden = lost.length === 0;
    setText(byId("outcome-code"), outcome.checkout_code ?? outcome.code);
    setText(byId("outcome-time"), moment(Date.parse(outcome.purchased_at)));
    if (!dialog.open) dialog.showModal();
    byId("outcome-title").focus();
}

const reasons = {
    already_sold: () => "Somebody else bought it first.",
    user_limit: (limit) => `Over the limit: a shopper can buy ${plural(limit, "item")} in this sale.`,
};

function title(bought, lost) {
    if (bought === 0) return lost === 1 ? "It was not to be" : "None of it was left";
    if (lost === 0) return ["", "It is yours", "Both are yours"][bought] ?? `All ${bought} are yours`;
    return `${bought} of ${bought + lost} ${bought === 1 ? "is" : "are"} yours`;
}

function note(outcome) {
    const repeated = outcome.isReplay ? "This had been decided before and was looked up, not decided again. " : "";
    if (outcome.purchased_items.length > 0) return `${repeated}The purchase is final and on record.`;
    return `${repeated}Nothing was bought. You can fill a new cart at once.`;
}

function line(item, fact, price = "") {
    const picture = item.image_url ? make("img", { src: item.image_url, alt: "", width: 48, height: 48 }) : null;
    return make("li", {}, picture,
        make("span", { class: "what" },
            make("span", { text: item.name }),
            make("span", { class: "facts", text: fact })),
        make("span", { class: "price", text: price }));
}
