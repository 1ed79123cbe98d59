"""The descent in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import re

import pytest
from hands import Hands, on_plane
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets import Descent
from nncourse.widgets.descent import DescentDesk

OPEN = "from nncourse.widgets import Descent\ndescent = Descent({})\ndescent"


@pytest.fixture
def descent_of(notebook):
    """descent_of("learning_rate=1.0"): a notebook with this descent in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def agrees(book, hands):
    return agrees_with_nnlib(book, hands, "descent", DescentDesk)


def share(book, hands, x, y):
    """Where on its canvas, in shares, a point of the slope lies."""
    box = hands.canvas("slope").bounding_box()
    window = book.value("list(map(float, descent.frame['panels']['slope']['window']))")
    return on_plane(window, x, y, box)


def test_the_edge_is_found_by_hand_and_its_number_shown(descent_of, screenshot):
    book, hands = descent_of("ground='b2', steps=6")
    hands.says("it creeps, a step keeps 0.80 of the distance")
    screenshot(book.page, "descent-creeps")
    rate = hands.slider("learning rate")
    for _ in range(70):
        hands.key(rate, "ArrowRight")
        if "the edge is a rate of 2 / 1 = 2" in hands.status:
            break
    assert agrees(book, hands).settings["learning_rate"] == 2
    screenshot(book.page, "descent-edge")
    hands.key(rate, "ArrowRight", "ArrowRight")
    hands.says("it flies off")
    agrees(book, hands)
    hands.key(hands.button("Step"), "Enter", "Enter")
    assert agrees(book, hands).steps == 8
    screenshot(book.page, "descent-flies")


def test_it_is_played_step_by_step_and_scrubbed(descent_of):
    book, hands = descent_of("learning_rate=1.8")
    hands.button("▶ Play").press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.says(re.compile(r"step [5-9]:"))
    hands.key(hands.button("❚❚ Pause"), "Enter")
    expect(hands.button("▶ Play")).to_be_visible()
    steps = agrees(book, hands).steps
    assert 5 <= steps < 30
    hands.key(hands.slider("moment of the run"), "Home")
    hands.says("step 0: x −1.50")
    hands.key(hands.slider("moment of the run"), "ArrowRight")
    hands.says("step 1: x +1.20")
    hands.key(hands.button("↺ Same start"), "Enter")
    hands.says("step 0: ")
    agrees(book, hands)
    hands.number("learning rate").fill("1")
    hands.key(hands.number("learning rate"), "Enter")
    hands.button("▶ Play").press("Enter")
    hands.says("step 1: x +0.00, loss 0.000.")
    expect(hands.button("▶ Play")).to_be_visible()  # it has landed, and the play has ended


def test_the_ball_is_taken_elsewhere_by_mouse_and_by_key(descent_of):
    book, hands = descent_of("learning_rate=0.5, steps=1")
    x, y = -0.75, 0.28
    hands.drag(
        "slope", share(book, hands, x, y), share(book, hands, 1, 1), share(book, hands, 2, 2)
    )
    again = agrees(book, hands)
    assert again.start == pytest.approx(2, abs=0.03) and again.steps == 0
    hands.key(hands.canvas("slope"), "Shift+ArrowLeft")
    assert agrees(book, hands).start == pytest.approx(1.4, abs=0.05)
    hands.drag("slope", share(book, hands, -1, 0.5))  # a click on the curve
    assert agrees(book, hands).start == pytest.approx(-1, abs=0.05)
    grounds = hands.node.get_by_role("combobox", name="on", exact=True)
    for _ in range(4):
        hands.key(grounds, "ArrowDown")
        agrees(book, hands)
        expect(hands.slider("curvature c")).not_to_be_visible()
    hands.more()
    hands.key(hands.button("Everything as at first"), "Enter")
    assert hands.status == DescentDesk(learning_rate=0.5, steps=1).sentence
    hands.key(hands.slider("curvature c"), "End")
    assert agrees(book, hands).settings["curvature"] == 20


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(descent_of, axe, screenshot, dark):
    book, hands = descent_of("ground='gradient', learning_rate=0.6, steps=5", dark=dark)
    assert axe(hands.node) == []
    assert hands.status in hands.canvas("slope").get_attribute("aria-label")
    screenshot(book.page, f"descent-{'dark' if dark else 'light'}")


def test_at_700_pixels_nothing_scrolls_sideways(descent_of, screenshot):
    book, hands = descent_of("learning_rate=1.8, steps=8", width=700)
    assert hands.too_wide() == []
    screenshot(book.page, "descent-700")
    hands.panel("products").scroll_into_view_if_needed()
    screenshot(book.page, "descent-700-below")


def test_a_page_of_its_own_goes_through_the_rates_offline(offline, tmp_path, screenshot):
    widget = Descent(steps=8)
    hands = Hands(offline(widget.to_html(tmp_path / "descent.html")))
    hands.says(widget.sentence)
    time = hands.slider("moment of the run")
    time.press("Home")
    for _ in range(11):
        time.press("ArrowRight")
    hands.says(DescentDesk(learning_rate=2.0, steps=8).sentence)
    screenshot(hands.page, "descent-page")
