"""Traces and metrics of the built service, read by decoders that have nothing to do with it. See `make test/telemetry`.

Starts a collector and, by scripts/with-service, the service; plays a shopper whose trace is kept; then decodes what came.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import metrics
import traces
from collector import Collector

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
OPENMETRICS = "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"


def call(method, path, **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{os.environ['SHOP_PORT']}{path}", method=method)
    for name, value in headers.items():
        request.add_header(name, value)
    with urllib.request.urlopen(request, timeout=10) as response:
        return response.read().decode()


def shop(folder):
    """Beside the service: a checkout and a purchase, which is repeated, all in one trace; then two scrapes."""
    kept = {"traceparent": f"00-{TRACE}-{CALLER}-01", "tracestate": "rojo=1"}
    number = json.loads(call("GET", "/sales/active"))["id"][2:]
    code = json.loads(call("POST", f"/checkout?user_id=anna&item_id=I-{number}-1", **kept))["code"]
    for _ in range(2):
        call("POST", f"/purchase?code={code}", **kept)
    call("GET", "/metrics")  # has series itself from the second time on
    time.sleep(0.2)  # the last report may follow its answer
    pathlib.Path(folder, "text").write_text(call("GET", "/metrics"))
    pathlib.Path(folder, "openmetrics").write_text(call("GET", "/metrics", Accept=OPENMETRICS))


def main():
    if len(sys.argv) > 1:
        return shop(sys.argv[1])
    collector = Collector()
    with tempfile.TemporaryDirectory() as folder:
        settings = [f"OTEL_EXPORTER_OTLP_ENDPOINT={collector.url}", "OTEL_TRACES_SAMPLER=always_on"]
        own = [sys.executable, str(pathlib.Path(__file__).parent), folder]
        subprocess.run([ROOT / "scripts" / "with-service", *settings, *own], cwd=ROOT, check=True)
        text, open_text = (pathlib.Path(folder, name).read_text() for name in ("text", "openmetrics"))
    # The service has ended, and sent before what it had.
    faults = traces.check(collector.bodies, TRACE, CALLER) + metrics.check(text, open_text, TRACE)
    if not traces.check(collector.bodies[:1], TRACE, "0000000000000001"):
        faults.append("a trace that hangs elsewhere goes unnoticed")
    for fault in faults:
        print(f"✗ {fault}", file=sys.stderr)
    print(f"{0 if faults else 1} passed, {len(faults)} failed")
    sys.exit(1 if faults else 0)


main()
