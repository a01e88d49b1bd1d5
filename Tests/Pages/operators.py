"""The operators' live view."""

import checks
from checks import check, same
from shop import OPERATORS, TOKEN, Sale


def enter(page, server=OPERATORS):
    page.open(f"{server}/live")
    page.until("document.activeElement.id === 'token'")
    page.write(TOKEN)
    page.press("Enter")
    page.until_text("#link", "Live")


def row(sale):
    return f"[...document.querySelectorAll('#sales tr')].find((r) => r.innerText.includes('{sale.id}'))"


def test_operators_see_nothing_without_the_right_token(visit):
    page = visit.page()
    page.allow(401)
    page.open(f"{OPERATORS}/live")
    page.until("document.activeElement.id === 'token'")
    checks.everything(page, "the door")
    page.write("not the token at all")
    page.press("Enter")
    page.until_text("#door-fault", "does not take this token")
    check(page.evaluate("document.getElementById('board').hidden"), "the board is shown")
    same(page.evaluate("sessionStorage.length"), 0, "what is kept of a wrong token")


def test_operators_see_a_sale_as_it_goes(visit):
    sale, page = Sale(total_items=50, name="Watched"), visit.page()
    enter(page)
    page.until(row(sale))
    sale.buy("oscar", 1, 2, 3)
    page.until(f"{row(sale)}.innerText.includes('3 of 50')")
    page.until_text("#verdicts", "Kept")
    page.until("document.querySelectorAll('.chart path[d^=M]').length > 8")
    same(page.evaluate("document.querySelectorAll('.chart').length"), 8, "charts")
    for dark, width in ((False, 1280), (True, 1280), (False, 320), (True, 320)):
        page.look(width, 900, dark=dark)
        checks.everything(page, f"the live view {'dark' if dark else 'light'} at {width} px")


def test_operators_pause_and_resume_a_sale(visit):
    sale, page = Sale(total_items=50), visit.page()
    enter(page)
    page.until(row(sale))
    page.evaluate("window.confirm = (question) => { window.asked = question; return true; }")
    page.evaluate(f"{row(sale)}.querySelector('button').click()")
    page.until(f"{row(sale)}.innerText.includes('paused')")
    same(sale.status, "paused", "the service's word")
    check("Nothing of it sells" in page.evaluate("asked"), "nobody was asked")
    page.evaluate(f"{row(sale)}.querySelector('button').click()")
    page.until(f"{row(sale)}.innerText.includes('active')")
    same(sale.status, "active", "the service's word")


def test_operators_are_told_when_the_view_is_stale(visit):
    page, relay = visit.page(), visit.relay(OPERATORS)
    enter(page, relay.url)
    relay.cut()
    page.until_text("#link", "Connection lost")
    check("stale" in page.evaluate("JSON.stringify(document.getElementById('board').dataset)"), "the board looks fresh")
    relay.mend()
    page.until_text("#link", "Live", 30)
    page.forgive("ERR_")
    page.click("#leave")
    page.until("document.activeElement.id === 'token'")
    same(page.evaluate("sessionStorage.length"), 0, "what is kept of the token")
