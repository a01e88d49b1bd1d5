"""Stands between a proxy and the service and counts what the service answers."""

import asyncio

MARK = b"\r\nX-Request-Id: "
"""In every final answer of the service once, and in no body that these cases ask for."""


class Relay:
    """A port that passes bytes on to the service."""

    def __init__(self, service_port):
        self.service_port = service_port
        self.answers = 0
        self.forwarded = bytearray()
        self._server = None
        self._tasks = set()

    async def start(self):
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    @property
    def open_count(self):
        """Connections between proxy and service."""
        return len(self._tasks)

    async def stop(self):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self):
        self.answers = 0
        self.forwarded.clear()

    async def _accept(self, reader, writer):
        self._tasks.add(task := asyncio.current_task())
        task.add_done_callback(self._tasks.discard)
        try:
            to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.service_port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(
            self._pass(reader, to_writer, self._requests), self._pass(to_reader, writer, self._responses())
        )

    async def _pass(self, reader, writer, see):
        try:
            while data := await reader.read(1 << 16):
                see(data)
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except OSError:
            writer.transport.abort()

    def _requests(self, data):
        self.forwarded += data[: max(0, 4096 - len(self.forwarded))]

    def _responses(self):
        tail = b""

        def see(data):
            nonlocal tail
            tail += data
            self.answers += tail.count(MARK)
            # A mark that is cut is counted when its end comes, one that is whole only once.
            last = tail.rfind(MARK)
            tail = tail[max(last + len(MARK) if last >= 0 else 0, len(tail) - len(MARK) + 1) :]

        return see
