"""One row of a table: the bytes to send and what has to come of them."""

from dataclasses import dataclass
from enum import Enum


class Act(Enum):
    """What a client may do between its bytes."""

    WAIT = "waits a moment, so that what follows arrives by itself"
    FINISH = "shuts its sending side"
    RESET = "resets the connection"


@dataclass(frozen=True)
class Case:
    """A case: `steps` are bytes and acts; `expected` says what the service answers.

    `expected` lists the statuses in order, `|` between those that are equally right, and ends in one of
      open     the connection serves another request, which is in step
      close    the service closes it; nothing sent later is answered
      silence  the service waits for more, and answers nothing when none comes
      gone     the client has gone; only the service's health matters
    `heads` are the positions of the responses that answer HEAD. `section` names the rule, of RFC 9112 where no other
    is named. `proxied` is false where what a proxy makes of it says nothing, `strict` where h11 has no say: it refuses
    empty lines before a request, and waits for a body that is not sent.
    """

    name: str
    section: str
    steps: tuple
    expected: str
    heads: tuple = ()
    proxied: bool = True
    strict: bool = True

    @property
    def statuses(self):
        return [tuple(int(status) for status in word.split("|")) for word in self.expected.split()[:-1]]

    @property
    def ending(self):
        return self.expected.split()[-1]

    @property
    def wire(self):
        """All bytes, as a parser without a clock sees them."""
        return b"".join(step for step in self.steps if isinstance(step, bytes))


def case(section, name, steps, expected, **more):
    """A row; the shortest way to write it."""
    return Case(name, section, steps if isinstance(steps, tuple) else (steps,), expected, **more)


def get(target=b"/health/live", fields=b"", version=b"HTTP/1.1", method=b"GET"):
    """A whole request without a body; a Host is in it."""
    return method + b" " + target + b" " + version + b"\r\nHost: a\r\n" + fields + b"\r\n"


FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


def post(fields, body=b"", version=b"HTTP/1.1"):
    """A request whose framing is `fields`. A whole body `code=none` is answered 404: no such checkout."""
    return b"POST /purchase " + version + b"\r\nHost: a\r\n" + FORM + fields + b"\r\n" + body


def chunked(body):
    """A request with a chunked body as given."""
    return post(b"Transfer-Encoding: chunked\r\n", body)


# What a smuggler would hide behind a request; it must never be answered after a refusal.
HIDDEN = b"GET /health/live HTTP/1.1\r\nHost: hidden\r\n\r\n"
# A body, and the same in one chunk.
BODY = b"code=none"
CHUNKS = b"9\r\ncode=none\r\n0\r\n\r\n"
