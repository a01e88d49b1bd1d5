"""The documents' screenshots: a sale before, during and after, from both sides of the counter, with a crowd in it."""

import contextlib
import os
import random
import shutil
import subprocess
import threading
import time

import purchases
from page import Page
from shop import OPERATORS, SHOP, TOKEN, Sale, request

CROWD = 6
LARGEST = 150_000


class Crowd:
    """Shoppers who buy what is left, and ask for what is not: a few a second each, until told to stop."""

    def __init__(self, sale, items, share):
        self.sale, self.numbers = sale, random.Random(7).sample(range(9, items + 1), round(items * share))
        self.is_over, self.lock, self.served = threading.Event(), threading.Lock(), 0
        self.threads = [threading.Thread(target=self._shop, args=(n,), daemon=True) for n in range(CROWD)]

    def rush(self):
        """Half of them buy at once."""
        half = len(self.numbers) // 2
        early, self.numbers = self.numbers[:half], self.numbers[half:]
        for start in range(0, len(early), 8):
            self.sale.buy(f"early-{start}", *early[start:start + 8])
        self.early = early
        for thread in self.threads:
            thread.start()

    def _shop(self, seed):
        dice = random.Random(seed)
        while not self.is_over.is_set():
            with self.lock:
                mine = [self.numbers.pop() for _ in range(min(dice.randint(1, 2), len(self.numbers)))]
                self.served += 1
            with contextlib.suppress(OSError):
                if mine:
                    self.sale.buy(f"shopper-{self.served}", *mine)
                for _ in range(dice.randrange(9)):
                    query = f"user_id=late-{dice.randrange(99)}&item_id={self.sale.item(dice.choice(self.early))}"
                    request(f"{SHOP}/checkout?{query}", "POST")
            time.sleep(dice.uniform(0.6, 2.6))

    def stop(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()


class Album:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def add(self, name, page):
        """Shoots what is on the screen, once its pictures are there."""
        page.evaluate("document.activeElement.blur()")
        visible = "[...document.images].filter((i) => i.getBoundingClientRect().top < innerHeight)"
        page.until(f"{visible}.every((i) => i.complete)")
        time.sleep(0.6)
        path = os.path.join(self.folder, f"{name}.png")
        page.picture(path)
        subprocess.run(["pngquant", "--force", "--strip", "--speed", "1", "--nofs", "--output", path, "256", path], check=True)
        size = os.path.getsize(path)
        print(f"{path}: {size / 1000:.0f} KB")
        if size > LARGEST:
            raise SystemExit(f"{path} is larger than {LARGEST} bytes")


def shop_window(browser, url, **look):
    page = Page(browser, **look)
    page.open(url)
    page.until("document.querySelector('.card')")
    return page


def take(browser, folder):
    if not shutil.which("pngquant"):
        raise SystemExit("pngquant is missing; `scripts/bootstrap pages` installs it")
    album = Album(folder)
    items = 1200
    sale = Sale(total_items=items, items_per_user=8, name="Friday night flash", ends=2540)
    later = Sale(starts=754, ends=4354, total_items=2000, name="Second helping")
    album.add("storefront-before", shop_window(browser, later.url))
    operators = Page(browser, height=920)
    operators.open(f"{OPERATORS}/live")
    operators.write(TOKEN)
    operators.press("Enter")
    crowd = Crowd(sale, items, share=0.7)
    crowd.rush()

    page = shop_window(browser, sale.url)
    purchases.enter(page, "alice")
    purchases.add(page, 2, 3, 5)
    sale.buy("somebody", 3)
    page.until("document.querySelector('#cart-lines [data-lost]')")
    page.evaluate("scrollTo(0, 0)")
    page.until_text("#sold-rate", "a second")
    album.add("storefront-during", page)
    page.look(1280, 900, dark=True)
    album.add("storefront-dark", page)
    page.look(1280, 900)
    page.click("#buy")
    page.until(purchases.OPEN)
    album.add("storefront-outcome", page)

    small = shop_window(browser, sale.url, width=390, height=780, scale=2, dark=True)
    purchases.enter(small, "bob")
    purchases.add(small, 6, 7)
    small.click("#cart-toggle")
    small.evaluate("document.getElementById('items-title').scrollIntoView()")
    album.add("storefront-small", small)

    time.sleep(60)
    album.add("operators", operators)
    crowd.stop()
    sale.control("end")
    page.click("#outcome-close")
    page.evaluate("scrollTo(0, 0)")
    page.until("!document.getElementById('next-link').hidden", 30)
    album.add("storefront-after", page)
    return 0
