"""The deployment files against each other, the service's settings, and the proxies that read them.

    /usr/bin/python3 Tests/Deployment SERVICE

SERVICE is the built program. Then faults are planted, one after the other, in a copy of the tree: the rules must find
each, else they could not fail.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import containers
import rules
from files import Deployment
from planted import FAULTS

ROOT = Path(__file__).resolve().parents[2]
RULES = rules.RULES + containers.RULES
# What the rules read.
PARTS = ["deploy", "monitoring", "docs/openapi.yaml", "docker-compose.yml", "Dockerfile",
         "Sources/Drivers/HTTP/HTTPServerConfiguration.swift"]


def complaints(rule, root, service):
    return list(rule(Deployment(root, service)))


def copy(folder):
    for part in PARTS:
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target)
        else:
            shutil.copy(ROOT / part, target)


def plant(fault, service):
    """Why the fault was not found; None where it was."""
    path, old, new, name = fault
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        text = Path(folder, path).read_text()
        if old not in text:
            return f"{path} no longer has: {old}"
        Path(folder, path).write_text(text.replace(old, new))
        rule = next(rule for rule in RULES if rule.__name__ == name)
        return None if complaints(rule, folder, service) else f"{name} does not mind {new!r} in {path}"


def main():
    service = str(Path(sys.argv[1]).resolve())
    found = [f"{rule.__name__}: {text}" for rule in RULES for text in complaints(rule, ROOT, service)]
    missed = [] if found else [text for fault in FAULTS if (text := plant(fault, service))]
    unplanted = {rule.__name__ for rule in RULES} - {fault[3] for fault in FAULTS}
    missed += [f"no fault is planted for {name}" for name in sorted(unplanted)]
    for text in found + missed:
        print(f"✗ {text}")
    if found or missed:
        raise SystemExit(1)
    print(f"✓ {len(RULES)} rules hold, {len(FAULTS)} planted faults were found")


main()
