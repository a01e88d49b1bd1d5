"""A client that sends what it is told, and a strict reader of answers."""

import asyncio
import re
import socket
import struct

from case import Act

STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) [ -~]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*")
PATIENCE = 20
"""Seconds until something that has to come must have come; more than the service's own time-outs."""


class Malformed(Exception):
    """The service sent what is no answer."""


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def field(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)


def take_answer(data, is_head):
    """The first answer in `data` and the bytes after it, or None while it is not complete."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    line, *lines = data[:end].split(b"\r\n")
    match = STATUS_LINE.fullmatch(line)
    if not match:
        raise Malformed(f"no status line: {line[:60]!r}")
    fields = []
    for text in lines:
        pair = FIELD.fullmatch(text)
        if not pair:
            raise Malformed(f"no field: {text[:60]!r}")
        fields.append((pair[1].decode().lower(), pair[2].decode("latin-1")))
    answer, rest = Answer(int(match[1]), fields, b""), data[end + 4 :]
    lengths = [value for name, value in fields if name == "content-length"]
    if answer.status < 200 or answer.status in (204, 304):
        if lengths or answer.field("transfer-encoding"):
            raise Malformed(f"a {answer.status} with a length")
        return answer, rest
    if len(lengths) != 1 or not lengths[0].isdigit() or answer.field("transfer-encoding"):
        raise Malformed(f"a {answer.status} without one length")
    length = 0 if is_head else int(lengths[0])
    if len(rest) < length:
        return None
    answer.body = rest[:length]
    return answer, rest[length:]


class Client:
    """One connection."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.data, self.is_closed = b"", False

    @staticmethod
    async def connect(port):
        return Client(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 24))

    async def perform(self, steps):
        """Sends bytes and acts. A server that has answered and closed need not take the rest."""
        try:
            for step in steps:
                match step:
                    case Act.WAIT:
                        await asyncio.sleep(0.03)
                    case Act.FINISH:
                        self.writer.write_eof()
                    case Act.RESET:
                        self._reset()
                    case data:
                        self.writer.write(data)
                        await self.writer.drain()
        except OSError:
            pass

    def _reset(self):
        own = self.writer.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def read(self, seconds):
        """Takes what comes next; false when nothing does in that time."""
        try:
            async with asyncio.timeout(seconds):
                more = await self.reader.read(1 << 16)
        except TimeoutError:
            return False
        except OSError:
            more = b""
        self.data += more
        self.is_closed = not more
        return True

    async def answer(self, is_head=False):
        """The next answer; None when the connection ends or time is up before it."""
        while True:
            taken = take_answer(self.data, is_head)
            if taken:
                answer, self.data = taken
                return answer
            if self.is_closed or not await self.read(PATIENCE):
                return None

    async def ends(self):
        """Whether the server closes, and what it sent until then."""
        while not self.is_closed:
            if not await self.read(PATIENCE):
                return False
        return True

    def close(self):
        self.writer.transport.abort()
