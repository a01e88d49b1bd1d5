"""Where a body ends: Content-Length and Transfer-Encoding (RFC 9112, 6)."""

from case import BODY, CHUNKS, HIDDEN, case, get, post


def length(value, body=BODY):
    return post(b"Content-Length: " + value + b"\r\n", body)


def coding(value, body=CHUNKS, name=b"Transfer-Encoding: "):
    return post(name + value + b"\r\n", body)


CL = b"Content-Length: 9\r\n"
TE = b"Transfer-Encoding: chunked\r\n"

BAD_LENGTHS = [
    ("empty", b""),
    ("with a sign", b"+9"),
    ("negative", b"-9"),
    ("minus nought", b"-0"),
    ("hexadecimal", b"0x9"),
    ("with a letter", b"9a"),
    ("with a fraction", b"9.0"),
    ("with an exponent", b"9e0"),
    ("with an underscore", b"9_0"),
    ("with a space inside", b"9 9"),
    ("with a comma after it", b"9,"),
    ("with a comma before it", b",9"),
    ("a list alike", b"9, 9"),
    ("a list that differs", b"9, 10"),
    ("in quotes", b'"9"'),
    ("in other digits", "٩".encode()),
    ("past 64 bits", b"18446744073709551625"),
    ("past 63 bits", b"9223372036854775817"),
    ("of thirty digits", b"9" * 30),
    ("past 64 bits by zeros before it", b"0" * 40 + b"9"),
    ("a vertical tab before it", b"\x0b9"),
    ("a form feed after it", b"9\x0c"),
    ("NUL after it", b"9\0"),
]
# Whatever is not exactly `chunked` is a coding that is not known here: 501, or 400 where the parser is first.
BAD_CODINGS = [
    ("gzip", b"gzip"),
    ("identity", b"identity"),
    ("gzip, chunked", b"gzip, chunked"),
    ("chunked, gzip", b"chunked, gzip"),
    ("chunked, identity", b"chunked, identity"),
    ("identity, chunked", b"identity, chunked"),
    ("chunked, chunked", b"chunked, chunked"),
    ("chunked with a comma after it", b"chunked,"),
    ("chunked with a comma before it", b",chunked"),
    ("chunked with a parameter", b"chunked;q=1"),
    ("chunked with a letter before it", b"xchunked"),
    ("chunked with a letter after it", b"chunkedx"),
    ("chunked in quotes", b'"chunked"'),
    ("chunked in other quotes", b"'chunked'"),
    ("chunk", b"chunk"),
    ("chunked in two words", b"chun ked"),
    ("chunked with a vertical tab before it", b"\x0bchunked"),
    ("chunked with a form feed after it", b"chunked\x0c"),
    ("chunked with NUL after it", b"chunked\0"),
    ("chunked with an 8-bit space before it", b"\xa0chunked"),
    ("chunked with a bare CR before it", b"\rchunked"),
    ("nothing", b""),
]
BAD_NAMES = [
    ("a space before the colon", b"Transfer-Encoding : "),
    ("a tab before the colon", b"Transfer-Encoding\t: "),
    ("an underscore", b"Transfer_Encoding: "),
    ("NUL after it", b"Transfer-Encoding\0: "),
    ("a space before it", b" Transfer-Encoding: "),
]

