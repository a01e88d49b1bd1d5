/** Shorthands for the document. Nothing here, or anywhere, makes elements out of markup text. */

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/**
 * Makes an element. Among its properties `on…` is a listener and `text` is text; null leaves one out.
 * @param {string} name
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node|string|null)} children
 */
export function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (value === null || value === undefined || value === false) continue;
        if (key === "text") element.textContent = String(value);
        else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
        else element.setAttribute(key, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== null));
    return element;
}

/** Sets text only where it differs, so that nothing is drawn or read out again. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute, or takes it away for null and false. */
export function setAttribute(element, name, value) {
    if (value === null || value === false) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/**
 * Reads a sentence out to whoever listens to the page instead of looking at it.
 *
 * Each is a paragraph of its own, so that the same words twice are two announcements; old ones go.
 * @param {string} sentence
 */
export function announce(sentence) {
    const region = byId("announcements");
    region.append(make("p", { text: sentence }));
    while (region.childElementCount > 5) region.firstElementChild.remove();
}
