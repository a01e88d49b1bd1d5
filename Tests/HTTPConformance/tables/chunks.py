"""Chunked bodies: sizes, extensions, ends, trailers (RFC 9112, 7.1)."""

from case import CHUNKS, HIDDEN, Act, case, chunked

END = b"0\r\n\r\n"


def sized(size):
    """One chunk whose size is written so."""
    return chunked(size + b"\r\ncode=none\r\n" + END)


def ended(trailer):
    """One chunk, then the last one with a trailer section."""
    return chunked(b"9\r\ncode=none\r\n0\r\n" + trailer + b"\r\n")


BAD_SIZES = [
    ("no size", b""),
    ("a letter", b"g"),
    ("a sign", b"+9"),
    ("negative", b"-9"),
    ("0x", b"0x9"),
    ("a space before it", b" 9"),
    ("a tab before it", b"\t9"),
    ("a space inside", b"9 9"),
    ("a letter after it", b"9g"),
    ("a comma", b"9,9"),
    ("an underscore", b"0_9"),
    ("a fraction", b"9.0"),
    ("other digits", "٩".encode()),
    ("NUL after it", b"9\0"),
    ("past 64 bits", b"10000000000000009"),
    ("of forty digits", b"1" + b"0" * 38 + b"9"),
]

CASES = [
    case("7.1", "one chunk", chunked(CHUNKS), "404 open"),
    case(
        "7.1",
        "chunks of one byte",
        chunked(b"".join(b"1\r\n%c\r\n" % byte for byte in b"code=none") + END),
        "404 open",
    ),
    case("7.1", "no chunk", chunked(END), "400 open"),
    case("7.1", "a size in capitals", chunked(b"A\r\ncode=noone\r\n" + END), "404 open"),
    case("7.1", "a size with zeros before it", sized(b"0009"), "404 open"),
    case("7.1", "the last chunk with many zeros", chunked(b"9\r\ncode=none\r\n000000\r\n\r\n"), "404 open"),
    case("7.1", "two requests with chunks", chunked(CHUNKS) * 2, "404 404 open"),
    case(
        "7.1",
        "chunks that look like a request",
        chunked(b"%x\r\n" % len(HIDDEN) + HIDDEN + b"\r\n" + END),
        "400 open",
    ),
    case("7.1", "a request after the chunks", chunked(CHUNKS) + HIDDEN, "404 200 open"),
    *(case("7.1", f"a size: {name}", sized(size) + HIDDEN, "400 close") for name, size in BAD_SIZES),
    case("7.1", "a size of all 64 bits", sized(b"f" * 16) + HIDDEN, "silence"),
    case("7.1", "a size past 63 bits", sized(b"8000000000000009") + HIDDEN, "silence"),
    case("7.1", "a space after a size", sized(b"9 ") + HIDDEN, "400 close"),
    case("7.1", "a chunk longer than its size", chunked(b"8\r\ncode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "a chunk shorter than its size", chunked(b"a\r\ncode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "no line end after a chunk", chunked(b"9\r\ncode=none" + END) + HIDDEN, "400 close"),
    case("7.1", "bare LF after a size", chunked(b"9\ncode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "bare CR after a size", chunked(b"9\rcode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "CR CR LF after a size", chunked(b"9\r\r\ncode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "bare LF after a chunk", chunked(b"9\r\ncode=none\n" + END) + HIDDEN, "400 close"),
    case("7.1", "bare CR after a chunk", chunked(b"9\r\ncode=none\r" + END) + HIDDEN, "400 close"),
    case("7.1", "two bytes in place of a line end", chunked(b"9\r\ncode=noneXX" + END) + HIDDEN, "400 close"),
    case("7.1", "two line ends after a chunk", chunked(b"9\r\ncode=none\r\n\r\n" + END) + HIDDEN, "400 close"),
    case("7.1", "bare LF after the last size", chunked(b"9\r\ncode=none\r\n0\n\r\n") + HIDDEN, "400 close"),
    case("7.1", "bare LF at the body's end", chunked(b"9\r\ncode=none\r\n0\r\n\n") + HIDDEN, "400 close"),
    case("7.1", "bare CR at the body's end", chunked(b"9\r\ncode=none\r\n0\r\n\r") + HIDDEN, "400 close"),
    case("7.1", "bytes after the last size", chunked(b"9\r\ncode=none\r\n0\r\nX\r\n\r\n") + HIDDEN, "400 close"),
    # Extensions are skipped, but not blindly.
    case("7.1.1", "an extension", sized(b"9;a=b"), "404 open"),
    case("7.1.1", "an extension without a value", sized(b"9;a"), "404 open"),
    case("7.1.1", "several extensions", sized(b"9;a=b;c;d=e"), "404 open"),
    case("7.1.1", "a quoted extension", sized(b'9;a="b;c\\"d"'), "404 open"),
    # Legal for old senders' sake, and refused.
    case("7.1.1", "white space around an extension", sized(b"9 ; a = b") + HIDDEN, "400 close"),
    case("7.1.1", "an extension of the last chunk", chunked(b"9\r\ncode=none\r\n0;a=b\r\n\r\n"), "404 open"),
    case("7.1.1", "an extension without a name", sized(b"9;=b"), "404 open"),
    case("7.1.1", "an empty extension", sized(b"9;") + HIDDEN, "400 close"),
    case("7.1.1", "bare LF in an extension", sized(b"9;a\n") + HIDDEN, "400 close"),
    case("7.1.1", "bare LF that ends an extension", chunked(b"9;a\ncode=none\r\n" + END) + HIDDEN, "400 close"),
    case("7.1.1", "bare CR in an extension", sized(b"9;a\rb") + HIDDEN, "400 close"),
    case("7.1.1", "NUL in an extension", sized(b"9;a=\0") + HIDDEN, "400 close"),
    case("7.1.1", "a control byte in an extension", sized(b"9;a=\x01") + HIDDEN, "400 close"),
    case("7.1.1", "bare LF in a quoted extension", sized(b'9;a="\n"') + HIDDEN, "400 close"),
    case("7.1.1", "a line end in a quoted extension", sized(b'9;a="\r\n"') + HIDDEN, "400 close"),
    case("7.1.1", "an open quote", sized(b'9;a="b') + HIDDEN, "400 close"),
    # Trailers are read and dropped.
    case("7.1.2", "a trailer", ended(b"X-Sum: 1\r\n"), "404 open"),
    case("7.1.2", "several trailers", ended(b"X-Sum: 1\r\nY: 2\r\n"), "404 open"),
    case("9110 6.5.1", "a length as a trailer", ended(b"Content-Length: 41\r\n") + HIDDEN, "400 close"),
    case(
        "9110 6.5.1",
        "a coding as a trailer",
        ended(b"Transfer-Encoding: chunked\r\n") + HIDDEN,
        "400 close",
    ),
    case("9110 6.5.1", "a Host as a trailer", ended(b"Host: b\r\n") + HIDDEN, "400 close"),
    case("9110 6.5.1", "closing as a trailer", ended(b"Connection: close\r\n") + HIDDEN, "400 close"),
    case("5.2", "a folded trailer", ended(b"X: a\r\n b\r\n") + HIDDEN, "400 close"),
    case("5.1", "a trailer with a space before the colon", ended(b"X : a\r\n") + HIDDEN, "400 close"),
    case("5.1", "a trailer without a colon", ended(b"X\r\n") + HIDDEN, "400 close"),
    case("5.1", "a trailer without a name", ended(b": a\r\n") + HIDDEN, "400 close"),
    case("2.2", "bare LF after a trailer", ended(b"X: a\n") + HIDDEN, "400 close"),
    case("9110 5.5", "NUL in a trailer", ended(b"X: \0\r\n") + HIDDEN, "400 close"),
    # Bodies that do not end.
    case("8", "no last chunk", chunked(b"9\r\ncode=none\r\n"), "silence"),
    case("8", "no end of the trailers", chunked(b"9\r\ncode=none\r\n0\r\n"), "silence"),
    case("8", "a chunk cut short", chunked(b"9\r\ncode"), "silence"),
    case("8", "a size cut short", chunked(b"9"), "silence"),
    case("8", "the end of input in place of the last chunk", (chunked(b"9\r\ncode=none\r\n"), Act.FINISH), "close"),
    case(
        "7.1",
        "a body in pieces",
        (chunked(b""), Act.WAIT, b"9", Act.WAIT, b"\r", Act.WAIT, b"\ncode", Act.WAIT, b"=none\r\n0\r\n", b"\r\n"),
        "404 open",
    ),
]
