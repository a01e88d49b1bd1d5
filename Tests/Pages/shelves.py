"""The grid of items: pages, filter, search, keys."""

import secrets

import checks
from checks import check, same
from shop import Sale

FIRST = "document.querySelector('.card')?.dataset.number"


def test_ten_thousand_items_are_paged_and_found(visit):
    sale, page = Sale(total_items=10_000), visit.page()
    page.open(sale.url)
    page.until(f"{FIRST} === '1'")
    same(page.evaluate("document.querySelectorAll('.card').length"), 48, "cards")
    same(page.text("#page-place"), "Page 1 of 209", "the place")
    page.click("#page-after")
    page.until(f"{FIRST} === '49'")
    same(page.evaluate("document.activeElement.closest('.card')?.dataset.number"), "49", "the focus after turning")
    for text in ("9999", sale.item(9999)):
        page.evaluate("document.getElementById('find-text').value = ''")
        page.click("#find-text")
        page.write(text)
        page.press("Enter")
        page.until("document.activeElement.closest('.card')?.dataset.number === '9999'")
        same(page.text("#page-place"), "Page 209 of 209", "the last page")
        page.click("#page-before")
        page.until(f"{FIRST} === '9937'")
    for text in ("10001", "0", "I-0000000000-5"):
        page.evaluate("document.getElementById('find-text').value = ''")
        page.click("#find-text")
        page.write(text)
        page.press("Enter")
        page.until_text("#find-note", f"No item of this sale is “{text}”")


def test_items_with_ids_of_their_own_are_found_by_them(visit):
    word = secrets.token_hex(4)
    items = [{"id": f"{word}/ü{n}", "name": f"Lamp {n}", "price": {"amount_minor": 990 + n, "currency": "JPY"}}
             for n in range(1, 1201)]
    sale, page = Sale(items=items), visit.page()
    page.open(sale.url)
    page.until(f"{FIRST} === '1'")
    same(page.text(".card .price"), "¥991", "a price in a currency without a minor unit")
    page.click("#find-text")
    page.write(f"{word}/ü1111")
    page.press("Enter")
    page.until("document.activeElement.closest('.card')?.dataset.number === '1111'")
    page.until("document.activeElement.closest('.card').querySelector('img').naturalWidth > 0")


def test_only_what_is_left(visit):
    sale, page = Sale(total_items=100, items_per_user=90), visit.page()
    sale.buy("jack", *range(1, 41))
    page.open(sale.url)
    page.until_text("#page-place", "Page 1 of 3")
    page.click("#only-left")
    page.until(f"{FIRST} === '41'")
    page.until_text("#page-place", "Page 1 of 2")
    page.click("#page-after")
    page.until(f"{FIRST} === '89'")
    same(page.evaluate("document.querySelectorAll('.card').length"), 12, "cards of the last page")


def test_arrow_keys_move_among_the_items(visit):
    sale, page = Sale(total_items=100), visit.page(width=1280)
    page.open(sale.url)
    page.until(f"{FIRST} === '1'")
    same(page.evaluate("document.querySelectorAll('.card button[tabindex=\"0\"]').length"), 1, "buttons in the tab order")
    page.tab_to(".card button")
    number = lambda: int(page.evaluate("document.activeElement.closest('.card').dataset.number"))
    page.press("ArrowRight", 2)
    same(number(), 3, "two to the right")
    page.press("ArrowDown")
    columns = number() - 3
    check(columns >= 3, f"{columns} columns")
    page.press("ArrowUp")
    page.press("ArrowLeft", 5)
    same(number(), 1, "not beyond the first")
    page.press("End")
    same(number(), 48, "the last")
    page.press("PageDown")
    page.until(f"{FIRST} === '49'")
    page.until("document.activeElement.closest('.card')?.dataset.number === '49'")
    page.press("Tab")
    page.press("Tab", shift=True)
    same(number(), 49, "back to where the focus was")
    ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth")
    same(ring, "solid3px", "the ring around what has the focus")


def test_every_look_is_readable_and_fits(visit):
    sale = Sale(total_items=100)
    sale.buy("kate", 2, 3)
    page = visit.page()
    page.open(sale.url)
    page.until("document.querySelector('[data-condition=sold]')")
    for dark in (False, True):
        for width in (320, 768, 1280):
            page.look(width, 800, dark=dark)
            checks.everything(page, f"{'dark' if dark else 'light'} at {width} px")


def test_nothing_moves_for_who_wants_it_still(visit):
    page = visit.page(still=False)
    page.open(Sale(total_items=4).url)
    page.until("document.querySelector('.card')")
    moving = "document.getAnimations().filter((a) => a.playState === 'running').length"
    page.until(f"{moving} > 0")
    page.look(1280, 900, still=True)
    same(page.evaluate(moving), 0, "animations")
