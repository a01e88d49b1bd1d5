"""Connections: persistence, pipelining, ends, Expect, Upgrade (RFC 9112, 9; RFC 9110, 7.6 to 7.8 and 10.1.1)."""

from case import BODY, CHUNKS, HIDDEN, Act, case, chunked, get, post

BAD = b"GET /health/live HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"
WHOLE = post(b"Content-Length: 9\r\n", BODY)


def pipeline(count, bad=None):
    """`count` requests at once, one of them malformed: nothing from there on is answered."""
    wire = b"".join(BAD if index == bad else get() for index in range(count))
    if bad is None:
        return wire, " ".join(["200"] * count) + " open"
    return wire, " ".join(["200"] * bad + ["400"]) + " close"


def pipelined(count, bad=None):
    wire, expected = pipeline(count, bad)
    name = f"{count} requests at once" + ("" if bad is None else f", number {bad + 1} malformed")
    return case("9.3.2", name, wire, expected)


def expecting(value, body=b"", fields=b"Content-Length: 9\r\n", version=b"HTTP/1.1"):
    return post(fields + b"Expect: " + value + b"\r\n", body, version)


UPGRADES = [
    ("HTTP/2 in the clear", b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"),
    ("a web socket", b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"),
    ("TLS", b"Connection: Upgrade\r\nUpgrade: TLS/1.2\r\n"),
    ("without Connection", b"Upgrade: h2c\r\n"),
    ("an empty one", b"Connection: Upgrade\r\nUpgrade:\r\n"),
]

CASES = [
    *(pipelined(count) for count in (2, 10, 100)),
    *(pipelined(count, bad) for count, bad in ((2, 0), (2, 1), (10, 4), (100, 50), (100, 99))),
    case(
        "9.3.2",
        "requests with bodies between those without",
        get() + WHOLE + get() + chunked(CHUNKS),
        "200 404 200 404 open",
    ),
    case("9.3.2", "a request in two pieces", (get()[:20], Act.WAIT, get()[20:]), "200 open"),
    case("9.3.2", "a request cut between CR and LF", (get()[:-1], Act.WAIT, get()[-1:]), "200 open"),
    case("9.3.2", "a request cut in its body", (WHOLE[:-4], Act.WAIT, WHOLE[-4:] + HIDDEN), "404 200 open"),
    case(
        "9.3.2",
        "a refused path with a body, then another",
        post(b"Content-Length: 9\r\n", BODY).replace(b"/purchase", b"/no") + HIDDEN,
        "404 200 open",
    ),
    # Persistence.
    case("9.6", "Connection: close", get(fields=b"Connection: close\r\n"), "200 close"),
    case("9.6", "Connection: close in capitals", get(fields=b"CONNECTION: CLOSE\r\n"), "200 close"),
    case("9.6", "close in a list", get(fields=b"Connection: a, close ,b\r\n"), "200 close"),
    case("9.6", "close in a second field", get(fields=b"Connection: a\r\nConnection: close\r\n"), "200 close"),
    case("9.6", "close and keep-alive", get(fields=b"Connection: close, keep-alive\r\n"), "200 close"),
    case("9.6", "close, then another request", get(fields=b"Connection: close\r\n") + HIDDEN, "200 close"),
    case("9.3", "Connection: keep-alive", get(fields=b"Connection: keep-alive\r\n"), "200 open"),
    case("9.3", "HTTP/1.0 with keep-alive", get(fields=b"Connection: keep-alive\r\n", version=b"HTTP/1.0"), "200 open"),
    case("9.3", "HTTP/1.0, then another request", get(version=b"HTTP/1.0") + HIDDEN, "200 close"),
    case(
        "9110 7.6.1",
        "Connection names a field of framing",
        post(b"Connection: Content-Length\r\nContent-Length: 9\r\n", BODY),
        "404 open",
    ),
    case("9110 7.6.1", "Connection names Host", get(fields=b"Connection: Host\r\n"), "200 open"),
    case("9110 7.6.1", "Proxy-Connection: close", get(fields=b"Proxy-Connection: close\r\n"), "200 close"),
    # The client's end.
    case("9.6", "half closed after a request", (get(), Act.FINISH), "200 close"),
    case("9.6", "half closed after two requests", (get() * 2, Act.FINISH), "200 200 close"),
    case("8", "half closed in a head", (get()[:-2], Act.FINISH), "close"),
    case("8", "half closed in a body", (WHOLE[:-4], Act.FINISH), "close"),
    case("8", "half closed after nothing", (Act.FINISH,), "close", proxied=False),
    case("8", "half closed after a request and a half", (get() + get()[:-2], Act.FINISH), "200 close"),
    case("8", "a head that does not end", get()[:-2], "silence"),
    case("8", "a body that does not end", WHOLE[:-4], "silence"),
    case("8", "reset in a head", (get()[:-2], Act.WAIT, Act.RESET), "gone"),
    case("8", "reset in a body", (WHOLE[:-4], Act.WAIT, Act.RESET), "gone"),
    case("8", "reset in a chunk", (chunked(b"9\r\ncode"), Act.WAIT, Act.RESET), "gone"),
    case("8", "reset after a hundred requests", (get() * 100, Act.RESET), "gone"),
    case("8", "reset before anything", (Act.RESET,), "gone", proxied=False),
    # Expect: the interim answer is not counted.
    case("9110 10.1.1", "expecting, body withheld", (expecting(b"100-continue"), Act.WAIT, BODY), "100 404 open"),
    case("9110 10.1.1", "expecting, body sent at once", expecting(b"100-continue", BODY), "100 404 open"),
    case("9110 10.1.1", "expecting in capitals", expecting(b"100-CONTINUE", BODY), "100 404 open"),
    case(
        "9110 10.1.1",
        "expecting chunks",
        expecting(b"100-continue", CHUNKS, b"Transfer-Encoding: chunked\r\n"),
        "100 404 open",
    ),
    case("9110 10.1.1", "expecting without a body", get(fields=b"Expect: 100-continue\r\n"), "200 open"),
    case("9110 10.1.1", "expecting in HTTP/1.0", expecting(b"100-continue", BODY, version=b"HTTP/1.0"), "404 close"),
    case(
        "9110 10.1.1",
        "expecting where nothing is",
        expecting(b"100-continue").replace(b"/purchase", b"/no"),
        "404 close",
        strict=False,
    ),
    case(
        "9110 10.1.1",
        "expecting too long a body",
        expecting(b"100-continue", fields=b"Content-Length: 99999999\r\n"),
        "413 close",
    ),
    case("9110 10.1.1", "expecting something else", expecting(b"gold", BODY) + HIDDEN, "417 close"),
    case("9110 10.1.1", "expecting two things", expecting(b"100-continue, gold", BODY), "417 close"),
    case("9110 10.1.1", "expecting nothing", expecting(b"", BODY), "417 close"),
    case("9110 10.1.1", "expecting by two fields", expecting(b"100-continue\r\nExpect: gold", BODY), "417 close"),
    # Upgrade is not taken up: the answer is one of HTTP/1.1, and what follows is not read as a request.
    *(case("9110 7.8", f"upgrade to {name}", get(fields=fields), "200 close") for name, fields in UPGRADES),
    case(
        "9110 7.8",
        "an upgrade with a body",
        post(b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 9\r\n", BODY),
        "404 close",
    ),
    case("9110 7.8", "an upgrade, then a request", get(fields=UPGRADES[0][1]) + HIDDEN, "200 close"),
]
