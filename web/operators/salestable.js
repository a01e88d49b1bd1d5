/** The sales, how far they are, and the two buttons that stop and resume one. */

import { announce, byId, make, setAttribute, setText } from "../parts/dom.js";
import { count, percent, rate } from "../parts/format.js";

export class SalesTable {
    #rows = new Map();
    #token;

    /** @param {() => string} token */
    constructor(token) {
        this.#token = token;
    }

    /** @param {{sale_id: string, status: string, items: number, sold: number, sold_rate: number}[]} sales */
    show(sales) {
        const wanted = new Set(sales.map((sale) => sale.sale_id));
        for (const [id, { row }] of this.#rows) {
            if (wanted.has(id)) continue;
            row.remove();
            this.#rows.delete(id);
        }
        for (const sale of sales) {
            if (!this.#rows.has(sale.sale_id)) this.#rows.set(sale.sale_id, this.#row(sale));
            this.#fill(this.#rows.get(sale.sale_id), sale);
        }
    }

    #row({ sale_id: id }) {
        const parts = {
            status: make("td", { class: "status" }), words: make("span"), fill: make("div", { class: "bar-fill" }),
            speed: make("td", { class: "number" }),
            button: make("button", { type: "button", class: "quiet", onclick: () => this.#control(id) }),
        };
        const row = make("tr", {}, make("th", { scope: "row", text: id }), parts.status,
            make("td", {}, parts.words, make("div", { class: "bar" }, parts.fill)), parts.speed,
            make("td", {}, parts.button));
        byId("sales").append(row);
        return { row, ...parts };
    }

    #fill({ status, words, fill, speed, button }, sale) {
        setText(status, sale.status);
        status.dataset.status = sale.status;
        setText(words, `${count(sale.sold)} of ${count(sale.items)} · ${percent(sale.sold, sale.items)}`);
        fill.style.transform = `scaleX(${sale.items > 0 ? sale.sold / sale.items : 0})`;
        setText(speed, rate(sale.sold_rate ?? 0));
        const action = sale.status === "paused" ? "Resume" : "Pause";
        button.hidden = sale.status === "ended";
        button.dataset.action = action.toLowerCase();
        setText(button, action);
        setAttribute(button, "aria-label", `${action} ${sale.sale_id}`);
    }

    async #control(id) {
        const { button } = this.#rows.get(id);
        const { action } = button.dataset;
        // Stopping a sale under way is felt by everybody in it.
        if (action === "pause" && !confirm(`Pause ${id}? Nothing of it sells until it is resumed.`)) return;
        button.disabled = true;
        try {
            const headers = { Authorization: `Bearer ${this.#token()}` };
            const response = await fetch(`/admin/sales/${id}/${action}`, { method: "POST", headers });
            const answer = await response.json();
            setText(byId("sales-note"), response.ok ? "" : `${id}: ${answer.title}`);
            if (response.ok) announce(`${id} is ${answer.status}`);
        } catch {
            setText(byId("sales-note"), `${id}: no answer, so whether it is done is unknown. Repeating is harmless.`);
        } finally {
            button.disabled = false;
            button.focus();
        }
    }
}
