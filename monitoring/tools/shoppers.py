"""A small sale that is repeated, and shoppers who do everything that a dashboard counts."""

import http.client
import json
import random
import socket
import threading
import time
import urllib.request

from stack import TOKEN

ITEMS = 600
SHOPPERS = 24  # many, so that those who wait for an answer do not keep the others from coming
PAUSE = 0.3  # seconds of a shopper between two visits


class Shoppers:
    """As a context: a sale runs and shoppers come until it ends."""

    def __init__(self, stack):
        self.stack, self.sale, self.is_over = stack, None, threading.Event()
        self.threads = [threading.Thread(target=self.shop, args=(seed,)) for seed in range(SHOPPERS)]
        self.threads.append(threading.Thread(target=self.keep_selling))

    def __enter__(self):
        self.sale, self.opened = self.open_sale(), time.monotonic()
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def operate(self, path, body=None):
        """A call of the operator API, on whichever instance answers."""
        for instance in self.stack.instances:
            request = urllib.request.Request(
                instance.admin_url + path,
                data=json.dumps(body or {}).encode(),
                headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=5) as response:
                    return json.load(response)
            except OSError:
                continue
        return None

    def open_sale(self):
        sale = self.operate("/admin/sales", {"name": "Game day", "total_items": ITEMS, "items_per_user": 5})
        return sale and sale["id"]

    def rotate(self):
        """Opens the next sale, then ends the last one."""
        following = self.open_sale()
        if following:
            last, self.sale, self.opened = self.sale, following, time.monotonic()
            self.operate(f"/admin/sales/{last}/end")

    def keep_selling(self):
        while not self.is_over.wait(1):
            if time.monotonic() - self.opened > 60:
                self.rotate()

    def shop(self, seed):
        choose = random.Random(seed)
        connections = [
            http.client.HTTPConnection("127.0.0.1", instance.port, timeout=3) for instance in self.stack.instances
        ]
        while not self.is_over.wait(PAUSE):
            try:
                self.visit(choose, choose.choice(connections))
            except (OSError, http.client.HTTPException):
                for connection in connections:
                    connection.close()  # opens again by itself
        for connection in connections:
            connection.close()

    def read(self, is_over):
        """Lists items again and again, as a client does that knows no pause."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stack.instances[0].port, timeout=5)
        while not is_over.wait(0.02):
            try:
                ask(connection, "GET", f"/sales/{self.sale}/items?limit=100")
            except (OSError, http.client.HTTPException):
                connection.close()
        connection.close()

    def reconcile(self, is_over):
        """Compares Redis with PostgreSQL again and again."""
        while not is_over.wait(0.02):
            self.operate(f"/admin/sales/{self.sale}/reconcile")

    def visit(self, choose, connection):
        sale, kind = self.sale, choose.random()
        if kind < 0.02:
            broken(connection.port)
        elif kind < 0.10:
            ask(connection, "GET", f"/sales/{sale}/items?available=true&limit=5")
        elif kind < 0.15:  # one user far above the quota
            ask(connection, "POST", f"/checkout?user_id=eager&item_id=I-{sale[2:]}-1")
        else:
            number = choose.randrange(1, ITEMS + (20 if kind < 0.2 else 1))
            user = choose.randrange(400)
            answer = ask(connection, "POST", f"/checkout?user_id=u{user}&item_id=I-{sale[2:]}-{number}")
            code = answer.get("code")
            if code and kind < 0.95:
                ask(connection, "POST", f"/purchase?code={code}")
                if kind < 0.3:
                    ask(connection, "POST", f"/purchase?code={code}")  # the button again


def ask(connection, method, target):
    """The JSON of a good answer, nothing of another."""
    connection.request(method, target)
    response = connection.getresponse()
    body = response.read()
    return json.loads(body) if response.status == 200 else {}


def broken(port):
    with socket.create_connection(("127.0.0.1", port), timeout=3) as client:
        client.sendall(b"GET / HTTP/9.9\r\n\r\n")
        client.recv(1024)
