/** The head of the page: what the sale is doing, how long still, how much is gone. */

import { announce, byId, setAttribute, setText } from "../parts/dom.js";
import { count, countdown, inWords, moment, percent, plural, rate } from "../parts/format.js";
import { now } from "./clock.js";

/** What the sale is to a shopper; `opening` and `closing` are the moments in which the service has the word. */
export function phaseOf({ status, starts_at: start, ends_at: end, items, sold }) {
    if (status === "ended") return "ended";
    if (items > 0 && sold >= items) return "soldout";
    if (status === "paused") return "paused";
    if (status === "scheduled") return now() < Date.parse(start) ? "before" : "opening";
    return now() < Date.parse(end) ? "running" : "closing";
}

const words = {
    before: ["Opens soon", "Opens in", "You are in the right place. The sale opens here by itself; no need to reload."],
    opening: ["Opening", "Opens", "The doors are opening."],
    running: ["On sale now", "Ends in", "A cart holds nothing: an item is yours when it is bought."],
    paused: ["Paused", "Paused", "Nothing can be bought right now. Carts are kept; the sale goes on here by itself."],
    closing: ["Last call", "Time is up", "Whoever has a cart can still buy for a moment."],
    soldout: ["Sold out", "Sold out", "Every item has been bought."],
    ended: ["Over", "The sale is over", ""],
};

const milestones = [25, 50, 75, 90];
const warnings = [600_000, 60_000, 10_000];

export class Hero {
    #sale;
    #phase = "";
    #reached = null;
    #left = Infinity;

    /** @param {object} sale as the service describes it */
    constructor(sale) {
        this.#sale = sale;
        setText(byId("sale-name"), sale.name);
        document.title = `${sale.name} – flashsale`;
    }

    /** Draws the state of the sale; once a second, and whenever something changed. */
    show(state) {
        const phase = phaseOf(state);
        const [badge, label, note] = words[phase];
        byId("hero").dataset.phase = phase;
        setText(byId("sale-badge"), badge);
        setText(byId("clock-label"), label);
        setText(byId("sale-note"), phase === "ended" ? this.#result(state) : note);
        const limit = `Up to ${plural(this.#sale.items_per_user, "item")} a shopper.`;
        setText(byId("sale-limit"), phase === "ended" || phase === "soldout" ? "" : limit);
        this.#showClock(phase, state);
        this.#showProgress(phase, state);
        if (phase !== this.#phase && this.#phase !== "") announce(this.#change(phase, state));
        this.#phase = phase;
    }

    #showClock(phase, { starts_at: start, ends_at: end }) {
        const target = { before: start, opening: start, running: end }[phase];
        const clock = byId("clock");
        clock.hidden = target === undefined;
        if (target === undefined) return;
        const left = Date.parse(target) - now();
        setText(clock, countdown(left));
        setAttribute(clock, "data-close", left < 60_000);
        const at = moment(Date.parse(target));
        setText(byId("clock-label"), `${words[phase][1]}`);
        setText(byId("clock-at"), phase === "running" ? `until ${at}` : `at ${at}`);
        const passed = warnings.find((limit) => left <= limit && this.#left > limit);
        if (passed && this.#left !== Infinity) {
            announce(`${phase === "running" ? "The sale ends" : "The sale opens"} in ${inWords(left)}`);
        }
        this.#left = left;
    }

    #showProgress(phase, { items, sold, sold_rate: speed, mode }) {
        setText(byId("sold-share"), percent(sold, items));
        setText(byId("sold-count"), `${count(sold)} of ${count(items)} sold`);
        const isMoving = phase === "running" || phase === "closing";
        setText(byId("sold-rate"), isMoving && speed > 0 ? `${rate(speed)} a second` : "");
        const bar = byId("sold-bar");
        setAttribute(bar, "aria-valuenow", items > 0 ? Math.floor((100 * sold) / items) : 0);
        setAttribute(bar, "aria-valuetext", `${count(sold)} of ${count(items)} sold`);
        bar.firstElementChild.style.transform = `scaleX(${items > 0 ? sold / items : 0})`;
        setText(byId("live-mode"), {
            live: "Live", polling: "Live updates are full; asking every 2 seconds",
            waiting: "Connection lost; reconnecting",
        }[phase === "ended" ? "" : mode] ?? "");
        this.#tellMilestones(sold, items);
    }

    /** A screen reader hears of quarters, not of every item. */
    #tellMilestones(sold, items) {
        const reached = milestones.filter((share) => 100 * sold >= share * items).length;
        if (this.#reached !== null && reached > this.#reached && sold < items) {
            announce(`${milestones[reached - 1]} percent of the items are sold`);
        }
        this.#reached = reached;
    }

    #change(phase, state) {
        const sentences = {
            opening: "The sale is opening", running: "The sale is open", paused: "The sale is paused",
            closing: "Time is up; carts can still be bought for a moment", soldout: "Everything is sold",
            ended: `The sale is over. ${this.#result(state)}`, before: "The sale opens later",
        };
        return sentences[phase];
    }

    #result({ items, sold, ends_at: end }) {
        const ended = Date.parse(end) <= now() ? `It ended at ${moment(Date.parse(end))}. ` : "";
        if (items > 0 && sold >= items) return `${ended}All ${plural(items, "item")} were sold.`;
        return `${ended}${count(sold)} of ${plural(items, "item")} were sold.`;
    }
}
