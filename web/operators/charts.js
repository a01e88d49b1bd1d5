/** Rates and latencies, each with its last two minutes. */

import { byId, make, setText } from "../parts/dom.js";
import { rate } from "../parts/format.js";
import { Sparkline } from "./sparkline.js";

const seconds = 120;

/** Title, unit, and where the value is in a state. */
const figures = [
    ["Requests", "/s", (state) => state.requests_per_second],
    ["Checkouts", "/s", (state) => state.checkouts_per_second],
    ["Purchases", "/s", (state) => state.purchases_per_second],
    ["Items sold", "/s", (state) => state.sales.reduce((sum, sale) => sum + (sale.sold_rate ?? 0), 0)],
    ["Checkout, 50th percentile", "ms", (state) => state.latency_ms?.checkout?.p50],
    ["Checkout, 99th percentile", "ms", (state) => state.latency_ms?.checkout?.p99],
    ["Purchase, 50th percentile", "ms", (state) => state.latency_ms?.purchase?.p50],
    ["Purchase, 99th percentile", "ms", (state) => state.latency_ms?.purchase?.p99],
];

export class Charts {
    #parts = figures.map(([title, unit, read]) => {
        const now = make("p", { class: "now" });
        const most = make("span");
        const line = new Sparkline(seconds);
        const caption = make("figcaption", {}, make("span", { text: title }), most);
        const figure = make("figure", { class: "chart" }, caption, now);
        figure.append(line.element);
        return { figure, now, most, line, unit, read };
    });

    constructor() {
        byId("charts").replaceChildren(...this.#parts.map((part) => part.figure));
    }

    /** Draws one second more. @param {object} state */
    show(state) {
        for (const { now, most, line, unit, read } of this.#parts) {
            const value = read(state) ?? null;
            line.push(value);
            now.replaceChildren(value === null ? "–" : rate(value), make("small", { text: unit }));
            setText(most, `highest ${rate(line.highest)}`);
        }
    }
}
