/** The server's clock, which alone says when a sale opens. This machine's own may be wrong by any amount. */

let offset = 0;
let isPrecise = false;

/** What the server's clock shows now, in milliseconds since 1970. */
export const now = () => Date.now() + offset;

/** Learns from a time that the server wrote a moment ago, exact to a fraction of a second. */
export function learnTime(text) {
    const time = Date.parse(text);
    if (Number.isNaN(time)) return;
    offset = time - Date.now();
    isPrecise = true;
}

/** Learns from a `Date` header, which is cut to whole seconds, where nothing better is known. */
export function learnDate(header) {
    const time = Date.parse(header ?? "");
    if (isPrecise || Number.isNaN(time)) return;
    const lag = time - now();
    // The true time is up to a second after what the header says: only a contradiction moves the clock.
    if (lag > 0) offset += lag;
    else if (lag < -1000) offset += lag + 1000;
}
