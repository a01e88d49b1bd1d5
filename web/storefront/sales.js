/** Which sale the page is about, and which one comes next. */

import { call } from "./api.js";

/** The latest sales, as the service lists them. */
async function list() {
    const { body } = await call("/sales?limit=50");
    return body.sales;
}

const opening = (sale) => Date.parse(sale.starts_at);

/**
 * The sale of the address bar (`?sale=S-…`), else the one that runs, else the next to open, else the last that ended.
 * @returns {Promise<object|null>}
 */
export async function chooseSale() {
    const named = new URLSearchParams(location.search).get("sale");
    if (named) return (await call(`/sales/${encodeURIComponent(named)}`)).body;
    const sales = await list();
    const running = sales.filter((sale) => sale.status === "active" || sale.status === "paused");
    const coming = sales.filter((sale) => sale.status === "scheduled");
    const past = sales.filter((sale) => sale.status === "ended");
    const latest = (some) => some.sort((one, other) => opening(other) - opening(one))[0];
    return latest(running) ?? coming.sort((one, other) => opening(one) - opening(other))[0] ?? latest(past) ?? null;
}

/** The sale to go on with after `id`: one that runs, else the next to open. @returns {Promise<object|null>} */
export async function findNextSale(id) {
    const others = (await list()).filter((sale) => sale.id !== id && sale.status !== "ended" && !sale.sold_out);
    return others.sort((one, other) => opening(one) - opening(other))[0] ?? null;
}
