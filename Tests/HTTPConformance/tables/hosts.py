"""Host (RFC 9112, 3.2; RFC 9110, 7.2; RFC 3986, 3.2)."""

from case import case


def host(*fields, version=b"HTTP/1.1"):
    return b"GET /health/live " + version + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


GOOD = [
    ("a name with a port", b"Host: shop.example:8080"),
    ("a name with a port and no digits", b"Host: shop.example:"),
    ("an address", b"Host: 127.0.0.1:80"),
    ("an IPv6 address", b"Host: [::1]"),
    ("an IPv6 address with a port", b"Host: [2001:db8::1]:8080"),
    ("a name with an underscore", b"Host: shop_1.example"),
    ("a name with an escape", b"Host: caf%C3%A9.example"),
    ("no space after the colon", b"Host:a"),
    ("white space around it", b"Host: \t a \t "),
    ("the field's name in capitals", b"HOST: a"),
]
BAD = [
    ("empty", b"Host:"),
    ("white space alone", b"Host:  \t"),
    ("a space inside", b"Host: a b"),
    ("a tab inside", b"Host: a\tb"),
    ("a path", b"Host: a/b"),
    ("a query", b"Host: a?b"),
    ("a fragment", b"Host: a#b"),
    ("a user", b"Host: u@a"),
    ("a scheme", b"Host: http://a"),
    ("a port of letters", b"Host: a:port"),
    ("two ports", b"Host: a:80:81"),
    ("a port with a sign", b"Host: a:+80"),
    ("a port past the last", b"Host: a:65536"),
    ("a port of twenty digits", b"Host: a:00000000000000000080"),
    ("a port alone", b"Host: :80"),
    ("half an IPv6 address", b"Host: [::1"),
    ("the other half", b"Host: ::1]"),
    ("an IPv6 address without brackets", b"Host: ::1"),
    ("words after the bracket", b"Host: [::1]a"),
    ("brackets around a name", b"Host: [shop]"),
    ("empty brackets", b"Host: []"),
    ("a backslash", b"Host: a\\b"),
    ("a quote", b'Host: "a"'),
    ("an angle bracket", b"Host: <a>"),
    ("an escape without digits", b"Host: a%"),
    ("an escape of other letters", b"Host: a%zz"),
    ("a Latin-1 byte", b"Host: caf\xe9"),
    ("NUL", b"Host: a\0b"),
]

CASES = [
    *(case("9110 7.2", f"Host: {name}", host(field), "200 open") for name, field in GOOD),
    *(case("3.2", f"Host: {name}", host(field), "400 close") for name, field in BAD),
    case("3.2", "no Host", host(b"X: a"), "400 close"),
    case("3.2", "no Host and absolute form", b"GET http://a/health/live HTTP/1.1\r\n\r\n", "400 close"),
    case("3.2", "two Hosts", host(b"Host: a", b"Host: b"), "400 close"),
    case("3.2", "two Hosts alike", host(b"Host: a", b"host: a"), "400 close"),
    case("3.2", "two Hosts in HTTP/1.0", host(b"Host: a", b"Host: b", version=b"HTTP/1.0"), "400 close"),
    case("3.2", "a malformed Host in HTTP/1.0", host(b"Host: a b", version=b"HTTP/1.0"), "400 close"),
    case("5.1", "a Host with a space before the colon", host(b"Host : a"), "400 close"),
    case("5.2", "a folded Host", host(b"Host: a", b" b"), "400 close"),
]
