"""Bodies as the API reads them: forms and JSON (RFC 8259, WHATWG URL 5.1), and what answers have no body."""

from case import BODY, FORM, HIDDEN, case, get

LIVE = b"/health/live"


def form(body):
    return _post(FORM, body)


def json(body):
    return _post(b"Content-Type: application/json\r\n", body)


def _post(fields, body):
    head = b"POST /purchase HTTP/1.1\r\nHost: a\r\n" + fields
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


BAD_FORMS = [
    ("a malformed escape", b"code=%zz"),
    ("NUL escaped", b"code=%00"),
    ("NUL", b"code=\0"),
    ("an overlong escape", b"code=%c0%af"),
    ("UTF-8 as it is", "code=é".encode()),
    ("a line end", b"code=a\r\n"),
    ("a name twice", b"code=a&code=b"),
    ("65 parameters", b"&".join([b"a=b"] * 65)),
    ("another name", b"cod=none"),
]
BAD_JSON = [
    ("nothing but a brace", b"{"),
    ("an array", b"[]"),
    ("a string", b'"code"'),
    ("nesting without end", b'{"a":' * 4000),
    ("nesting past the bound", b'{"a":' + b"[" * 100 + b"]" * 100 + b"}"),
    ("a member twice", b'{"code":"a","code":"b"}'),
    ("a number for a code", b'{"code":1}'),
    ("an escape of half a pair", b'{"code":"\\ud800"}'),
    ("an escape of NUL", b'{"code":"\\u0000"}'),
    ("an overlong sequence", b'{"code":"\xc0\xaf"}'),
    ("a Latin-1 byte", b'{"code":"\xe9"}'),
    ("a control byte", b'{"code":"\x01"}'),
    ("single quotes", b"{'code':'a'}"),
    ("a comma at the end", b'{"code":"a",}'),
    ("a comment", b'{"code":"a"}/**/'),
    ("two objects", b'{"code":"a"}{"code":"b"}'),
    ("a byte order mark", b'\xef\xbb\xbf{"code":"a"}'),
    ("UTF-16", '{"code":"a"}'.encode("utf-16")),
    ("a number without end", b'{"code":' + b"9" * 5000 + b"}"),
    ("NaN", b'{"code":NaN}'),
    ("a number with a zero before it", b'{"a":01,"code":"a"}'),
]

CASES = [
    case("api", "a form", form(BODY), "404 open"),
    case("api", "JSON", json(b'{"code":"none"}'), "404 open"),
    case("api", "JSON with white space", json(b' \r\n\t{ "code" : "none" } \n'), "404 open"),
    case("api", "JSON with other members", json(b'{"a":[1,-2.5e3,null,true,{}],"code":"none"}'), "404 open"),
    case("api", "JSON with escapes", json(b'{"\\u0063ode":"n\\u006fne"}'), "404 open"),
    *(case("api", f"a form with {name}", form(body), "400 open") for name, body in BAD_FORMS),
    *(case("8259", f"JSON: {name}", json(body), "400 open") for name, body in BAD_JSON),
    # Answers without a body: whoever expects one would take the next answer for it.
    case("9110 9.3.2", "HEAD", get(method=b"HEAD"), "200 open", heads=(0,)),
    case("9110 9.3.2", "HEAD, then GET", get(method=b"HEAD") + get(), "200 200 open", heads=(0,)),
    case("9110 9.3.2", "HEAD where nothing is", get(b"/no", method=b"HEAD"), "404 open", heads=(0,)),
    case("9110 9.3.2", "HEAD of what cannot be got", get(b"/purchase", method=b"HEAD"), "405 open", heads=(0,)),
    case(
        "9110 9.3.2",
        "HEAD of a request that is malformed",
        get(b"/purchases/%", method=b"HEAD"),
        "400 open",
        heads=(0,),
    ),
    case("9110 9.3.2", "HEAD in HTTP/1.0", get(method=b"HEAD", version=b"HTTP/1.0"), "200 close", heads=(0,)),
    case("9110 15.3.5", "204, then GET", get(method=b"OPTIONS") + HIDDEN, "204 200 open"),
    case(
        "9110 15.4.5",
        "304, then GET",
        get(b"/sales/S-0000000001/items", b"If-None-Match: *\r\n") + HIDDEN,
        "304 200 open",
    ),
    case("9110 14.2", "a range", get(LIVE, b"Range: bytes=0-0\r\n"), "200 open"),
    case("9110 14.2", "a thousand ranges", get(LIVE, b"Range: bytes=" + b"0-0," * 1000 + b"0-0\r\n"), "200 open"),
    case("9110 12.5.1", "another type wanted", get(LIVE, b"Accept: image/png\r\n"), "200 open"),
    case("9110 12.5.3", "a coding wanted", get(LIVE, b"Accept-Encoding: gzip\r\n"), "200 open"),
]
