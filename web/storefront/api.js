/** Calls to the service: an answer, a problem that it explains, or no answer at all. */

import { learnDate } from "./clock.js";

/** Longer than the service ever takes, so that a lost answer is noticed. */
const patience = 12_000;

/** The service answered with a problem document (RFC 9457). */
export class ServiceProblem extends Error {
    constructor(response, body) {
        super(body?.title ?? `The service answered ${response.status}.`);
        this.status = response.status;
        this.body = body ?? {};
        this.code = this.body.code ?? "";
        this.detail = this.body.detail ?? "";
        this.errors = this.body.errors ?? {};
        this.isReplay = response.headers.get("idempotent-replayed") === "true";
        const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
        /** Seconds after which repeating may help, where the service says so. */
        this.retryAfter = Number.isNaN(seconds) ? null : seconds;
    }
}

/** Nothing came back, so whether the service did what was asked is unknown. */
export class NoAnswer extends Error {}

/**
 * @param {string} path with its query
 * @param {{method?: string, token?: string, signal?: AbortSignal}} [options]
 * @returns {Promise<{status: number, body: any, isReplay: boolean}>}
 * @throws {ServiceProblem|NoAnswer}
 */
export async function call(path, { method = "GET", token = "", signal } = {}) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const limits = [AbortSignal.timeout(patience), ...(signal ? [signal] : [])];
    let response, text;
    try {
        response = await fetch(path, { method, headers, signal: AbortSignal.any(limits), credentials: "omit" });
        text = await response.text();
    } catch (error) {
        signal?.throwIfAborted();
        throw new NoAnswer(String(error));
    }
    learnDate(response.headers.get("date"));
    const body = parsed(text);
    if (!response.ok) throw new ServiceProblem(response, body);
    return { status: response.status, body, isReplay: response.headers.get("idempotent-replayed") === "true" };
}

/** Which items are sold, a bit each, and how many. @throws {ServiceProblem|NoAnswer} */
export async function soldBitmap(sale) {
    let response;
    try {
        // Not past the browser's cache, which asks with the tag of what it has.
        response = await fetch(`/sales/${sale}/availability`, { signal: AbortSignal.timeout(patience) });
        if (response.ok) {
            const bytes = new Uint8Array(await response.arrayBuffer());
            return { bytes, sold: Number(response.headers.get("x-sold")) };
        }
    } catch (error) {
        throw new NoAnswer(String(error));
    }
    throw new ServiceProblem(response, null);
}

/** `/a/b?c=d`, with what is empty left out. */
export function address(path, query) {
    const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null);
    return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}
