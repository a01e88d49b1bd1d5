"""nginx and haproxy in front of the service: lenient, streaming, and keeping connections to the service open."""

import asyncio
import itertools
import os
import shutil
import socket
from pathlib import Path

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 512; }}
http {{
    access_log off; log_format lane '$request_completion $upstream_addr';
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    client_header_timeout 2s; client_body_timeout 2s; client_max_body_size 0; large_client_header_buffers 8 128k;
    ignore_invalid_headers off; underscores_in_headers on; merge_slashes off; keepalive_requests 10000;
    proxy_http_version 1.1; proxy_request_buffering off; proxy_next_upstream off; proxy_ignore_client_abort off;
    proxy_set_header Connection ""; proxy_read_timeout 3s;
    {lanes}
}}
"""
NGINX_LANE = """
    upstream lane{lane} {{ server 127.0.0.1:{relay}; keepalive 1; }}
    server {{ listen 127.0.0.1:{port}; access_log {folder}/lane{lane}.log lane;
        location / {{ proxy_pass http://lane{lane}; }} }}
"""
HAPROXY = """
global
    log stdout format raw local0
    nbthread 1
    tune.bufsize 131072
defaults
    mode http
    log global
    log-format "%f %s"
    timeout connect 2s
    timeout client 2s
    timeout server 3s
    timeout http-request 2s
    retries 0
    http-reuse always
    option accept-invalid-http-request
{lanes}
"""
HAPROXY_LANE = """
frontend lane{lane}
    bind 127.0.0.1:{port}
    default_backend back{lane}
backend back{lane}
    server service 127.0.0.1:{relay} pool-max-conn 1
"""
NEXT_PORT = itertools.count(20000 + os.getpid() % 10000)


def free_ports(count):
    """Ports that were free a moment ago, below those that the kernel hands out."""
    found = []
    while len(found) < count:
        port = next(NEXT_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                found.append(port)
            except OSError:
                pass
    return found


class Proxy:
    """A proxy with a lane for each relay: a port, a connection to the service of its own, and a log of its own."""

    def __init__(self, name, folder, relays):
        self.name, self.folder, self.relays = name, Path(folder) / name, relays
        self.ports = free_ports(len(relays))
        self.process = None

    async def start(self):
        self.folder.mkdir()
        if self.name == "nginx":
            command = ["nginx", "-p", str(self.folder), "-c", str(self._write(NGINX, NGINX_LANE))]
        else:
            command = ["haproxy", "-db", "-f", str(self._write(HAPROXY, HAPROXY_LANE))]
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        program = shutil.which(command[0], path=path)
        if not program:
            raise SystemExit(f"{command[0]} is not installed; make bootstrap does that")
        with open(self.folder / "output", "wb") as output:
            self.process = await asyncio.create_subprocess_exec(
                program, *command[1:], stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
            )
        for port in self.ports:
            await self._listens(port)

    async def _listens(self, port):
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.transport.abort()
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise SystemExit(f"{self.name} does not listen:\n{(self.folder / 'output').read_text()}")

    def _write(self, frame, lane_text):
        numbered = enumerate(zip(self.ports, self.relays))
        lanes = "".join(
            lane_text.format(lane=lane, port=port, relay=relay, folder=self.folder) for lane, (port, relay) in numbered
        )
        path = self.folder / "config"
        path.write_text(frame.format(folder=self.folder, lanes=lanes))
        return path

    def forwarded(self, lane):
        """How many requests of a lane the proxy says it passed on, since its start."""
        if self.name == "nginx":
            lines = (self.folder / f"lane{lane}.log").read_text().splitlines()
            return sum(1 for line in lines if not line.endswith(" -"))
        lines = (self.folder / "output").read_text(errors="replace").splitlines()
        return sum(1 for line in lines if line.split() == [f"lane{lane}", "service"])

    async def stop(self):
        if self.process.returncode is not None:
            raise SystemExit(f"{self.name} ended by itself:\n{(self.folder / 'output').read_text()[-2000:]}")
        self.process.terminate()
        await self.process.wait()
