"""The page of misunderstandings in a browser, with counts that change while it is open."""

import pytest
from insight.page import page as written
from insight.tally import tally
from playwright.sync_api import expect

from nncourse.exercises import catalogue

ADDRESS = "http://class.example/"
KNOWN = catalogue()


def stuck(count):
    """The page if `count` students have made the first known mistake of 04.slopes."""
    title = next(iter(KNOWN["04.slopes"]["misconceptions"]))
    record = {"task": "04.slopes", "status": "not yet", "misconception": title}
    lead = [f"{count} students at work."]
    return written("Now", tally([[record]] * count, KNOWN), KNOWN, lead=lead, refresh=15)


class Wall:
    """A page whose answers and whose clock the test controls."""

    def __init__(self, page):
        self.page, self.answer, self.asked = page, {"body": stuck(3)}, 0
        page.clock.install()
        page.route(ADDRESS, self.serve)
        page.goto(ADDRESS)

    def serve(self, route):
        self.asked += 1
        route.fulfill(content_type="text/html", **self.answer)

    def later(self, seconds):
        self.page.clock.run_for(1000 * seconds)
        self.page.evaluate("0")  # so that the page has sent its request


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_can_be_used_by_everybody(page, axe, scheme):
    page.emulate_media(color_scheme=scheme)
    Wall(page)
    assert not axe(page.locator("html"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_counts_are_reloaded_and_stay_while_the_page_is_held(page):
    wall = Wall(page)
    expect(page.get_by_text("3 students at work.")).to_be_visible()
    wall.answer = {"body": stuck(5)}
    wall.later(16)
    expect(page.get_by_text("5 students at work.")).to_be_visible()
    hold = page.get_by_role("button", name="Hold the page")
    hold.click()
    expect(hold).to_have_attribute("aria-pressed", "true")
    asked = wall.asked
    wall.later(60)
    assert wall.asked == asked
    wall.answer = {"body": stuck(7)}
    hold.click()
    wall.later(16)
    expect(page.get_by_text("7 students at work.")).to_be_visible()


@pytest.mark.parametrize("answer", [{"status": 503, "body": "busy"}, {"body": "<p>Log in"}])
def test_old_counts_are_said_to_be_old(new_page, answer):
    page, console = new_page()
    wall = Wall(page)
    wall.answer = answer
    wall.later(16)
    expect(page.get_by_role("status")).to_contain_text("The numbers are not new")
    expect(page.get_by_text("3 students at work.")).to_be_visible()
    if "status" in answer:
        console.forgive("503")
