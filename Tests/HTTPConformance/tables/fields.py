"""Header fields: names, values, folding (RFC 9112, 5; RFC 9110, 5)."""

from case import HIDDEN, case, get

LINE = b"GET /health/live HTTP/1.1\r\n"


def field(text):
    return get(fields=text + b"\r\n")


CASES = [
    case("9110 5.5", "an empty value", field(b"X:"), "200 open"),
    case("9110 5.5", "white space around a value", field(b"X: \t a \t "), "200 open"),
    case("9110 5.5", "an 8-bit byte in a value", field(b"X: caf\xe9"), "200 open"),
    case("9110 5.5", "UTF-8 in a value", field("X: café".encode()), "200 open"),
    case("9110 5.5", "a tab inside a value", field(b"X: a\tb"), "200 open"),
    case("9110 5.1", "every byte of a token in a name", field(b"!#$%&'*+-.^_`|~09azAZ: a"), "200 open"),
    case("9110 5.3", "a field twice", field(b"X: a\r\nX: b"), "200 open"),
    case("5.1", "a space before the colon", field(b"X : a"), "400 close"),
    case("5.1", "a tab before the colon", field(b"X\t: a"), "400 close"),
    case("5.1", "a space inside a name", field(b"X Y: a"), "400 close"),
    case("5.1", "no name", field(b": a"), "400 close"),
    case("5.1", "no colon", field(b"X"), "400 close"),
    case("5.1", "no colon in the last field", LINE + b"Host: a\r\nX\r\n\r\n", "400 close"),
    case("9110 5.1", "a slash in a name", field(b"X/Y: a"), "400 close"),
    case("9110 5.1", "parentheses in a name", field(b"X(Y): a"), "400 close"),
    case("9110 5.1", "a quote in a name", field(b'X"Y: a'), "400 close"),
    case("9110 5.1", "a bracket in a name", field(b"X[Y]: a"), "400 close"),
    case("9110 5.1", "an at sign in a name", field(b"X@Y: a"), "400 close"),
    case("9110 5.1", "NUL in a name", field(b"X\0Y: a"), "400 close"),
    case("9110 5.1", "a control byte in a name", field(b"X\x01Y: a"), "400 close"),
    case("9110 5.1", "DEL in a name", field(b"X\x7fY: a"), "400 close"),
    case("9110 5.1", "an 8-bit byte in a name", field(b"X\xe9Y: a"), "400 close"),
    case("9110 5.1", "UTF-8 in a name", field("Xé: a".encode()), "400 close"),
    case("9110 5.5", "NUL in a value", field(b"X: a\0b"), "400 close"),
    case("9110 5.5", "a control byte in a value", field(b"X: a\x01b"), "400 close"),
    case("9110 5.5", "a vertical tab in a value", field(b"X: a\x0bb"), "400 close"),
    case("9110 5.5", "a form feed in a value", field(b"X: a\x0cb"), "400 close"),
    case("9110 5.5", "an escape byte in a value", field(b"X: a\x1bb"), "400 close"),
    case("9110 5.5", "DEL in a value", field(b"X: a\x7fb"), "400 close"),
    case("9110 5.5", "bare CR in a value", field(b"X: a\rb"), "400 close"),
    case("9110 5.5", "bare CR before a value", field(b"X:\ra"), "400 close"),
    case("9110 5.5", "bare CR that hides a field", field(b"X: a\rContent-Length: 41") + HIDDEN, "400 close"),
    case("2.2", "bare LF after a value", field(b"X: a\nY: b"), "400 close"),
    case("2.2", "bare LF that hides a request", field(b"X: a\n\n" + HIDDEN), "400 close"),
    case("2.2", "CR CR LF after a value", field(b"X: a\r"), "400 close"),
    case("2.2", "bare LF at the head's end", LINE + b"Host: a\r\n\n", "400 close"),
    case("2.2", "bare CR at the head's end", LINE + b"Host: a\r\n\r" + HIDDEN, "400 close"),
    case("5.2", "a folded value", field(b"X: a\r\n b"), "400 close"),
    case("5.2", "a value folded by a tab", field(b"X: a\r\n\tb"), "400 close"),
    case("5.2", "a value that begins folded", field(b"X:\r\n a"), "400 close"),
    case("5.2", "a value folded to nothing", field(b"X: a\r\n "), "400 close"),
    case("5.2", "a folded field of framing", field(b"Transfer-Encoding:\r\n chunked") + b"0\r\n\r\n", "400 close"),
    case("2.2", "a space before the first field", LINE + b" Host: a\r\n\r\n", "400 close"),
    case("2.2", "a tab before the first field", LINE + b"\tHost: a\r\n\r\n", "400 close"),
    case("2.2", "an empty field line with a space", LINE + b" \r\nHost: a\r\n\r\n", "400 close"),
    case("api", "a request id with a space", field(b"X-Request-Id: a b"), "200 open"),
    case("api", "a request id of 8-bit bytes", field(b"X-Request-Id: \xe9\xe8"), "200 open"),
    case("api", "a request id of 65 characters", field(b"X-Request-Id: " + b"a" * 65), "200 open"),
    # Fields that other servers obey; here they are words.
    case("api", "another method by a field", field(b"X-HTTP-Method-Override: DELETE"), "200 open"),
    case("api", "another path by a field", field(b"X-Original-URL: /metrics"), "200 open"),
    case("6265 5.4", "a cookie of odd marks", field(b'Cookie: a="b; c"; ;=; d'), "200 open"),
]
