/** Whether all is well, a word each: what must not be ignored comes first. */

import { announce, byId, make, setAttribute, setText } from "../parts/dom.js";
import { count, plural } from "../parts/format.js";

const verdicts = {
    Invariants({ violations, last_audit_seconds: age }) {
        const isAudited = typeof age === "number";
        const when = isAudited ? `audited ${plural(Math.round(age), "second")} ago` : "no audit has run yet";
        if (violations > 0) return [`${count(violations)} broken`, "bad", when];
        return isAudited ? ["Kept", "good", when] : ["Not known", "", when];
    },
    "Degraded modes": ({ degraded }) => [
        degraded.length > 0 ? degraded.map((mode) => mode.replaceAll("_", " ")).join(", ") : "None",
        degraded.length > 0 ? "warn" : "good",
        degraded.length > 0 ? "decisions stay right; speed may not" : "PostgreSQL and Redis answer",
    ],
    "Checkouts waiting": ({ queues }) => [count(queues.checkouts), "", "for the writer"],
    "Purchases waiting": ({ queues }) => [count(queues.purchases), "", "for the writer"],
};

export class Condition {
    #parts = new Map();

    constructor() {
        for (const title of Object.keys(verdicts)) {
            const [word, note] = [make("dd"), make("dd")];
            const box = make("div", { class: "verdict" }, make("dt", { text: title }), word, note);
            this.#parts.set(title, { box, word, note });
            byId("verdicts").append(box);
        }
    }

    /** @param {object} state */
    show(state) {
        for (const [title, { box, word, note }] of this.#parts) {
            const [text, mood, more] = verdicts[title](state);
            const turnsBad = ["warn", "bad"].includes(mood) && box.dataset.mood !== mood;
            setText(word, text);
            setText(note, more);
            setAttribute(box, "data-mood", mood || null);
            if (turnsBad) announce(`${title}: ${text}`);
        }
        this.#showRefusals(state.refusals_per_second ?? {});
    }

    #showRefusals(refusals) {
        const rows = Object.entries(refusals).filter(([, rate]) => rate > 0).sort((one, other) => other[1] - one[1]);
        const most = rows[0]?.[1] ?? 1;
        byId("refusals").replaceChildren(...rows.map(([reason, rate]) => {
            const fill = make("div", { class: "bar-fill" });
            fill.style.transform = `scaleX(${rate / most})`;
            return make("li", {}, make("span", { text: reason.replaceAll("_", " ") }),
                make("div", { class: "bar" }, fill), make("span", { class: "number", text: count(rate) }));
        }));
        if (rows.length === 0) byId("refusals").append(make("li", { class: "facts", text: "None." }));
    }
}
