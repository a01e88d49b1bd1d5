/** Server-Sent Events through `fetch`, because an EventSource cannot send the operators' token. */

/** The server refuses the token. */
export class WrongToken extends Error {}

/** Bytes in, events out: the format of Server-Sent Events as far as this server writes it. */
class EventParser {
    #text = "";
    #decoder = new TextDecoder();

    /** @param {Uint8Array} bytes @returns {{name: string, data: string}[]} the events that are complete */
    take(bytes) {
        this.#text += this.#decoder.decode(bytes, { stream: true });
        const blocks = this.#text.split(/\r?\n\r?\n/);
        this.#text = blocks.pop();
        return blocks.map((block) => this.#event(block)).filter(({ data }) => data !== "");
    }

    #event(block) {
        const event = { name: "message", data: "" };
        for (const line of block.split(/\r?\n/)) {
            const [, field, value] = /^([a-z]*): ?(.*)$/.exec(line) ?? [];
            if (field === "event") event.name = value;
            if (field === "data") event.data += event.data === "" ? value : `\n${value}`;
        }
        return event;
    }
}

/**
 * Reads events until the connection ends.
 * @param {string} path
 * @param {string} token
 * @param {AbortSignal} signal
 * @param {(event: {name: string, data: string}) => void} each
 * @throws {WrongToken} or what `fetch` throws; returns where the server has ended it
 */
export async function readEvents(path, token, signal, each) {
    const headers = { Authorization: `Bearer ${token}`, Accept: "text/event-stream" };
    const response = await fetch(path, { headers, signal, cache: "no-store" });
    if (response.status === 401) throw new WrongToken();
    if (!response.ok) throw new Error(`The server answers ${response.status}.`);
    const parser = new EventParser();
    const reader = response.body.getReader();
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        for (const event of parser.take(value)) each(event);
    }
}
