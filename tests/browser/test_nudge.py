"""The nudge test in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import math

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib

from nncourse.widgets import NudgeTest
from nncourse.widgets.nudge import NudgeDesk

OPEN = "from nncourse.widgets import NudgeTest\nnudge = NudgeTest({})\nnudge"


@pytest.fixture
def nudge_of(notebook):
    """nudge_of("step=1.0"): a notebook with this nudge test in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def agrees(book, hands):
    return agrees_with_nnlib(book, hands, "nudge", NudgeDesk)


def test_by_keyboard_the_step_shrinks_until_it_lies(nudge_of, screenshot):
    book, hands = nudge_of("step=1.0, sides='one'")
    hands.says("step 1: measured −0.170691, backprop −0.357565, off by 2e-01.")
    screenshot(book.page, "nudge-large")
    hands.key(hands.button("h ÷ 10"), *["Enter"] * 8)
    hands.says("About the best step for float64.")
    hands.key(hands.button("h ÷ 10"), *["Enter"] * 5)
    hands.says("step 1e-13: ")
    hands.says("The digits run out: a larger step lies less.")
    screenshot(book.page, "nudge-small")
    hands.key(hands.slider("step h"), "End")
    agrees(book, hands)
    hands.number("step h").fill("1e-6")
    hands.key(hands.number("step h"), "Enter")
    hands.more()
    numbers = hands.node.get_by_role("combobox", name="numbers", exact=True)
    hands.key(numbers, "ArrowDown")
    assert agrees(book, hands).settings == {
        "step": 1e-6, "weight": "W1_11", "sides": "one", "dtype": "float32"}  # fmt: skip
    screenshot(book.page, "nudge-float32")


def test_every_weight_can_be_chosen_and_changed(nudge_of):
    book, hands = nudge_of()
    weights = hands.node.get_by_role("combobox", name="weight", exact=True)
    for _ in range(8):
        hands.key(weights, "ArrowDown")
        agrees(book, hands)
    hands.says("A parabola: no step is too large.")
    hands.key(hands.cell("W1", 1), "ArrowUp")
    hands.pull(hands.cell("b1", 0), 5)
    again = agrees(book, hands)
    assert again.numbers["W1"][0, 1] == -0.9 and again.numbers["b1"][0, 0] == 0
    hands.more()
    hands.key(hands.button("Everything as at first"), "Enter")
    assert hands.status == NudgeDesk().sentence


def test_the_dot_is_dragged_along_its_valley(nudge_of):
    book, hands = nudge_of()
    box = hands.canvas("errors").bounding_box()
    window = book.value("nudge.frame['panels']['errors']['window']")

    def share(step, off):
        x0, x1, y0, y1 = map(math.log, window)
        x = 60 + (box["width"] - 72) * (math.log(step) - x0) / (x1 - x0)
        y = 6 + (box["height"] - 44) * (1 - (math.log(off) - y0) / (y1 - y0))
        return x / box["width"], y / box["height"]

    hands.drag("errors", share(0.1, 6e-4), share(1e-3, 1e-6), share(1e-5, 1e-10))
    assert 5e-6 < agrees(book, hands).settings["step"] < 2e-5
    hands.drag("errors", share(0.01, 6e-6))  # a click on the line
    assert 0.007 < agrees(book, hands).settings["step"] < 0.013
    hands.key(hands.canvas("errors"), "Shift+ArrowRight")
    assert 0.1 < agrees(book, hands).settings["step"] < 0.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(nudge_of, axe, screenshot, dark):
    book, hands = nudge_of(dark=dark)
    assert axe(hands.node) == []
    assert "How far off the measured slope is" in hands.canvas("errors").get_attribute("aria-label")
    screenshot(book.page, f"nudge-{'dark' if dark else 'light'}")


def test_at_700_pixels_nothing_scrolls_sideways(nudge_of, screenshot):
    book, hands = nudge_of("step=1.0, sides='one'", width=700)
    assert hands.too_wide() == []
    screenshot(book.page, "nudge-700")
    hands.canvas("errors").scroll_into_view_if_needed()
    screenshot(book.page, "nudge-700-below")


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path, screenshot):
    widget = NudgeTest()
    hands = Hands(offline(widget.to_html(tmp_path / "nudge.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says(NudgeDesk(step=1.0).sentence)
    hands.slider("moment of the run").press("ArrowRight")
    hands.slider("moment of the run").press("ArrowRight")
    hands.says(NudgeDesk(step=0.01).sentence)
    screenshot(hands.page, "nudge-page")
