/** What went wrong, in a sentence that says what it means for the shopper. */

import { plural } from "../parts/format.js";
import { NoAnswer, ServiceProblem } from "./api.js";

const sentences = {
    user_limit_exceeded: (limit) =>
        limit ? `A shopper can have ${plural(limit, "item")} in this sale; cart and purchases together are there.`
            : "Cart and purchases together are at this sale's limit for a shopper.",
    checkout_empty: () => "The cart is empty, so there is nothing to buy.",
    item_not_in_sale: () => "That item belongs to another sale.",
    unauthenticated: () => "This shop knows its shoppers by a token. Enter yours, or a fresh one if it has run out.",
    forbidden: () => "The token belongs to another user id. Enter the id that it was issued for.",
    sale_not_found: () => "There is no such sale.",
    item_not_found: () => "There is no such item.",
    checkout_not_found: () => "The shop does not know this cart any more, or it is somebody else's. Start a new one.",
    item_already_sold: () => "Somebody else bought this one first.",
    all_items_sold: () => "Somebody else bought every item of the cart first.",
    purchase_in_progress: () => "The purchase is being decided at this moment.",
    sale_not_active: () => "The sale is not running now. Nothing was changed.",
    checkout_completed: () => "This cart has been bought already.",
    sale_ended: () => "The sale is over. Nothing was bought with this request.",
    rate_limited: () => "That was faster than the shop allows one shopper.",
    overloaded: () => "Very many people are shopping at this moment. Nothing was lost.",
    unavailable: () => "The shop cannot decide right now. Nothing was lost.",
    request_timeout: () => "The request did not reach the shop in time.",
    internal_error: () => "Something broke in the shop. Repeating is safe.",
};

/**
 * @param {Error} error
 * @param {{limit?: number}} [context] the sale's limit, where it is known
 */
export function sentence(error, { limit } = {}) {
    if (error instanceof NoAnswer) return "No answer came back: the connection is broken, or the shop is out of reach.";
    if (!(error instanceof ServiceProblem)) return "This page failed. Reload it; the cart is kept.";
    const fields = Object.entries(error.errors).map(([field, reason]) => `${field.replaceAll("_", " ")} ${reason}`);
    if (error.code === "validation_failed" && fields.length > 0) return `Not accepted: ${fields.join("; ")}.`;
    const known = sentences[error.code];
    return known ? known(limit) : [error.message, error.detail].filter(Boolean).join(" ");
}

/** Whether the very same request may succeed later, as the problem itself says. */
export function isPassing(error) {
    return error instanceof NoAnswer || (error instanceof ServiceProblem && error.body.retryable !== false);
}
