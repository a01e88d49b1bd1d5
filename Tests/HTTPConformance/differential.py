"""The same bytes through proxies: nobody may see two requests where the proxy sees one."""

import asyncio
import time

from case import Act, get
from proxies import Proxy
from relay import Relay
from wire import Client, Malformed

LANES = 6
QUIET = 0.4
"""Seconds without a byte after which a proxy is taken to have said all it will; it may still wait for more."""
SOON = 0.05
"""The same once there are as many answers as the service gives."""


def in_pieces(steps):
    """The steps with a pause after the first head: a proxy that has a whole body in hand writes the framing anew."""
    first = steps[0]
    if not isinstance(first, bytes) or (end := first.find(b"\r\n\r\n") + 4) < 4 or end == len(first):
        return steps
    return (first[:end], Act.WAIT, first[end:], *steps[1:])


class Lane:
    """One connection's way through a proxy, used by one case at a time."""

    def __init__(self, proxy, number, relay):
        self.proxy, self.number, self.relay = proxy, number, relay
        self.canaries = 0

    @property
    def port(self):
        return self.proxy.ports[self.number]

    async def run(self, case):
        """Sends a case; gives the disagreement, or None."""
        before = self.proxy.forwarded(self.number)
        self.relay.reset()
        client = await Client.connect(self.port)
        await client.perform(in_pieces(case.steps))
        if Act.RESET not in case.steps:
            while not client.is_closed:
                is_answered = client.data.count(b"HTTP/1.") >= len(case.statuses) > 0
                if not await client.read(SOON if is_answered else QUIET):
                    break
        client.close()
        fault = await self._canary() or await self._settle() or await self._compare(before)
        return fault and f"{fault}; the proxy passed on {bytes(self.relay.forwarded[:300])!r}"

    async def _compare(self, before):
        """The proxy writes its log when a request ends, which may be after its answer."""
        deadline = time.monotonic() + 8
        while True:
            seen = self.proxy.forwarded(self.number) - before
            if self.relay.answers <= seen:
                return None
            if time.monotonic() > deadline:
                return f"{self.proxy.name} passed on {seen} requests, the service answered {self.relay.answers}"
            await asyncio.sleep(0.02)

    async def _settle(self):
        """What a case has left under way is not to count as the next one's; one connection waits for it, idle."""
        for _ in range(1000):
            if self.relay.open_count <= 1:
                return None
            await asyncio.sleep(0.02)
        return f"{self.proxy.name} keeps {self.relay.open_count} connections to the service open"

    async def _canary(self):
        """The next shopper's request on the same connection to the service is answered as itself."""
        for _ in range(20):
            self.canaries += 1
            name = f"canary-{self.number}-{self.canaries}"
            client = await Client.connect(self.port)
            await client.perform((get(fields=f"X-Request-Id: {name}\r\n".encode()),))
            try:
                answer = await client.answer()
            except Malformed as fault:
                return f"{self.proxy.name} gives the next request {fault}"
            finally:
                client.close()
            if answer and answer.field("x-request-id") == name and answer.status == 200:
                return None
            if answer and answer.field("x-request-id"):
                return f"{self.proxy.name} gives the next request the answer {answer.status} of another"
            # The proxy's own 502: it took up a connection which the service was about to close.
            await asyncio.sleep(0.05)
        return f"{self.proxy.name} never gets the next request answered"


async def run(name, cases, service_port, folder):
    """Runs all cases through a proxy; gives the disagreements by case."""
    relays = [Relay(service_port) for _ in range(LANES)]
    proxy = Proxy(name, folder, [await relay.start() for relay in relays])
    await proxy.start()
    queue, faults = list(reversed(cases)), {}

    async def work(lane):
        while queue:
            case = queue.pop()
            fault = await lane.run(case)
            if fault:
                faults[case.name] = fault

    try:
        await asyncio.gather(*(work(Lane(proxy, number, relay)) for number, relay in enumerate(relays)))
    finally:
        await proxy.stop()
        for relay in relays:
            await relay.stop()
    return faults
