"""What scrapers are given, read by Prometheus' own Python client in both formats."""

import shutil
import subprocess

from prometheus_client import openmetrics, parser
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

assert openmetrics and parser


def samples(families):
    """Name, labels and value of each sample; what changes from scrape to scrape is left out."""
    return {
        (sample.name, tuple(sorted((key, number(key, value)) for key, value in sample.labels.items())))
        for family in families
        for sample in family.samples
    }


def number(key, value):
    """Bucket bounds are written differently and mean the same."""
    return float(value) if key == "le" else value


def check(text, open_text, trace_id):
    """Faults of two scrapes, one in each format, after requests of a kept trace."""
    faults = []
    old, new = list(read_text(text)), list(read_openmetrics(open_text))
    if samples(old) != samples(new):
        faults.append(f"the formats differ in {sorted(samples(old) ^ samples(new))[:5]}")
    exemplars = [
        (family.name, sample.exemplar.labels)
        for family in new
        for sample in family.samples
        if sample.exemplar
    ]
    for name in ("http_request_duration_seconds", "flashsale_batch_duration_seconds"):
        if (name, trace_id) not in {(family, labels.get("trace_id")) for family, labels in exemplars}:
            faults.append(f"no bucket of {name} leads to the client's trace")
    units = {family.name for family in new if family.unit}
    if "http_request_duration_seconds" not in units:
        faults.append("the units are missing")
    if shutil.which("promtool"):
        result = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
        if result.returncode:
            faults.append(f"promtool: {result.stdout}{result.stderr}")
    print(f"  {len(samples(new))} samples in both formats, {len(exemplars)} exemplars")
    return faults
