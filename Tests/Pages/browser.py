"""Headless Chromium of Debian, driven by the DevTools protocol through a pair of pipes: no port, no driver, no package."""

import base64
import fcntl
import itertools
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time

PROGRAMS = ("chromium-headless-shell", "chromium")
ANSWER_SECONDS = 30


class Failure(AssertionError):
    """What should have been so was not."""


class Browser:
    """One browser process; each page has a profile of its own."""

    def __init__(self):
        program = next(filter(None, map(shutil.which, PROGRAMS)), None)
        if not program:
            raise SystemExit("Chromium is missing; `scripts/bootstrap pages` installs it")
        self.folder = tempfile.mkdtemp(prefix="flashsale-pages.")
        reads, writes = self._start(program)
        self.pipe = os.fdopen(writes, "wb", buffering=0)
        self.ids = itertools.count(1)
        self.answers, self.listeners, self.lock = {}, {}, threading.Lock()
        self.reader = threading.Thread(target=self._read, args=(os.fdopen(reads, "rb"),), daemon=True)
        self.reader.start()

    def _start(self, program):
        """Chromium reads commands from descriptor 3 and writes to 4."""
        high = lambda descriptor: fcntl.fcntl(descriptor, fcntl.F_DUPFD, 20)
        pipes = [os.pipe(), os.pipe()]
        commands, ours = map(high, pipes[0])
        theirs, answers = map(high, pipes[1])
        for descriptor in (*pipes[0], *pipes[1]):
            os.close(descriptor)
        options = [
            "--headless", "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "--disable-gpu",
            "--disable-dev-shm-usage", "--force-color-profile=srgb", "--hide-scrollbars", "--lang=en",
        ]
        # Root has no user namespace to put a sandbox into; everything shown here is ours.
        options += ["--no-sandbox"] if os.geteuid() == 0 else []
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "bash", "-c", f'exec "$@" 3<&{commands} 4>&{answers}', "bash",
             program, *options, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, pass_fds=(commands, answers),
        )
        os.close(commands)
        os.close(answers)
        return theirs, ours

    def _read(self, stream):
        rest = b""
        while piece := stream.read1(65536):
            *messages, rest = (rest + piece).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    if waiting := self.answers.get(message["id"]):
                        waiting.put(message)
                elif listener := self.listeners.get(message.get("sessionId")):
                    listener(message["method"], message["params"])

    def send(self, method, session=None, number=None, **params):
        """Says something and waits for nothing."""
        message = {"id": number or next(self.ids), "method": method, "params": params}
        message |= {"sessionId": session} if session else {}
        with self.lock:
            self.pipe.write(json.dumps(message).encode() + b"\0")

    def call(self, method, session=None, **params):
        number = next(self.ids)
        self.answers[number] = queue.Queue()
        self.send(method, session, number, **params)
        try:
            answer = self.answers[number].get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise Failure(f"{method}: no answer of the browser in {ANSWER_SECONDS} s") from None
        finally:
            del self.answers[number]
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(10)
        except (Failure, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_for(what, condition, seconds=15):
    """Asks until the answer is true, and gives it."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def save(path, data):
    with open(path, "wb") as file:
        file.write(base64.b64decode(data))
