"""Cases against the service itself: statuses, framing, and what becomes of the connection."""

from case import Act, get
from wire import Client, Malformed

PROBE = get(fields=b"X-Request-Id: probe\r\n")
QUIET = 0.3
"""Seconds without an answer that count as silence; the service answers whole requests in milliseconds."""


async def run(case, port):
    """Runs a case; gives what is wrong, or None."""
    client = await Client.connect(port)
    try:
        return await _judge(case, client)
    except Malformed as fault:
        return f"malformed answer: {fault}"
    finally:
        client.close()


async def _judge(case, client):
    await client.perform(case.steps)
    if case.ending == "gone":
        return None
    if case.ending == "silence":
        return await _judge_silence(client)
    for index, expected in enumerate(case.statuses):
        answer = await client.answer(is_head=index in case.heads)
        if answer is None:
            return f"answer {index + 1} of {len(case.statuses)} is missing"
        if answer.status not in expected:
            return f"answer {index + 1} is {answer.status}: {answer.body[:120]!r}"
        is_last = answer.field("connection") == "close"
        if answer.status >= 200 and is_last != (case.ending == "close" and index == len(case.statuses) - 1):
            # Half-closed by the client: the server need not announce what the client has said.
            if Act.FINISH not in case.steps:
                return f"answer {index + 1} says Connection: {answer.field('connection')}"
    await client.perform((PROBE,) if Act.FINISH not in case.steps else ())
    if case.ending == "close":
        if not await client.ends():
            return "the connection stays open"
        return f"more than expected: {client.data[:120]!r}" if client.data else None
    answer = await client.answer()
    if answer is None:
        return "the connection serves no other request"
    if answer.status != 200 or answer.field("x-request-id") != "probe":
        return f"the next request is out of step: {answer.status} {answer.field('x-request-id')}"
    return None


async def _judge_silence(client):
    if await client.read(QUIET):
        return f"answered what was not complete: {client.data[:120]!r}"
    await client.perform((Act.FINISH,))
    if not await client.ends():
        return "the connection stays open after the client's end"
    return f"answered what was never complete: {client.data[:120]!r}" if client.data else None
