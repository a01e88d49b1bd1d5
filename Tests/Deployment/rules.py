"""What must fit together. A rule yields a sentence for each thing that does not."""

import re
import tempfile
from pathlib import Path

from files import program, run, seconds

# ARCHITECTURE and OPERATIONS promise: drained within so many seconds, beside the delay.
DRAIN_SECONDS = 10


def settings_are_known_and_right(it):
    _, text = run([it.service, "check-config"])
    known = set(re.findall(r"^([A-Z][A-Z_]+) ", text, re.M))
    if len(known) < 20:
        yield f"check-config lists only {sorted(known)}"
    for place, settings in it.environments():
        for name in sorted(set(settings) - known):
            yield f"{place}: {name} is no setting"
        code, output = run([it.service, "check-config"], **{name: str(value) for name, value in settings.items()})
        if code:
            yield f"{place}: {output.strip()}"


def there_is_time_to_drain(it):
    for place, grace, settings in it.graces():
        delay = int(settings.get("DRAIN_DELAY_MS", 0)) / 1000
        if delay < 2:
            yield f"{place}: {delay} s are too short for a balancer to notice"
        if grace < delay + DRAIN_SECONDS:
            yield f"{place}: killed {grace} s after the signal, and draining may take {delay + DRAIN_SECONDS}"


def proxies_wait_longer_than_the_service(it):
    _, text = run([it.service, "check-config"])
    deadline = int(re.search(r"^REQUEST_DEADLINE_MS +(\d+)", text, re.M).group(1)) / 1000
    server = (it.root / "Sources/Drivers/HTTP/HTTPServerConfiguration.swift").read_text()
    idle = int(re.search(r"idleTimeout = Duration\.seconds\((\d+)\)", server).group(1))
    patience = {
        "nginx": re.findall(r"proxy_read_timeout (\S+);", it.nginx),
        "haproxy": re.findall(r"timeout server (\S+)", it.haproxy),
    }
    for name, times in patience.items():
        if not times or min(map(seconds, times)) < deadline + 0.25:
            yield f"{name} waits {times} for an answer that may take {deadline} s"
    upstream = it.nginx[it.nginx.index("upstream ") :]
    if seconds(re.search(r"keepalive_timeout (\S+);", upstream).group(1)) >= idle:
        yield f"nginx keeps idle connections for longer than the service's {idle} s"
    if seconds(re.search(r"pool-purge-delay (\S+)", it.haproxy).group(1)) >= idle:
        yield f"haproxy keeps idle connections for longer than the service's {idle} s"


def proxies_lead_to_the_instances(it):
    on_this_machine = [f"{one['HTTP_HOST']}:{one['HTTP_PORT']}" for one in it.systemd_settings]
    if it.instance_addresses("deploy/nginx/instances.conf") != on_this_machine:
        yield f"deploy/nginx/instances.conf does not name {on_this_machine}"
    if re.findall(r'"\$\{FLASHSALE_\d-(\S+)\}"', it.haproxy) != on_this_machine:
        yield f"deploy/haproxy/haproxy.cfg does not name {on_this_machine}"
    ports = [one[name] for one in it.systemd_settings for name in ("HTTP_PORT", "ADMIN_PORT")]
    if len(set(ports)) != len(ports):
        yield f"two listeners on one port among {ports}"
    in_compose = [
        f"{one['networks']['front']['ipv4_address']}:{one['environment']['HTTP_PORT']}"
        for _, one in sorted(it.instances.items())
    ]
    if it.instance_addresses("deploy/compose/instances.conf") != in_compose:
        yield f"deploy/compose/instances.conf does not name {in_compose}"


def proxies_take_their_files(it):
    """As they are; only nginx's paths are put where anybody may write."""
    code, text = run([program("haproxy"), "-c", "-f", str(it.root / "deploy/haproxy/haproxy.cfg")])
    if code:
        yield f"haproxy: {text}"
    for instances in ("nginx", "compose"):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("nginx.conf", "flashsale.conf"):
                text = (it.root / "deploy/nginx" / name).read_text()
                Path(folder, name).write_text(text.replace("/tmp/nginx-", f"{folder}/"))
            Path(folder, "instances.conf").write_text((it.root / f"deploy/{instances}/instances.conf").read_text())
            main = f"pid {folder}/pid; error_log stderr;"
            code, text = run([program("nginx"), "-t", "-p", folder, "-c", "nginx.conf", "-e", "stderr", "-g", main])
            if code:
                yield f"nginx with the instances of {instances}: {text}"


def operators_stay_among_themselves(it):
    for name, instance in it.instances.items():
        for port in instance.get("ports", []):
            if not str(port).startswith("127.0.0.1:"):
                yield f"docker-compose.yml: {name} publishes {port} to everybody"
    if not it.kubernetes_settings["ADMIN_HOST"].startswith("127."):
        yield "kubernetes: the operator API listens outside the pod"
    for one in it.systemd_settings:
        if not one["ADMIN_HOST"].startswith("127."):
            yield "systemd: the operator API listens outside the machine"
    admin_ports = {it.kubernetes_settings["ADMIN_PORT"], *(one["ADMIN_PORT"] for one in it.systemd_settings)}
    for name, text in (("nginx", it.nginx), ("haproxy", it.haproxy)):
        if any(port in text for port in admin_ports):
            yield f"{name} knows the operators' port"


RULES = [
    settings_are_known_and_right,
    there_is_time_to_drain,
    proxies_wait_longer_than_the_service,
    proxies_lead_to_the_instances,
    proxies_take_their_files,
    operators_stay_among_themselves,
]
