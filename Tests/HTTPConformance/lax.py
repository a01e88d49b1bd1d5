"""A server with a planted hole, to prove that the comparison finds one: it has never heard of Transfer-Encoding."""

import asyncio
import re


async def _serve(reader, writer):
    buffer = b""
    while True:
        while (end := buffer.find(b"\r\n\r\n")) < 0:
            more = await reader.read(1 << 16)
            if not more:
                writer.close()
                return
            buffer += more
        head, buffer = buffer[:end], buffer[end + 4 :]
        length = re.search(rb"(?im)^content-length: *(\d+)", head)
        buffer = buffer[int(length[1]) if length else 0 :]
        name = re.search(rb"(?im)^x-request-id: *(\S+)", head)
        is_good = head.split(b" ")[0] in (b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"OPTIONS")
        line = b"HTTP/1.1 200 OK" if is_good else b"HTTP/1.1 400 Bad Request"
        await asyncio.sleep(0.06)  # a handler that takes longer than the client: the proxy sends the body
        writer.write(line + b"\r\nX-Request-Id: " + (name[1] if name else b"none") + b"\r\nContent-Length: 0\r\n\r\n")


async def start():
    """Its port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]
