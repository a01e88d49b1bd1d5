/** Puts the live view together: a token, a stream, figures. */

import { byId, setAttribute, setText } from "../parts/dom.js";
import { forTheTab } from "../parts/kept.js";
import { Charts } from "./charts.js";
import { Condition } from "./condition.js";
import { SalesTable } from "./salestable.js";
import { readEvents, WrongToken } from "./stream.js";

/** Nothing for so long is a broken connection, whatever the network says. */
const silence = 6000;
const key = "flashsale.operator-token";

let token = forTheTab.get(key);
let connection = new AbortController();
const charts = new Charts();
const condition = new Condition();
const table = new SalesTable(() => token);

function show(state) {
    setText(byId("instance"), `instance ${state.instance}, ${new Date(state.time).toLocaleTimeString()}`);
    charts.show(state);
    condition.show(state);
    table.show(state.sales);
}

/** @param {"on"|"lost"|"off"} link */
function tell(link, words) {
    byId("link").dataset.link = link;
    setText(byId("link"), words);
    setAttribute(byId("board"), "data-stale", link === "lost");
}

/** Follows the stream, again and again, until the token is refused or forgotten. */
async function follow() {
    connection = new AbortController();
    const { signal } = connection;
    for (let wait = 1; !signal.aborted; wait = Math.min(2 * wait, 10)) {
        const attempt = new AbortController();
        let watchdog = setTimeout(() => attempt.abort(), silence);
        try {
            await readEvents("/live/events", token, AbortSignal.any([signal, attempt.signal]), ({ name, data }) => {
                clearTimeout(watchdog);
                watchdog = setTimeout(() => attempt.abort(), silence);
                wait = 1;
                enter();
                tell("on", "Live");
                if (name === "state") show(JSON.parse(data));
            });
        } catch (error) {
            if (error instanceof WrongToken) return leave("The server does not take this token.");
        } finally {
            clearTimeout(watchdog);
        }
        if (signal.aborted) return;
        tell("lost", `Connection lost; again in ${wait} s`);
        await new Promise((resolve) => setTimeout(resolve, 1000 * wait));
    }
}

function enter() {
    if (!byId("board").hidden) return;
    byId("door").hidden = true;
    byId("leave").hidden = byId("board").hidden = false;
    byId("condition-title").focus();
}

function leave(reason) {
    connection.abort();
    forTheTab.remove(key);
    token = byId("token").value = "";
    byId("leave").hidden = byId("board").hidden = true;
    byId("door").hidden = false;
    tell("off", "Not connected");
    setText(byId("door-fault"), reason);
    byId("token").focus();
}

byId("door").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = byId("token").value.trim();
    setText(byId("door-fault"), wanted === "" ? "Enter the token." : "");
    if (wanted === "") return byId("token").focus();
    token = wanted;
    forTheTab.set(key, token);
    connection.abort();
    tell("off", "Connecting…");
    follow();
});
byId("leave").addEventListener("click", () => leave(""));

if (token === "") byId("token").focus();
else follow();
