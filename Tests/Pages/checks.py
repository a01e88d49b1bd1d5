"""What holds of every state of a page: names, headings, landmarks, contrast, nothing cut off, nothing to complain of."""

from browser import Failure

CONTROLS = {
    "button", "link", "textbox", "searchbox", "checkbox", "dialog", "progressbar", "form", "region", "navigation",
    "search", "table", "image",
}
CONTRAST = 4.5
SMALLEST_TARGET = 24

# Every text that can be seen, with the worst contrast it has with what lies under it. Colours of a gradient count one
# by one, and a dimmed ancestor dims the text.
TEXTS = """
(() => {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    probe.clearRect(0, 0, 1, 1); probe.fillStyle = text; probe.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = probe.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((m, n) => n - m); return (x + 0.05) / (y + 0.05); };
  const grounds = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e), solid = colour(style.backgroundColor);
      const tints = (style.backgroundImage.match(/rgba?\\([^)]*\\)|color\\([^)]*\\)/g) ?? []).map(colour);
      layers.push({ solid, tints });
      if (solid[3] === 1) break;
    }
    let result = [colour(getComputedStyle(document.documentElement).colorScheme.includes("dark") &&
      matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#ffffff")];
    for (const { solid, tints } of layers.reverse()) {
      result = result.map((under) => over(solid, under));
      result = result.flatMap((under) => [under, ...tints.map((tint) => over(tint, under))]);
    }
    return result;
  };
  const found = [];
  const walker = document.createTreeWalker(document.querySelector("dialog[open]") ?? document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (element.closest(".sr-only, .skip, noscript")) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    const ink = colour(getComputedStyle(element).color);
    for (let e = element; e; e = e.parentElement) ink[3] *= Number(getComputedStyle(e).opacity);
    found.push({ text: text.slice(0, 40), contrast: Math.min(...grounds(element).map((g) => contrast(over(ink, g), g))) });
  }
  return found;
})()
"""

TARGETS = """
[...(document.querySelector("dialog[open]") ?? document).querySelectorAll("button, a[href], input")]
  .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.matches(".skip"))
  .map((e) => ({ text: e.id || e.innerText, box: e.getBoundingClientRect() }))
  .map(({ text, box }) => ({ text, size: Math.min(box.width, box.height) }))
"""


def check(is_so, what):
    if not is_so:
        raise Failure(what)


def same(found, wanted, what):
    check(found == wanted, f"{what}: {found!r}, not {wanted!r}")


def everything(page, where):
    """All of it, in one state of a page."""
    names(page, where)
    headings(page, where)
    contrast(page, where)
    width(page, where)
    targets(page, where)


def names(page, where):
    """Whoever listens to the page is told what each control is."""
    nodes = [node for node in page.call("Accessibility.getFullAXTree")["nodes"] if not node.get("ignored")]
    roles = [node["role"]["value"] for node in nodes]
    nameless = [
        node["role"]["value"] for node in nodes
        if node["role"]["value"] in CONTROLS and not node.get("name", {}).get("value", "").strip()
    ]
    same(nameless, [], f"{where}: controls without a name")
    check(sum(role in CONTROLS for role in roles) > 2, f"{where}: hardly a control was found")
    if "dialog" not in roles:
        same(roles.count("main"), 1, f"{where}: main landmarks")
        same(roles.count("banner"), 1, f"{where}: banners")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    same(sorted(one for one in set(ids) if ids.count(one) > 1), [], f"{where}: ids that are there twice")


def headings(page, where):
    """One h1, and no level is left out on the way down."""
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4')].filter((e) => e.checkVisibility({visibilityProperty: true}) "
        "&& !e.closest('dialog')).map((e) => Number(e.tagName[1]))"
    )
    same(levels.count(1), 1, f"{where}: h1")
    jumps = [pair for pair in zip(levels, levels[1:]) if pair[1] > pair[0] + 1]
    same(jumps, [], f"{where}: headings leave levels out")
    same(page.evaluate("document.documentElement.lang"), "en", f"{where}: language")
    check(page.evaluate("document.title.length") > 3, f"{where}: no title")


def contrast(page, where):
    texts = page.evaluate(TEXTS)
    check(len(texts) > 4, f"{where}: hardly a text was measured")
    faint = sorted({f"{one['text']!r} {one['contrast']:.2f}" for one in texts if one["contrast"] < CONTRAST})
    same(faint, [], f"{where}: contrast below {CONTRAST}")


def width(page, where):
    """Nothing lies beyond the right edge: nobody scrolls sideways."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    check(wide[0] <= wide[1], f"{where}: {wide[0]} px wide on a screen of {wide[1]}")


def targets(page, where):
    small = [one["text"] for one in page.evaluate(TARGETS) if one["size"] < SMALLEST_TARGET]
    same(small, [], f"{where}: smaller than {SMALLEST_TARGET} px")


def clean(page, where):
    """No exception, no console error, no violation of the content security policy."""
    same(page.faults, [], f"{where}: the browser complains")
