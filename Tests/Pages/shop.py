"""What tests do beside the browser: make sales, buy as other shoppers, look at the record."""

import datetime
import json
import os
import urllib.error
import urllib.parse
import urllib.request

TOKEN = os.environ.get("ADMIN_TOKEN", "")
SHOP = f"http://127.0.0.1:{os.environ.get('SHOP_PORT')}"
OPERATORS = f"http://127.0.0.1:{os.environ.get('ADMIN_PORT')}"


def request(url, method="GET", body=None, headers=None):
    """Status, headers and bytes, whatever the status is."""
    data = json.dumps(body).encode() if body is not None else None
    given = {"Content-Type": "application/json"} if data else {}
    asked = urllib.request.Request(url, data, {**given, **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=15) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def operate(path, method="POST", body=None):
    status, _, content = request(OPERATORS + path, method, body, {"Authorization": f"Bearer {TOKEN}"})
    assert status < 300, f"{path}: {status} {content!r}"
    return content


def moment(seconds):
    """A time so many seconds from now, as the API takes it."""
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return time.isoformat().replace("+00:00", "Z")


class Sale:
    made = []

    def __init__(self, starts=None, ends=3600, **members):
        if starts is not None:
            members["starts_at"] = moment(starts)
        body = {"name": "Lamps", "ends_at": moment(ends), "items_per_user": 5, **members}
        self.id = json.loads(operate("/admin/sales", body=body))["id"]
        self.url = f"{SHOP}/?sale={self.id}"
        self.made.append(self)

    @classmethod
    def end_all(cls):
        """Ends what was made: the next test finds an empty shop."""
        while cls.made:
            cls.made.pop().control("end")

    def item(self, number):
        return f"I-{self.id[2:]}-{number}"

    def control(self, word):
        operate(f"/admin/sales/{self.id}/{word}")

    def buy(self, user, *numbers):
        """Buys as somebody else; gives how many items were won."""
        for number in numbers:
            query = urllib.parse.urlencode({"user_id": user, "item_id": self.item(number)})
            status, _, content = request(f"{SHOP}/checkout?{query}", "POST")
            assert status == 200, content
        code = json.loads(content)["code"]
        return json.loads(request(f"{SHOP}/purchase?code={code}", "POST")[2])["total_purchased"]

    @property
    def purchases(self):
        """Rows of the export: who has what."""
        lines = operate(f"/admin/sales/{self.id}/purchases?format=ndjson", "GET").splitlines()
        rows = map(json.loads, lines)
        return sorted((row["user_id"], int(row["item_id"].split("-")[-1])) for row in rows)

    @property
    def status(self):
        return json.loads(request(f"{SHOP}/sales/{self.id}")[2])["status"]
