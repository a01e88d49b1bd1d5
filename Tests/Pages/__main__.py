"""The storefront and the operators' view in headless Chromium: `python3 Tests/Pages [--only WORD] [--pictures FOLDER]`.

Runs against a service as scripts/with-service starts it (SHOP_PORT, ADMIN_PORT, ADMIN_TOKEN). Each test is a function
that says what it shows; each has pages of its own, which must not have complained of anything at the end. With
--pictures it tests nothing and takes the screenshots of the documents instead. The exit code is 1 when a test failed.
"""

import argparse
import sys
import time
import traceback
import urllib.parse

import delivery
import operators
import pictures
import purchases
import sales
import shelves
from browser import Browser
from checks import clean
from page import Page
from relay import Relay
from shop import Sale

GROUPS = (delivery, sales, shelves, purchases, operators)


class Visit:
    """The pages of one test."""

    def __init__(self, browser):
        self.browser, self.pages, self.relays = browser, [], []

    def page(self, **look):
        self.pages.append(Page(self.browser, **look))
        return self.pages[-1]

    def relay(self, server):
        self.relays.append(Relay(urllib.parse.urlsplit(server).port))
        return self.relays[-1]

    def close(self):
        for one in (*self.pages, *self.relays):
            one.close()
        Sale.end_all()


def run(browser, test):
    visit, since = Visit(browser), time.monotonic()
    name = test.__name__.removeprefix("test_").replace("_", " ")
    try:
        test(visit)
        for page in visit.pages:
            clean(page, name)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[1:]
        print(f"✗ {name}: {error} ({' < '.join(f'{frame.name}:{frame.lineno}' for frame in reversed(where))})")
        for number, page in enumerate(visit.pages):
            print(f"  page {number}: {page.text('#hero')[:300]!r} {page.faults[:3]}")
        return False
    finally:
        visit.close()
    print(f"✓ {name} ({time.monotonic() - since:.1f} s)")
    return True


def main():
    parser = argparse.ArgumentParser(prog="Tests/Pages")
    parser.add_argument("--only", default="", help="run the tests whose name has this in it")
    parser.add_argument("--pictures", metavar="FOLDER", help="take the documents' screenshots into this folder")
    options = parser.parse_args()
    tests = [
        test for group in GROUPS for name, test in vars(group).items()
        if name.startswith("test_") and options.only.replace(" ", "_") in name
    ]
    browser, since = Browser(), time.monotonic()
    try:
        if options.pictures:
            return pictures.take(browser, options.pictures)
        failed = [test for test in tests if not run(browser, test)]
    finally:
        browser.close()
    print(f"pages: {len(tests)} tests, {len(tests) - len(failed)} passed, {time.monotonic() - since:.0f} s")
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main())
