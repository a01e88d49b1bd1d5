/** A sale as it goes: by Server-Sent Events, and by asking again and again where those are refused. */

import { call, soldBitmap } from "./api.js";
import { learnTime } from "./clock.js";

const pollSeconds = 2;
/** Every so many polls the sale itself is asked for, which may have been paused or ended. */
const statusRounds = 4;
const reconnectSeconds = 20;

/**
 * @typedef {object} Listener
 * @property {(snapshot: {status: string, starts_at: string, ends_at: string, items: number, sold: number,
 *     sold_rate: number}) => void} snapshot everything at once, but which items are sold
 * @property {(bytes: Uint8Array) => void} bitmap which items are sold
 * @property {(delta: {sold: number, sold_rate: number, items: number[]|null}) => void} delta what was sold since
 * @property {(status: {status: string, starts_at: string, ends_at: string}) => void} status
 * @property {(mode: "live"|"polling"|"waiting") => void} mode how it is watched
 */

/** Watches until the sale's end. @param {string} sale @param {Listener} listener */
export function watchSale(sale, listener) {
    let polling = 0;
    let last = null;
    let isOver = false;

    function connect() {
        if (isOver) return;
        const source = new EventSource(`/sales/${sale}/events`);
        const on = (name, then) => source.addEventListener(name, (event) => {
            const data = JSON.parse(event.data);
            if (data.server_time) learnTime(data.server_time);
            stopPolling();
            listener.mode("live");
            then(data);
        });
        on("snapshot", listener.snapshot);
        on("delta", listener.delta);
        on("status", listener.status);
        on("end", (data) => {
            isOver = true;
            source.close();
            listener.snapshot({ ...data, status: "ended" });
        });
        source.onerror = () => {
            if (isOver) return;
            // Still connecting: the browser does it again by itself, and resumes where it was.
            if (source.readyState === EventSource.CONNECTING) return listener.mode("waiting");
            startPolling();
            setTimeout(connect, 1000 * (reconnectSeconds + Math.random() * 10));
        };
    }

    function startPolling() {
        if (polling || isOver) return;
        listener.mode("polling");
        let round = 0;
        const ask = async () => {
            try {
                if (round % statusRounds === 0) await pollStatus();
                await pollBitmap();
                if (polling) listener.mode("polling");
            } catch {
                if (polling) listener.mode("waiting");
            }
            round += 1;
            if (polling) polling = setTimeout(ask, 1000 * pollSeconds * (0.75 + Math.random() / 2));
        };
        polling = setTimeout(ask, 0);
    }

    function stopPolling() {
        clearTimeout(polling);
        polling = 0;
        last = null;
    }

    async function pollStatus() {
        const { body } = await call(`/sales/${sale}`);
        if (!polling) return;
        listener.status(body);
        isOver = body.status === "ended";
        if (isOver) listener.snapshot({ ...body, items: body.total_items, sold: body.items_sold, sold_rate: 0 });
        if (isOver) stopPolling();
    }

    /** The bitmap comes out of the instance's memory, and mostly as a 304: cheaper to ask for than the sale. */
    async function pollBitmap() {
        if (!polling) return;
        const bitmap = await soldBitmap(sale);
        if (!polling) return;
        const at = performance.now();
        const rate = last ? (1000 * (bitmap.sold - last.sold)) / (at - last.at) : 0;
        last = { sold: bitmap.sold, at };
        listener.bitmap(bitmap.bytes);
        listener.delta({ sold: bitmap.sold, sold_rate: Math.max(0, rate), items: [] });
    }

    connect();
}
