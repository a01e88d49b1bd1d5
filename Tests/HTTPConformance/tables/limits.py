"""Every limit from both sides: target 8 KiB, head 16 KiB, 64 fields, body 1 MiB (RFC 9110, 15.5; RFC 6585, 5)."""

from case import FORM, HIDDEN, case, chunked, get, post

LIVE = b"/health/live"
REQUEST_LINE = b"GET /health/live HTTP/1.1\r\n"


def target(length):
    """A request whose target is so long."""
    return get(LIVE + b"?" + b"a" * (length - len(LIVE) - 1))


def fields(count):
    """A request of so many fields."""
    return get(fields=b"".join(b"X-%d: a\r\n" % number for number in range(1, count)))


def head(length):
    """A request whose head is so long, in two long fields."""
    rest = length - len(get(fields=b"X: \r\nY: \r\n"))
    return get(fields=b"X: " + b"a" * (rest // 2) + b"\r\nY: " + b"b" * (rest - rest // 2) + b"\r\n")


def body(length):
    """A form of one long code."""
    return post(b"Content-Length: %d\r\n" % length, b"code=" + b"a" * (length - 5))


def chunks(length, size):
    """The same in chunks of `size` bytes."""
    content = b"code=" + b"a" * (length - 5)
    parts = [content[start : start + size] for start in range(0, length, size)]
    return chunked(b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n")


MIB = 1 << 20

CASES = [
    case("9110 15.5.15", "a target of 8192 bytes", target(8192), "200 open"),
    case("9110 15.5.15", "a target of 8193 bytes", target(8193) + HIDDEN, "414 close"),
    case("9110 15.5.15", "a target of 64 KiB", target(65536) + HIDDEN, "414 close"),
    case("9110 15.5.15", "a target of 1 MiB", target(MIB) + HIDDEN, "414 close"),
    case("9110 15.5.15", "a target of 20 KiB without an end", b"GET /" + b"a" * 20480, "414 close"),
    case("6585 5", "a head of 16384 bytes", head(16384), "200 open"),
    case("6585 5", "a head of 16385 bytes", head(16385) + HIDDEN, "431 close"),
    case("6585 5", "a head of 1 MiB", head(MIB) + HIDDEN, "431 close"),
    case("6585 5", "a field of 15 KiB", get(fields=b"X: " + b"a" * 15360 + b"\r\n"), "200 open"),
    case("6585 5", "a field of 64 KiB", get(fields=b"X: " + b"a" * 65536 + b"\r\n"), "431 close"),
    case("6585 5", "a field name of 20 KiB", get(fields=b"X" * 20480 + b": a\r\n"), "431 close"),
    case("6585 5", "a cookie of 20 KiB", get(fields=b"Cookie: a=" + b"b" * 20480 + b"\r\n"), "431 close"),
    case("6585 5", "64 fields", fields(64), "200 open"),
    case("6585 5", "65 fields", fields(65) + HIDDEN, "431 close"),
    case("6585 5", "ten thousand fields", fields(10000) + HIDDEN, "431 close"),
    case("6585 5", "a hundred thousand fields without an end", REQUEST_LINE + b"X: a\r\n" * 100000, "431 close"),
    case("2.2", "twenty thousand empty lines", b"\r\n" * 20000, "431 close"),
    case("9110 15.5.14", "a body of 1 MiB", body(MIB), "400 open"),
    case("9110 15.5.14", "a body of 1 MiB and a byte", body(MIB + 1), "413 close"),
    case(
        "9110 15.5.14",
        "a length of 10^18 less one",
        post(b"Content-Length: 999999999999999999\r\n", b"a"),
        "413 close",
    ),
    case("9110 15.5.14", "chunks of 1 MiB", chunks(MIB, 65536), "400 open"),
    case("9110 15.5.14", "chunks of 1 MiB and a byte", chunks(MIB + 1, 65536), "413 close"),
    case("9110 15.5.14", "a chunk of 2 GiB announced", chunked(b"7fffffff\r\n" + b"a" * (2 * MIB)), "413 close"),
    case(
        "9110 15.5.14",
        "a chunk of 4 EiB announced",
        chunked(b"3fffffffffffffff\r\n" + b"a" * (2 * MIB)),
        "413 close",
    ),
    case("7.1.1", "an extension of 17 KiB", chunked(b"9;" + b"e" * 17408 + b"\r\ncode=none\r\n0\r\n\r\n"), "400 close"),
    case(
        "7.1.1",
        "extensions of 16 KiB to a byte each",
        chunked(b"1;" + b"e" * 9000 + b"\r\nc\r\n") + b"1;" + b"e" * 9000 + b"\r\nc\r\n",
        "400 close",
    ),
    case("7.1.2", "a trailer of 17 KiB", chunked(b"0\r\nX: " + b"a" * 17408 + b"\r\n\r\n"), "431 close"),
    case("7.1.2", "a hundred trailers", chunked(b"0\r\n" + b"X: a\r\n" * 100 + b"\r\n"), "431 close"),
    case("7.1", "ten thousand chunks of one byte", chunks(10000, 1), "400 open"),
    case("9.3.2", "a thousand requests at once", get() * 1000, " ".join(["200"] * 1000) + " open"),
]
