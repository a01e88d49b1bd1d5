"""The tables, in the order in which they run."""

from tables import bodies, chunks, connections, fields, hosts, lengths, limits, lines, targets

ALL = [
    *lines.CASES,
    *targets.CASES,
    *hosts.CASES,
    *fields.CASES,
    *lengths.CASES,
    *chunks.CASES,
    *bodies.CASES,
    *connections.CASES,
    *limits.CASES,
]
