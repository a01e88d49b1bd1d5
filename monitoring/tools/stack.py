"""Two instances on a PostgreSQL and a Redis of their own, watched by Debian's Prometheus and Alertmanager.

Everything listens on free loopback ports, lives in a scratch folder, and ends with this process, however that ends.
"""

import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests" / "TelemetryContract"))

from collector import Collector  # noqa: E402

MONITORING = ROOT / "monitoring"
TOKEN = "monitoring-token-0123456789"
SETTINGS = {
    "ADMIN_TOKEN": TOKEN,
    "APP_ENV": "development",
    "AUDIT_SECONDS": "10",
    "HTTP_HOST": "127.0.0.1",
    "OTEL_BSP_SCHEDULE_DELAY": "1000",
    "RATE_LIMIT_PER_USER": "20/10s",
    "REQUEST_DEADLINE_MS": "1000",
    "SALE_SCHEDULE": "off",
}


def free_port():
    """Below 32768, where the kernel's ephemeral ports begin."""
    while True:
        port = random.randrange(20000, 32768)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def fetch(url, timeout=5):
    with urllib.request.urlopen(url, timeout=timeout) as response:
        return response.read().decode()


def wait_for(what, condition, seconds):
    """Asks `condition` until it says yes; gives how long that took."""
    since = time.monotonic()
    while True:
        if condition():
            return time.monotonic() - since
        if time.monotonic() - since > seconds:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def answers(url):
    try:
        fetch(url, timeout=2)
        return True
    except OSError:
        return False


def service_binary():
    """The debug build, as scripts/with-service takes it; SERVICE names another."""
    binary = os.environ.get("SERVICE")
    if not binary:
        command = [os.environ.get("SWIFT", "swift"), "build", "--show-bin-path"]
        command += shlex.split(os.environ.get("BUILD_FLAGS", ""))
        binary = subprocess.check_output(command, cwd=ROOT, text=True).strip() + "/flashsale"
    if not os.access(binary, os.X_OK):
        raise SystemExit(f"{binary} is not built; `make build` does that")
    return binary


class Process:
    """A program that ends with this process at the latest."""

    def __init__(self, command, log, environment=None, stdout=None):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout or self.log,
            stderr=self.log,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    @property
    def pid(self):
        return self.process.pid

    def send(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, number=signal.SIGTERM):
        self.send(signal.SIGCONT)
        self.send(number)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.process.wait()
        self.log.close()


class Instance:
    def __init__(self, stack, number):
        self.stack, self.number, self.process = stack, number, None
        self.port, self.admin_port = free_port(), free_port()
        self.url, self.admin_url = (f"http://127.0.0.1:{port}" for port in (self.port, self.admin_port))

    def start(self, settings=None, stdout=None):
        environment = {
            **SETTINGS,
            "DATABASE_URL": self.stack.database,
            "REDIS_URL": self.stack.redis,
            "HTTP_PORT": str(self.port),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.stack.collector.url,
            "ADMIN_PORT": str(self.admin_port),
            **(settings or {}),
        }
        log = self.stack.scratch / f"instance-{self.number}.log"
        self.process = Process([self.stack.binary, "serve", "--migrate"], log, environment, stdout)
        wait_for(f"instance {self.number} is ready", lambda: answers(self.url + "/health/ready"), 60)

    def kill(self):
        self.process.end(signal.SIGKILL)

    def metrics(self):
        return fetch(self.url + "/metrics")


class Stack:
    def __init__(self):
        self.binary = service_binary()
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="flashsale-monitoring.", dir="/var/tmp"))
        self.scratch.chmod(0o755)  # user postgres passes through
        self.instances, self.watchers = [], []
        self.collector = Collector(keeps=False)

    def __enter__(self):
        try:
            self.database = self.server("postgres", "start")
            self.redis = self.server("redis", "start")
            self.instances = [Instance(self, number) for number in (1, 2)]
            for instance in self.instances:
                instance.start()
            self.watch()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.watchers + [each.process for each in self.instances if each.process]:
            process.end()
        for kind in ("postgres", "redis"):
            self.server(kind, "remove", check=False)
        shutil.rmtree(self.scratch, ignore_errors=True)

    def server(self, kind, command, *options, check=True):
        """Calls scripts/postgres or scripts/redis; gives the last line it says."""
        if command == "start":
            options = ("--follow", str(os.getpid()), "--temporary", *options)
        line = [ROOT / "scripts" / kind, command, self.scratch / kind, *options]
        output = subprocess.run(line, cwd=ROOT, check=check, stdout=subprocess.PIPE, text=True).stdout
        return (output.splitlines() or [""])[-1]

    def sql(self, statement, wait=True):
        """Without `wait` nobody is interested in how it ends."""
        silent = {"stdout": subprocess.DEVNULL, "stderr": None if wait else subprocess.DEVNULL}
        process = subprocess.Popen(["psql", "-XAtqc", statement, self.database], **silent)
        if wait and process.wait() != 0:
            raise RuntimeError(f"psql refused: {statement}")
        return process

    def redis_command(self, *words):
        subprocess.run(["redis-cli", "-u", self.redis, *words], check=True, stdout=subprocess.DEVNULL)

    def watch(self):
        """Starts Prometheus and Alertmanager with the project's own configuration and these ports."""
        folder = self.scratch / "prometheus"
        shutil.copytree(MONITORING / "prometheus", folder)
        port, alert_port = free_port(), free_port()
        self.prometheus, self.alertmanager = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{alert_port}"
        for name, ports in (
            ("flashsale", [instance.port for instance in self.instances]),
            ("alertmanager", [alert_port]),
        ):
            targets = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
            (folder / "targets" / f"{name}.json").write_text(json.dumps(targets))
        self.watchers = [
            Process(
                [
                    "prometheus",
                    f"--config.file={folder}/prometheus.yml",
                    f"--storage.tsdb.path={self.scratch}/tsdb",
                    f"--web.listen-address=127.0.0.1:{port}",
                ],
                self.scratch / "prometheus.log",
            ),
            Process(
                [
                    "prometheus-alertmanager",
                    f"--config.file={MONITORING}/alertmanager/alertmanager.yml",
                    f"--storage.path={self.scratch}/alertmanager",
                    f"--web.listen-address=127.0.0.1:{alert_port}",
                    "--cluster.listen-address=",
                ],
                self.scratch / "alertmanager.log",
            ),
        ]
        wait_for("Prometheus is ready", lambda: answers(self.prometheus + "/-/ready"), 30)
        wait_for("Alertmanager is ready", lambda: answers(self.alertmanager + "/-/ready"), 30)

    def api(self, path, **parameters):
        """The data of an answer of Prometheus."""
        query = urllib.parse.urlencode(parameters)
        answer = json.loads(fetch(f"{self.prometheus}/api/v1/{path}?{query}", timeout=30))
        return answer["data"]

    def firing(self):
        alerts = self.api("alerts")["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}
