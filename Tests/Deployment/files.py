"""What the deployment files say, read once for the rules."""

import functools
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

# What compose cannot start without, and so what it is checked with.
GIVEN = {"ADMIN_TOKEN": "token-of-a-rule-0123456789", "GRAFANA_PASSWORD": "password-of-a-rule"}


def program(name):
    """A program's path; Debian puts servers where users do not look."""
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        raise SystemExit(f"{name} is not installed; make bootstrap does that")
    return found


def run(command, **environment):
    """Exit code and all output; with no environment but what is given and PATH."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"} | environment
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.returncode, done.stdout


def settings_of(path):
    """The assignments of an environment file."""
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def seconds(text):
    """A duration of nginx, HAProxy, Compose or systemd, in seconds; a bare number is seconds."""
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)?", str(text)).groups()
    return int(number) * {"ms": 0.001, None: 1, "s": 1, "m": 60, "h": 3600}[unit]


@functools.cache
def composed(text):
    """A Compose file as docker-compose understands it, with paths below `.`; that takes it half a second."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "docker-compose.yml").write_text(text)
        code, output = run([program("docker-compose"), "--file", f"{folder}/docker-compose.yml", "config"], **GIVEN)
        if code:
            raise SystemExit(f"docker-compose.yml: {output}")
        return output.replace(folder, ".")


class Deployment:
    """The tree under a root, and the program whose settings it sets."""

    def __init__(self, root, service):
        self.root, self.service = Path(root), service
        folder = self.root / "deploy"
        self.compose = yaml.safe_load(composed((self.root / "docker-compose.yml").read_text()))
        self.nginx = (folder / "nginx/flashsale.conf").read_text()
        self.haproxy = (folder / "haproxy/haproxy.cfg").read_text()
        self.manifests = {
            path.name: list(yaml.safe_load_all(path.read_text())) for path in (folder / "kubernetes").glob("*.yaml")
        }
        self.kubernetes_settings = settings_of(folder / "kubernetes/settings.env")
        self.unit = (folder / "systemd/flashsale@.service").read_text()
        shared = settings_of(folder / "systemd/flashsale.env")
        self.systemd_settings = [shared | settings_of(folder / f"systemd/{number}.env") for number in (1, 2)]

    def manifest(self, kind):
        found = [item for items in self.manifests.values() for item in items if item["kind"] == kind]
        if len(found) != 1:
            raise SystemExit(f"{len(found)} manifests of kind {kind}")
        return found[0]

    @property
    def instances(self):
        """Compose's services that are instances."""
        return {name: it for name, it in self.compose["services"].items() if it["image"] == "flashsale"}

    def environments(self):
        """Every set of settings that an instance is started with, by where it is from."""
        for name, instance in self.instances.items():
            yield f"docker-compose.yml, {name}", instance["environment"]
        yield "kubernetes", self.kubernetes_settings | self.manifest("Secret")["stringData"]
        for number, settings in enumerate(self.systemd_settings, 1):
            yield f"systemd, {number}", settings

    def graces(self):
        """The seconds between SIGTERM and SIGKILL, with the settings they must suit."""
        for name, instance in self.instances.items():
            yield f"docker-compose.yml, {name}", seconds(instance["stop_grace_period"]), instance["environment"]
        pod = self.manifest("Deployment")["spec"]["template"]["spec"]
        yield "kubernetes", pod["terminationGracePeriodSeconds"], self.kubernetes_settings
        stop = re.search(r"^TimeoutStopSec=(\S+)$", self.unit, re.M).group(1)
        for number, settings in enumerate(self.systemd_settings, 1):
            yield f"systemd, {number}", seconds(stop), settings

    def instance_addresses(self, path):
        """The servers of an nginx file of instances."""
        return re.findall(r"^server (\S+) ", (self.root / path).read_text(), re.M)
