"""What can only be said beside a running service: its metrics, and whether every panel shows something."""

import math
import re

from stack import ROOT, fetch
from static import RULES, command, panels

SERIES, BYTES = 1500, 256 * 1024
OPTIONAL = {"flashsale_shopper_tokens_total"}  # only where shoppers show tokens (USER_TOKEN_KEYS)
FOREIGN = {"up", "ALERTS", "scrape_samples_scraped", "scrape_duration_seconds"}
KEYWORDS = {"and", "or", "unless", "on", "by", "group_left", "group_right", "without", "ignoring", "bool", "offset"}
SUFFIX = re.compile(r"_(bucket|sum|count)$")


def families(exposition):
    """The types of the metrics that are exposed, by name."""
    return dict(re.findall(r"^# TYPE (\S+) (\S+)$", exposition, flags=re.M))


def names(query):
    """The metrics in a query."""
    query = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]', "", re.sub(r'"[^"]*"', "", query))
    query = re.sub(r"\b(by|on|without|ignoring|group_left|group_right) *\([^)]*\)", "", query)
    return {word for word in re.findall(r"(?<![\w.])[a-zA-Z_:][\w:]*\b(?! *\()", query) if word not in KEYWORDS}


def documented():
    """Names in the tables of docs/OPERATIONS.md."""
    text = (ROOT / "docs" / "OPERATIONS.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \| (?:counter|gauge|histogram) \|", text, flags=re.M))


def exposition(stack):
    faults = []
    for instance in stack.instances:
        text = instance.metrics()
        faults += command("promtool", "check", "metrics", stdin=text)
        series = sum(1 for line in text.splitlines() if line and not line.startswith("#"))
        if series > SERIES or len(text) > BYTES:
            faults.append(f"instance {instance.number} exposes {series} series in {len(text)} bytes")
        print(f"  instance {instance.number}: {series} series, {len(text) // 1024} KiB")
    return faults


def documents(stack):
    exposed = {name for instance in stack.instances for name in families(instance.metrics())}
    faults = [f"{name} is exposed and not documented" for name in exposed - documented()]
    return faults + [f"{name} is documented and not exposed" for name in documented() - exposed - OPTIONAL]


PLANTED = ("planted", {"title": "nothing", "targets": [{"expr": "sum(flashsale_nobody_has_this_total)"}]})


def used_metrics(stack, boards=None):
    """Every metric in a rule or panel is exposed or recorded, and every exposed one is used."""
    rules = [rule for group in stack.api("rules")["groups"] for rule in group["rules"]]
    recorded = {rule["name"] for rule in rules if rule["type"] == "recording"}
    exposed = families(stack.instances[0].metrics())
    known = set(exposed) | recorded | FOREIGN
    queries = [(rule["name"], rule["query"]) for rule in rules]
    queries += [(panel["title"], target["expr"]) for _, panel in boards or panels() for target in panel["targets"]]
    faults, used = [], set()
    for where, query in queries:
        for name in names(query):
            base = SUFFIX.sub("", name)
            used.add(base if exposed.get(base) == "histogram" else name)
            if name not in known and exposed.get(base) != "histogram":
                faults.append(f"{where} uses {name}, which nobody exposes")
    return faults + [f"{name} is in no panel and no rule" for name in set(exposed) - used]


def rule_health(stack):
    rules = [rule for group in stack.api("rules")["groups"] for rule in group["rules"]]
    return [f"{rule['name']}: {rule['lastError']}" for rule in rules if rule["health"] != "ok"]


def panel_data(stack, start, end, boards=None):
    """Every query of every panel has given a number at some moment of the run."""
    faults, count = [], 0
    for board, panel in boards or panels():
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "4s")
            query = query.replace("$job", ".+").replace("$instance", ".+")
            result = stack.api("query_range", query=query, start=start, end=end, step=1)["result"]
            values = [float(value) for series in result for _, value in series["values"]]
            count += 1
            if not any(math.isfinite(value) for value in values):
                faults.append(f"{board}, {panel['title']}: no data for {query}")
    print(f"  {count} queries of panels")
    return faults


def proof(stack, start, end):
    """A panel that cannot work is noticed, or the checks are worth nothing."""
    faults = []
    if not panel_data(stack, start, end, [PLANTED]):
        faults.append("a panel without data goes unnoticed")
    if not any("nobody_has_this" in fault for fault in used_metrics(stack, [PLANTED])):
        faults.append("a metric that nobody exposes goes unnoticed")
    return faults


def alertmanager(stack):
    """An alert that fires reaches Alertmanager."""
    if '"Watchdog"' not in fetch(stack.alertmanager + "/api/v2/alerts"):
        return ["the Watchdog has not reached Alertmanager"]
    return []
