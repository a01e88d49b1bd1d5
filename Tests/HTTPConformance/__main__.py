"""HTTP conformance of the running service: `python3 Tests/HTTPConformance [--only WORD] [--direct] [--list]`.

Every case goes to the service (SHOP_PORT, as scripts/with-service sets it) byte for byte and has to be answered as its
row says; then through nginx and through haproxy, where the service must not see more requests than the proxy; then
past h11. The comparison proves itself first on a server with a planted hole, which it has to find. The last line sums
up; the exit code is 1 when a case failed, when anybody disagreed, or when the hole was not found.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter

import differential
import direct
import lax
import strict
from tables import ALL

AT_ONCE = 8
PROXIES = ("nginx", "haproxy")


async def run_direct(cases, port):
    gate, faults = asyncio.Semaphore(AT_ONCE), {}

    async def one(case):
        async with gate:
            fault = await direct.run(case, port)
        if fault:
            faults[case.name] = fault

    await asyncio.gather(*(one(case) for case in cases))
    return faults


def report(title, faults):
    for name, fault in faults.items():
        print(f"✗ {title}: {name}: {fault}")


async def run_proxied(cases, port):
    """The disagreements by proxy, then by case."""
    proxied = [case for case in cases if case.proxied]
    with tempfile.TemporaryDirectory(prefix="flashsale-http.") as folder:
        runs = [differential.run(name, proxied, port, folder) for name in PROXIES]
        return dict(zip(PROXIES, await asyncio.gather(*runs)))


async def planted_hole_is_found():
    """Whether the comparison is worth anything."""
    server, port = await lax.start()
    cases = [case for case in ALL if case.name == "one chunk"]
    async with server:
        found = await run_proxied(cases, port)
    missed = [name for name in PROXIES if not found[name]]
    for name in missed:
        print(f"✗ {name}: a server that ignores Transfer-Encoding goes unnoticed")
    return not missed


async def run_all(cases, options):
    port, since = int(os.environ["SHOP_PORT"]), time.monotonic()
    faults = await run_direct(cases, port)
    report("direct", faults)
    disagreements, is_proven = 0, True
    if not options.direct:
        is_proven = await planted_hole_is_found()
        found = await run_proxied(cases, port)
        found["h11"] = {case.name: fault for case in cases if case.strict and (fault := strict.disagreement(case))}
        for name, by_case in found.items():
            report(name, by_case)
            disagreements += len(by_case)
    passed = len(cases) - len(faults)
    seconds = time.monotonic() - since
    print(f"http: {len(cases)} cases, {passed} passed, {disagreements} disagreements, {seconds:.0f} s")
    return 0 if passed == len(cases) and disagreements == 0 and is_proven and cases else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="cases whose names contain it")
    parser.add_argument("--direct", action="store_true", help="leave out the proxies and h11")
    parser.add_argument("--list", action="store_true", help="print the cases and send nothing")
    options = parser.parse_args()
    twice = [name for name, count in Counter(case.name for case in ALL).items() if count > 1]
    assert not twice, f"two cases of one name: {twice}"
    cases = [case for case in ALL if options.only in case.name]
    if options.list:
        for case in cases:
            print(f"{case.section:>12}  {case.name}: {case.expected if len(case.expected) < 60 else '…'}")
        print(f"{len(cases)} cases")
        return 0
    return asyncio.run(run_all(cases, options))


if __name__ == "__main__":
    sys.exit(main())
