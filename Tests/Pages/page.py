"""A page in the browser: what a person does with it and sees of it, and what went wrong in it meanwhile."""

import json

from browser import Failure, save, wait_for

KEYS = {
    "Tab": (9, None), "Enter": (13, "\r"), "Escape": (27, None), " ": (32, " "), "PageUp": (33, None),
    "PageDown": (34, None), "End": (35, None), "Home": (36, None), "ArrowLeft": (37, None), "ArrowUp": (38, None),
    "ArrowRight": (39, None), "ArrowDown": (40, None),
}
SHIFT = 8
# The middle of an element that two frames in a row show at one place, where a pointer would meet it; or null.
RESTS = """async (selector) => {
    const frame = () => new Promise(requestAnimationFrame);
    const middle = () => {
        const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
        return [x + width / 2, y + height / 2];
    };
    document.querySelector(selector).scrollIntoView({ block: "center" });
    await frame();
    const before = middle();
    await frame();
    const after = middle();
    const element = document.querySelector(selector), met = document.elementFromPoint(...after);
    const meets = element.contains(met) || [...(element.labels ?? [])].some((label) => label.contains(met));
    return meets && before.every((value, index) => value === after[index]) ? after : null;
}"""


class Page:
    def __init__(self, browser, width=1280, height=900, dark=False, still=True, scale=1):
        self.browser, self.faults, self.allowed, self.meddler = browser, [], set(), None
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        self.target = browser.call("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        browser.listeners[self.session] = self._hear
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)
        self.look(width, height, dark, still, scale)

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def _hear(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.faults.append(" ".join(str(value.get("value", "")) for value in params["args"]))
        elif method == "Log.entryAdded":
            entry = params["entry"]
            # The browser logs every answer of 400 and above; those that a test provokes are no faults.
            expected = entry["source"] == "network" and any(f"status of {code}" in entry["text"] for code in self.allowed)
            if entry["level"] in ("error", "warning") and not expected:
                self.faults.append(f"{entry['source']}: {entry['text']} {entry.get('url', '')}")

        elif method == "Fetch.requestPaused":
            self.meddler(params)

    def meddle(self, pattern, meddler, after=False):
        """Gives requests whose address has a part like `pattern` to `meddler`, before they go out or after the answer.

        `meddler(request)` gives the protocol's command and its parameters, or None to let the request pass.
        """
        def pass_on(params):
            command, *more = meddler(params["request"]) or ("continueRequest",)
            self.browser.send(f"Fetch.{command}", self.session, requestId=params["requestId"], **(more[0] if more else {}))

        self.meddler = pass_on
        stage = "Response" if after else "Request"
        self.call("Fetch.enable", patterns=[{"urlPattern": f"*{pattern}*", "requestStage": stage}])

    def allow(self, *codes):
        """Statuses that this test provokes."""
        self.allowed.update(codes)

    def forgive(self, part):
        """Takes complaints back that a test has provoked."""
        self.faults[:] = [fault for fault in self.faults if part not in fault]

    def look(self, width, height, dark=False, still=True, scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        features = [("prefers-color-scheme", "dark" if dark else "light")]
        features.append(("prefers-reduced-motion", "reduce" if still else "no-preference"))
        self.call("Emulation.setEmulatedMedia", features=[{"name": name, "value": value} for name, value in features])

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.until("document.readyState === 'complete'")

    def evaluate(self, expression):
        """The value of an expression, which may be a promise."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Failure(f"{expression}: {result['exceptionDetails'].get('exception', {}).get('description')}")
        return result["result"].get("value")

    def until(self, expression, seconds=15):
        return wait_for(expression, lambda: self.evaluate(f"!!({expression})"), seconds)

    def text(self, selector):
        return self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")

    def until_text(self, selector, part, seconds=15):
        try:
            return wait_for("", lambda: part in self.text(selector), seconds)
        except Failure:
            raise Failure(f"{selector} does not say {part!r} in {seconds} s, but {self.text(selector)!r}") from None

    def until_card(self, condition, number=None):
        """Waits until an item, or any, is what the grid calls `free`, `cart`, `sold` and so on."""
        card = f".card[data-number='{number}']" if number else ".card"
        try:
            self.until(f'document.querySelector("{card}[data-condition={condition}]")', 40)
        except Failure as failure:
            found = self.evaluate(f'document.querySelector("{card}")?.dataset.condition')
            raise Failure(f"{failure}, but {found!r}; the cart says {self.text('#cart-status')!r}") from None

    def click(self, selector):
        """Clicks where it is once it has stopped moving and nothing covers it: what just arrived may still shift it."""
        spot = wait_for(f"{selector} to lie still, uncovered", lambda: self.evaluate(f"({RESTS})({json.dumps(selector)})"))
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=spot[0], y=spot[1], button="left", clickCount=1)

    def press(self, key, times=1, shift=False):
        code, text = KEYS[key]
        common = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": code}
        common["modifiers"] = SHIFT if shift else 0
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
            self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, text):
        self.call("Input.insertText", text=text)

    def tab_to(self, selector, limit=60):
        """Presses Tab until the focus is there."""
        for _ in range(limit):
            if self.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
                return
            self.press("Tab")
        raise Failure(f"{limit} times Tab do not lead to {selector}")

    @property
    def focus(self):
        """What has the focus, as one word."""
        return self.evaluate("document.activeElement.id || document.activeElement.tagName")

    def picture(self, path, clip=None):
        clip = {"clip": {**clip, "scale": 1}} if clip else {}
        save(path, self.call("Page.captureScreenshot", format="png", **clip)["data"])

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
        self.browser.listeners.pop(self.session, None)