CASES = [
    case("6.2", "a length", length(b"9"), "404 open"),
    case("6.2", "no body", post(b""), "400 open"),
    case("6.2", "a length of nought", length(b"0", b""), "400 open"),
    case("6.2", "a length with zeros before it", length(b"0009"), "404 open"),
    case("6.2", "spaces around a length", length(b"  9  "), "404 open"),
    case("6.2", "two requests with lengths", length(b"9") * 2, "404 404 open"),
    case("6.2", "a body that looks like a request", length(b"%d" % len(HIDDEN), HIDDEN), "400 open"),
    case("6.2", "more than the length", length(b"9") + HIDDEN, "404 200 open"),
    case("6.2", "a line end after the body", length(b"9") + b"\r\n" + HIDDEN, "404 200 open", strict=False),
    case("6.1", "chunked", coding(b"chunked"), "404 open"),
    case("9110 7.5", "chunked in capitals", coding(b"CHUNKED"), "404 open"),
    # Legal, and refused: parsers disagree on the tab, and no client sends it.
    case("5.1", "tabs around a length", length(b"\t9\t") + HIDDEN, "400 close"),
    case("5.1", "tabs around chunked", coding(b"\tchunked\t") + HIDDEN, "501 close"),
    *(case("6.3", f"a length {name}", length(value) + HIDDEN, "400 close") for name, value in BAD_LENGTHS),
    *(
        case("6.1", f"the coding {name}", coding(value) + HIDDEN, "400|501 close")
        for name, value in BAD_CODINGS
    ),
    *(
        case("5.1", f"Transfer-Encoding, {name}", coding(b"chunked", name=field) + HIDDEN, "400 close")
        for name, field in BAD_NAMES
        if b"_" not in field
    ),
    case("6.3", "Transfer_Encoding is another field", coding(b"chunked", b"", b"Transfer_Encoding: "), "400 open"),
    case("6.3", "Content_Length is another field", post(b"Content_Length: 9\r\n"), "400 open"),
    case("5.1", "Content-Length with a space before the colon", post(b"Content-Length : 9\r\n", BODY), "400 close"),
    # Two statements about one body.
    case("6.3", "lengths that differ", post(CL + b"Content-Length: 0\r\n", BODY) + HIDDEN, "400 close"),
    case("6.3", "lengths alike", post(CL + CL, BODY), "400 close"),
    case("6.3", "lengths alike but for the case", post(CL + CL.lower(), BODY), "400 close"),
    case("6.3", "length and chunked", post(CL + TE, CHUNKS) + HIDDEN, "400 close"),
    case("6.3", "chunked and length", post(TE + CL, CHUNKS) + HIDDEN, "400 close"),
    case("6.3", "length of nought and chunked", post(b"Content-Length: 0\r\n" + TE, CHUNKS) + HIDDEN, "400 close"),
    case("6.3", "length and an unknown coding", post(CL + b"Transfer-Encoding: x\r\n", BODY), "400|501 close"),
    case("6.1", "chunked twice", post(TE + TE, CHUNKS) + HIDDEN, "400 close"),
    case("6.1", "chunked and gzip", post(TE + b"Transfer-Encoding: gzip\r\n", CHUNKS), "400|501 close"),
    case("6.1", "gzip and chunked", post(b"Transfer-Encoding: gzip\r\n" + TE, CHUNKS), "400|501 close"),
    case("6.1", "an empty coding and chunked", post(b"Transfer-Encoding:\r\n" + TE, CHUNKS), "400|501 close"),
    case("6.1", "chunked in HTTP/1.0", post(TE, CHUNKS, b"HTTP/1.0") + HIDDEN, "400 close"),
    case("6.3", "a length in HTTP/1.0", post(CL, BODY, b"HTTP/1.0"), "404 close"),
    case("6.1", "chunked and length in HTTP/1.0", post(TE + CL, CHUNKS, b"HTTP/1.0"), "400 close"),
    case("6.3", "a body on GET", b"GET /health/live HTTP/1.1\r\nHost: a\r\n" + CL + b"\r\n" + BODY, "200 open"),
    case("6.3", "chunks on GET", b"GET /health/live HTTP/1.1\r\nHost: a\r\n" + TE + b"\r\n" + CHUNKS, "200 open"),
    case(
        "6.3",
        "a body on GET that looks like a request",
        get(fields=b"Content-Length: %d\r\n" % len(HIDDEN)) + HIDDEN,
        "200 open",
    ),
    case(
        "6.3",
        "a body on HEAD",
        b"HEAD /health/live HTTP/1.1\r\nHost: a\r\n" + CL + b"\r\n" + BODY,
        "200 open",
        heads=(0,),
    ),
    case("6.3", "a body on OPTIONS", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n" + CL + b"\r\n" + BODY, "204 open"),
    case("6.3", "a body where nothing is", b"POST /no HTTP/1.1\r\nHost: a\r\n" + CL + b"\r\n" + BODY, "404 open"),
]
