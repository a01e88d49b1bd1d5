/** Redeeming a code: asks until there is an outcome. That is safe, for the first decision on a code counts for ever. */

import { address, call, NoAnswer, ServiceProblem } from "./api.js";

/**
 * @typedef {object} Progress
 * @property {"asking"|"waiting"} phase
 * @property {number} [seconds] until it asks again
 * @property {Error} [error] why it has to
 */

/**
 * Presents a code and gives the outcome, in which nothing may be bought; repeats what may be repeated.
 *
 * @param {string} code
 * @param {string} token
 * @param {(progress: Progress) => void} report
 * @param {{hurry: (() => void)|null}} wish gets a function that ends a wait, while there is one
 * @returns {Promise<object>} the outcome's members, and `isReplay`
 * @throws {ServiceProblem} where the service refuses to decide; nothing is bought then
 */
export async function redeem(code, token, report, wish) {
    for (let attempt = 1; ; attempt += 1) {
        report({ phase: "asking" });
        try {
            const { body, isReplay } = await call(address("/purchase", { code }), { method: "POST", token });
            return { ...body, isReplay };
        } catch (error) {
            if (isOutcome(error)) return { ...error.body, isReplay: error.isReplay };
            if (!isWorthRepeating(error)) throw error;
            await pause(waitAfter(error, attempt), (seconds) => report({ phase: "waiting", seconds, error }), wish);
        }
    }
}

/** What became of a code, without redeeming it; null where nothing is known of it. @returns {Promise<object|null>} */
export async function findOutcome(code, token) {
    try {
        const { status, body } = await call(`/purchases/${encodeURIComponent(code)}`, { token });
        return status === 200 ? { ...body, isReplay: true } : null;
    } catch (error) {
        return isOutcome(error) ? { ...error.body, isReplay: true } : null;
    }
}

/** A decided purchase in which every item was lost comes as a problem with the items in it. */
function isOutcome(error) {
    return error instanceof ServiceProblem && Array.isArray(error.body.failed_items);
}

/** A pause of the sale ends when somebody ends it; everything else that is retryable ends by itself. */
function isWorthRepeating(error) {
    if (error instanceof NoAnswer) return true;
    return error instanceof ServiceProblem && error.body.retryable === true && error.code !== "sale_not_active";
}

/** The service's word, else longer from time to time; apart, so that shoppers do not come back all at once. */
function waitAfter(error, attempt) {
    const seconds = error.retryAfter ?? Math.min(2 ** (attempt - 1), 15);
    return Math.ceil(seconds + Math.random() * Math.min(attempt, 5));
}

async function pause(seconds, tell, wish) {
    for (let left = seconds; left > 0; left -= 1) {
        tell(left);
        await new Promise((resolve) => {
            setTimeout(resolve, 1000);
            wish.hurry = () => {
                left = 0;
                resolve();
            };
        });
    }
    wish.hurry = null;
}
