"""How the pages come to the browser: types, caching, and what they are allowed to do there."""

import re

from checks import check, same
from shop import OPERATORS, SHOP, Sale, request

TYPES = {
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
}
PAGES = (f"{SHOP}/", f"{OPERATORS}/live")


def assets(url):
    """Every address that a page and its modules name."""
    html = request(url)[2].decode()
    found = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', html))
    waiting = list(found)
    while waiting:
        path = waiting.pop()
        if not path.endswith(".js"):
            continue
        text = request(url.rsplit("/", 1)[0] + path)[2].decode()
        folder = path.rsplit("/", 1)[0]
        for module in re.findall(r'from "([^"]+)"', text):
            parts = f"{folder}/{module}".replace("/./", "/")
            parts = re.sub(r"/\w+/\.\./", "/", parts)
            if parts not in found:
                found.add(parts)
                waiting.append(parts)
    return found


def test_pages_and_what_they_load_have_types_tags_and_protection(visit):
    for url in PAGES:
        status, headers, body = request(url)
        same((status, headers["content-type"]), (200, "text/html; charset=utf-8"), url)
        same(headers["cache-control"], "no-cache", url)
        policy = headers["content-security-policy"]
        for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
            check(part in policy, f"{url}: {part} is not in {policy}")
        check("unsafe" not in policy, policy)
        same(headers["referrer-policy"], "no-referrer", url)
        same(headers["x-content-type-options"], "nosniff", url)
        same(request(url, headers={"If-None-Match": headers["etag"]})[0], 304, f"{url} again")
        check(b"<script>" not in body and b"<style" not in body and b" style=" not in body, f"{url}: something inline")
        listed = assets(url)
        check(len(listed) > 8, f"{url}: {listed}")
        for path in listed:
            address = url.rsplit("/", 1)[0] + path
            status, headers, _ = request(address)
            same((status, headers["content-type"]), (200, TYPES[path.rsplit(".", 1)[1]]), path)
            same(headers["cache-control"], "public, max-age=31536000, immutable", path)
            same(request(address, headers={"If-None-Match": headers["etag"]})[0], 304, f"{path} again")


def test_another_releases_assets_are_not_kept(visit):
    path = next(one for one in assets(PAGES[0]) if one.endswith("dom.js"))
    version = path.split("/")[2]
    status, headers, _ = request(SHOP + path.replace(version, "another"))
    same((status, headers["cache-control"]), (200, "no-cache"), "another version")
    for wrong in ("parts/none.js", "storefront/storefront.html", "operators/live.js", "parts/..%2fstorefront"):
        same(request(f"{SHOP}/assets/{version}/{wrong}")[0], 404, wrong)


def test_every_module_is_named_by_its_page_so_that_all_load_at_once(visit):
    for url in PAGES:
        html = request(url)[2].decode()
        named = set(re.findall(r'"(/assets/[^"]+\.js)"', html))
        same(sorted({path for path in assets(url) if path.endswith(".js")} - named), [], f"{url} does not preload")


def test_the_page_runs_nothing_but_its_own_files(visit):
    page = visit.page()
    page.open(Sale(total_items=4).url)
    page.until("document.querySelector('.card')")
    same(page.faults, [], "before")
    page.evaluate("""
        window.stopped = [];
        document.addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
        try { document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" })); }
        catch (error) { stopped.push("trusted types"); }
        try { document.body.innerHTML = "<p>markup</p>"; } catch (error) { stopped.push("trusted types"); }
        document.body.append(Object.assign(document.createElement("img"), { src: "http://127.0.0.2:1/spy" }));
        fetch("http://127.0.0.2:1/").catch(() => {});
    """)
    page.until("stopped.includes('img-src') && stopped.includes('connect-src')")
    check("trusted types" in page.evaluate("stopped") and page.evaluate("window.ran") is None, "a foreign script")
    check(page.faults, "a violation of the policy goes unnoticed by these tests")
    page.faults.clear()
