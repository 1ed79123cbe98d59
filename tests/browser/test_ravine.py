"""The ravine in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import re

import pytest
from hands import Hands, on_plane
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets import Ravine
from nncourse.widgets.ravine import RavineDesk

OPEN = "from nncourse.widgets import Ravine\nravine = Ravine({})\nravine"


@pytest.fixture
def ravine_of(notebook):
    """ravine_of("narrowness=3"): a notebook with this ravine in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def agrees(book, hands):
    return agrees_with_nnlib(book, hands, "ravine", RavineDesk)


def share(book, hands, x, y):
    """Where on its canvas, in shares, a point of the valley lies: both axes have one unit."""
    box = hands.canvas("valley").bounding_box()
    window = book.value("list(map(float, ravine.frame['panels']['valley']['window']))")
    return on_plane(window, x, y, box, one_unit=True)


def test_who_is_first_changes_as_the_valley_narrows_and_turns(ravine_of, screenshot):
    book, hands = ravine_of("narrowness=3")
    hands.says("arrived: plain steps (20)")
    before = hands.colours("valley"), hands.colours("losses")
    hands.number("narrowness").fill("30")
    hands.key(hands.number("narrowness"), "Enter")
    hands.says("arrived: momentum (")
    assert hands.colours("valley") != before[0] and hands.colours("losses") != before[1]
    agrees(book, hands)
    screenshot(book.page, "ravine-30")
    hands.key(hands.slider("turned by °"), "Home")
    hands.says("arrived: Adam (")
    assert agrees(book, hands).settings["turned"] == 0


def test_a_rate_is_set_by_key_and_given_back(ravine_of):
    book, hands = ravine_of("steps=60")
    rate, whose = hands.slider("learning rate"), hands.node.get_by_role("combobox", name="rate of")
    expect(rate).to_be_disabled()
    hands.key(whose, "ArrowDown")
    expect(rate).to_be_enabled()
    for _ in range(30):
        hands.key(rate, "ArrowRight")
        if "flew off" in hands.status:
            break
    hands.says("plain steps flew off: too large a rate")
    assert 0.0022 < agrees(book, hands).numbers["rates"][0] < 0.005
    hands.key(whose, "ArrowUp")
    expect(rate).to_be_disabled()
    assert hands.status == RavineDesk(steps=60).sentence


def test_the_start_is_taken_elsewhere_by_mouse_and_by_key(ravine_of):
    book, hands = ravine_of("narrowness=10")
    hands.drag("valley", share(book, hands, -2.2, -0.6), share(book, hands, 1.5, 1.2))
    assert agrees(book, hands).numbers["start"] == pytest.approx([1.5, 1.2], abs=0.03)
    hands.key(hands.canvas("valley"), "Shift+ArrowLeft", "ArrowDown")
    x, y = agrees(book, hands).numbers["start"]
    assert x == pytest.approx(0.92, abs=0.04) and y < 1.19
    hands.more()
    hands.key(hands.button("Everything as at first"), "Enter")
    assert hands.status == RavineDesk(narrowness=10.0).sentence


def test_it_is_played_to_its_end_and_scrubbed(ravine_of):
    book, hands = ravine_of("narrowness=3, steps=0")
    hands.says("step 0: all four stand at the start")
    hands.button("▶ Play").press("Enter")
    expect(hands.button("❚❚ Pause")).to_be_visible()
    hands.says(re.compile(r"step \d\d: arrived: plain steps \(20\)"))
    expect(hands.button("▶ Play")).to_be_visible(timeout=15_000)
    assert "still away" not in hands.status
    agrees(book, hands)
    hands.key(hands.slider("moment of the run"), "Home", "ArrowRight")
    hands.says("step 1: still away: ")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(ravine_of, axe, screenshot, dark):
    book, hands = ravine_of("", dark=dark)
    assert axe(hands.node) == []
    assert hands.status in hands.canvas("valley").get_attribute("aria-label")
    screenshot(book.page, f"ravine-{'dark' if dark else 'light'}")


def test_at_700_pixels_nothing_scrolls_sideways(ravine_of, screenshot):
    book, hands = ravine_of("narrowness=10, steps=40", width=700)
    assert hands.too_wide() == []
    screenshot(book.page, "ravine-700")


def test_a_page_of_its_own_goes_through_the_valleys_offline(offline, tmp_path):
    widget = Ravine()
    hands = Hands(offline(widget.to_html(tmp_path / "ravine.html")))
    hands.says(widget.sentence)
    time = hands.slider("moment of the run")
    time.press("Home")
    hands.says(RavineDesk(narrowness=1).sentence)
