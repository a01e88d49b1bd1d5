"""The monitoring of the project, run and tested: `python3 monitoring/tools serve|test|static [--write]`.

serve   two instances with a small sale that repeats, Prometheus and Alertmanager; Ctrl-C ends all
static  configuration, rules, tests of alerts, runbook links, dashboards
test    the same, then a scripted sale with faults: metrics, documents, panels, seconds until alerts fire
        --write puts the table of faults into docs/MONITORING.md
"""

import re
import shutil
import signal
import sys
import time

import gameday
import live
import static
from shoppers import Shoppers
from stack import ROOT, Stack

PROGRAMS = ["prometheus", "promtool", "prometheus-alertmanager", "amtool", "psql", "redis-cli", "setpriv"]
LIMIT = 30
DOCUMENT = ROOT / "docs" / "MONITORING.md"


def report(title, faults):
    for fault in faults:
        print(f"✗ {fault}")
    print(f"{'✗' if faults else '✓'} {title}", flush=True)
    return bool(faults)


def check_static():
    return sum(report(title, check()) for title, check in static.CHECKS)


def serve():
    with Stack() as stack, Shoppers(stack):
        print(f"\n  Prometheus    {stack.prometheus}\n  Alertmanager  {stack.alertmanager}")
        for instance in stack.instances:
            print(f"  instance {instance.number}    {instance.url}/metrics")
        print("\nA sale of a minute is repeated, with some hundred requests a second. Ctrl-C ends it all.", flush=True)
        while True:
            time.sleep(1)


def table(rows):
    lines = ["| Fault | Alert | Seconds |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {fault} | `{alert}` | {seconds:.0f} |" for fault, alert, seconds in rows])


def write(rows):
    marked = re.compile(r"(<!-- game day -->\n).*?(<!-- end of game day -->)", flags=re.S)
    text, count = marked.subn(lambda found: found[1] + table(rows) + "\n" + found[2], DOCUMENT.read_text())
    if count != 1:
        raise SystemExit(f"{DOCUMENT.name} has no place for the table")
    DOCUMENT.write_text(text)


def check_live(is_written):
    failures, start = 0, time.time()
    with Stack() as stack:
        log = gameday.LogReader()
        stack.instances[0].kill()
        stack.instances[0].start({"LOG_LEVEL": "debug"}, log.stdout)
        with Shoppers(stack) as shoppers:
            time.sleep(10)
            rows = gameday.run(stack, shoppers, log)
            time.sleep(5)
            failures += report("promtool finds nothing in the metrics, and they are few", live.exposition(stack))
            failures += report("documents and metrics agree", live.documents(stack))
            failures += report("rules and panels use what exists", live.used_metrics(stack))
            failures += report("rules can be evaluated", live.rule_health(stack))
            failures += report("alerts reach Alertmanager", live.alertmanager(stack))
            failures += report("every panel has shown data", live.panel_data(stack, start, time.time()))
            failures += report("a planted panel without data is noticed", live.proof(stack, start, time.time()))
    late = [f"{fault}: {alert} {seconds}" for fault, alert, seconds in rows if seconds is None or seconds > LIMIT]
    failures += report(f"{len(rows)} alerts fire within {LIMIT} s of the fault", late)
    if is_written and not late:
        write(rows)
    return failures


def main(arguments):
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        raise SystemExit(f"not installed: {' '.join(missing)}; `scripts/bootstrap monitoring` does that")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    since = time.monotonic()
    if arguments == ["serve"]:
        return serve()
    if arguments not in (["static"], ["test"], ["test", "--write"]):
        raise SystemExit(__doc__)
    failures = check_static()
    if arguments[0] == "test":
        failures += check_live("--write" in arguments)
    print(f"monitoring: {failures} checks failed, {time.monotonic() - since:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
