"""What can be said without a running service: configuration, rules, their tests, runbook links, dashboards."""

import json
import re
import subprocess

from stack import MONITORING, ROOT

RULES = MONITORING / "prometheus" / "rules"
TESTS = sorted((MONITORING / "prometheus" / "tests").glob("*.yml"))
DASHBOARDS = sorted((MONITORING / "grafana" / "dashboards").glob("*.json"))
SEVERITIES = {"page", "ticket"}


def command(*words, stdin=None):
    """What a program says against its input; nothing where it is content."""
    result = subprocess.run(words, input=stdin, capture_output=True, text=True)
    if result.returncode == 0:
        return []
    return [f"{' '.join(map(str, words[:3]))}: {line}" for line in (result.stdout + result.stderr).splitlines()]


def programs():
    faults = command("promtool", "check", "config", MONITORING / "prometheus" / "prometheus.yml")
    faults += command("promtool", "check", "rules", *sorted(RULES.glob("*.yml")))
    faults += command("amtool", "check-config", MONITORING / "alertmanager" / "alertmanager.yml")
    for test in TESTS:
        faults += command("promtool", "test", "rules", test)
    return faults


def alerts():
    """Each alert's block of text by its name."""
    blocks = re.split(r"^ +- alert: (\w+)\n", (RULES / "alerts.yml").read_text(), flags=re.M)
    return dict(zip(blocks[1::2], blocks[2::2]))


def anchors():
    """The anchors of the runbook, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs" / "OPERATIONS.md").read_text(), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def alert_rules():
    """Each says how long, how bad, what, and what to do; each has a test where it fires and one where it does not."""
    faults, known, document = [], anchors(), (ROOT / "docs" / "MONITORING.md").read_text()
    tests = "".join(test.read_text() for test in TESTS)
    outcomes = re.findall(r"alertname: (\w+)\n +eval_time: \S+\n +exp_alerts:( \[\])?", tests)
    for name, block in alerts().items():
        severity = re.search(r"labels: \{severity: (\w+)\}", block)
        if not severity or severity[1] not in (SEVERITIES if name != "Watchdog" else {"none"}):
            faults.append(f"{name} has no severity")
        if f"| `{name}` | {severity[1] if severity else ''} |" not in document:
            faults.append(f"{name} is not in the table of docs/MONITORING.md as it is")
        for field in (r"\n +for: \d+[smh]\n", r"\n +summary: \".+\"\n"):
            if not re.search(field, block):
                faults.append(f"{name} lacks {field}")
        link = re.search(r"runbook_url: docs/OPERATIONS.md#(\S+)", block)
        if not link or link[1] not in known:
            faults.append(f"{name} leads to no section of the runbook")
        if (name, "") not in outcomes:
            faults.append(f"{name} has no test in which it fires")
        if (name, " []") not in outcomes and name != "Watchdog":  # which fires always
            faults.append(f"{name} has no test in which it stays quiet")
    return faults if alerts() else ["there are no alerts"]


def panels():
    """(dashboard, panel) of every panel."""
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            yield path.name, panel


def dashboards():
    """The rules of Grafana's dashboard-linter that apply to these dashboards."""
    faults = []
    for path in DASHBOARDS:
        board = json.loads(path.read_text())
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        faults += [f"{path.name} has no {key}" for key in ("uid", "title", "schemaVersion") if not board.get(key)]
        faults += [f"{path.name} has no variable {name}" for name in ("DS_PROMETHEUS", "job", "instance")
                   if name not in variables]
        for name in ("job", "instance"):
            variable = variables.get(name, {})
            if not (variable.get("multi") and variable.get("includeAll") and variable.get("allValue") == ".+"):
                faults.append(f"{path.name}: the variable {name} cannot stand for all")
    for name, panel in panels():
        faults += [f"{name}, {panel['title']}: {fault}" for fault in panel_faults(panel)]
    titles = [(name, panel["title"]) for name, panel in panels()]
    faults += [f"{name} has {title} twice" for name, title in set(titles) if titles.count((name, title)) > 1]
    return faults if len(DASHBOARDS) == 3 else ["there are not three dashboards"]


def panel_faults(panel):
    if not panel.get("description"):
        yield "no description"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "no unit"
    if panel["datasource"] != {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}:
        yield "another data source than the variable's"
    if not panel["targets"]:
        yield "no query"
    for target in panel["targets"]:
        query = target["expr"]
        if 'job=~"$job"' not in query and "ALERTS" not in query:
            yield f"not limited to the job: {query}"
        if "flashsale_" in query and 'instance=~"$instance"' not in query:
            yield f"not limited to the instance: {query}"
        for match in re.finditer(r"\w+_total\b", query):
            if panel["type"] != "stat" and not query[: match.start()].endswith("rate("):
                yield f"a counter without rate: {match[0]}"


CHECKS = [
    ("promtool and amtool find nothing", programs),
    ("each alert is complete and tested both ways", alert_rules),
    ("dashboards follow the linter's rules", dashboards),
]
