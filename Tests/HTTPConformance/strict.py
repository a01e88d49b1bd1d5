"""h11, a strict parser written by others: the service must not take for requests what it does not."""

import h11


def count(wire):
    """How many whole requests h11 reads before it refuses or wants more."""
    connection, requests = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 24), 0
    connection.receive_data(wire)
    try:
        while True:
            event = connection.next_event()
            if isinstance(event, h11.EndOfMessage):
                requests += 1
                answer = h11.Response(status_code=404, headers=[("content-length", "0")])
                connection.send(answer)
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE:
                    return requests
                connection.start_next_cycle()
            elif event in (h11.NEED_DATA, h11.PAUSED) or isinstance(event, h11.ConnectionClosed):
                return requests
    except h11.RemoteProtocolError:
        return requests


def disagreement(case):
    """What the service serves and h11 does not, or None: the last answer of a case that closes may be a refusal."""
    refusals = (400, 413, 414, 417, 431, 501, 505)
    final = [codes for codes in case.statuses if 100 not in codes]
    served = len(final)
    if case.ending == "close" and final and final[-1][0] in refusals:
        served -= 1
    seen = count(case.wire)
    return f"h11 sees {seen} requests, the service serves {served}" if served > seen else None
