"""A sale from its waiting room to its end, as shoppers see it."""

import checks
from checks import check, same
from shop import SHOP, Sale

PHASE = "document.getElementById('hero').dataset.phase"


def phase(page, word, seconds=20):
    page.until(f"{PHASE} === '{word}'", seconds)


def test_waiting_room_counts_down_by_the_servers_clock_and_opens_by_itself(visit):
    sale, page = Sale(starts=7, total_items=60), visit.page()
    # The shopper's own clock is an hour ahead.
    script = "Date.now = ((now) => () => now() + 3600000)(Date.now.bind(Date)); window.loaded = performance.now();"
    page.call("Page.addScriptToEvaluateOnNewDocument", source=script)
    page.open(sale.url)
    phase(page, "before")
    check(page.text("#clock") <= "00:07", f"the clock shows {page.text('#clock')}")
    page.until("document.querySelectorAll('.card').length === 48")
    same(page.text(".card button .act"), "Opens soon", "a card before the sale")
    same(page.evaluate("document.querySelector('.card button').ariaDisabled"), "true", "its button")
    checks.everything(page, "before the sale")
    page.evaluate("window.isSamePage = true")
    phase(page, "running")
    page.until_card("free")
    check(page.evaluate("isSamePage"), "the page was loaded again")
    check("The sale is open" in page.text("#announcements"), "nobody announced the opening")


def test_a_sold_item_is_shown_as_sold_after_somebody_else_buys_it(visit):
    sale, page = Sale(total_items=40), visit.page()
    page.open(sale.url)
    page.until_card("free")
    page.evaluate("document.querySelector('[data-number=\"3\"] button').focus()")
    sale.buy("carol", 3, 8)
    page.until_card("sold", 3)
    same(page.text("[data-number='8'] .act"), "Sold", "the other one")
    page.until_text("#sold-count", "2 of 40 sold")
    page.until_text("#left-count", "38 items left")
    same(page.evaluate("document.activeElement.closest('.card')?.dataset.number"), "3", "the focus stays")
    same(page.text("#live-mode"), "Live", "how it was learnt")


def test_milestones_are_announced_and_not_each_item(visit):
    sale, page = Sale(total_items=8, items_per_user=8), visit.page()
    page.open(sale.url)
    page.until("document.querySelector('.card')")
    for number in range(1, 5):
        sale.buy("dan", number)
        page.until_text("#sold-count", f"{number} of 8 sold")
    words = page.text("#announcements")
    same([share for share in ("25", "50", "75") if f"{share} percent" in words], ["25", "50"], "announced")
    check(page.evaluate("document.getElementById('announcements').childElementCount") <= 3, words)


def test_a_pause_is_seen_and_its_end_too(visit):
    sale, page = Sale(total_items=40), visit.page()
    page.open(sale.url)
    phase(page, "running")
    sale.control("pause")
    phase(page, "paused")
    page.until_text(".card .act", "Not on sale")
    sale.control("resume")
    phase(page, "running")
    page.until_text(".card .act", "Add to cart")


def test_after_the_end_there_is_a_result_and_the_next_sale(visit):
    sale, page = Sale(total_items=40), visit.page()
    following = Sale(starts=900, ends=1800, total_items=20, name="The one after")
    sale.buy("erin", 1, 2)
    page.open(sale.url)
    phase(page, "running")
    sale.control("end")
    phase(page, "ended")
    page.until_text("#sale-note", "2 of 40 items were sold")
    page.until("!document.getElementById('next-link').hidden", 30)
    check("opens at" in page.text("#next-text") or "is open now" in page.text("#next-text"), page.text("#next-text"))
    checks.everything(page, "after the sale")
    page.allow(404)
    page.open(following.url.replace(following.id, "S-ZZZZZZZZZZ"))
    page.until_text("#sale-note", "There is no such sale")


def test_sold_out_says_so_before_the_end(visit):
    sale, page = Sale(total_items=3), visit.page(width=320, height=640)
    sale.buy("frank", 1, 2)
    page.open(sale.url)
    phase(page, "running")
    sale.buy("gina", 3)
    phase(page, "soldout")
    page.until_text("#left-count", "0 items left")
    page.click("#only-left")
    page.until_text("#items-note", "every item is sold")
    checks.everything(page, "sold out at 320 px")


def test_where_events_are_refused_the_page_asks_again_and_again(visit):
    sale, page = Sale(total_items=40), visit.page()
    page.allow(503)
    page.meddle("/events", lambda request: ("fulfillRequest", {"responseCode": 503}))
    page.open(sale.url)
    page.until_text("#live-mode", "asking every 2 seconds")
    page.until_card("free")
    sale.buy("hugo", 5)
    page.until_card("sold", 5)
    page.until_text("#sold-count", "1 of 40 sold")


def test_a_broken_connection_is_said_and_mended(visit):
    sale, page, relay = Sale(total_items=40), visit.page(), visit.relay(SHOP)
    page.open(sale.url.replace(SHOP, relay.url))
    page.until_card("free")
    relay.cut()
    page.until_text("#live-mode", "Connection lost")
    sale.buy("ida", 7)
    relay.mend()
    page.until_card("sold", 7)
    page.forgive("ERR_")
