"""What is around the panels of every widget: *more*, what is copied, and that nothing moves."""

import pytest
from hands import Hands
from playwright.sync_api import expect

REFUSE = "() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }"
BOXES = """
node => [...node.querySelectorAll(".status, .first > *, .panels, .bottom > *")]
  .map(one => { const {x, y, width} = one.getBoundingClientRect(); return [x, y, width]; })
"""


@pytest.fixture
def descent(notebook):
    book = notebook("from nncourse import widgets\nw = widgets.Descent()\nw")
    return book, Hands(book.output(0))


def test_copy_as_python_puts_the_lines_on_the_clipboard_and_says_so(descent):
    book, hands = descent
    book.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hands.key(hands.button("Copy as Python"), "Enter")
    expect(hands.button("Copied")).to_be_visible()
    lines = book.value("w.lab.python()")
    assert book.page.evaluate("navigator.clipboard.readText()") == lines
    expect(hands.node.locator(".paper")).to_be_hidden()
    expect(hands.node.locator(".unseen")).to_contain_text("Copied: paste it into a cell")
    expect(hands.button("Copy as Python")).to_be_visible()  # after a while, to be pressed again


def test_where_the_clipboard_is_refused_the_lines_are_shown_selected(descent):
    book, hands = descent
    book.page.evaluate(REFUSE)
    hands.key(hands.button("Copy as Python"), "Enter")
    expect(hands.node.locator(".paper textarea")).to_be_focused()
    selected = book.page.evaluate("getSelection().toString()")
    book.page.evaluate("() => { delete navigator.clipboard.writeText; }")
    assert selected.strip() == book.value("w.lab.python()").strip()


def test_more_opens_in_a_row_of_its_own_and_moves_no_control(descent):
    _, hands = descent
    opener, row = hands.button("more"), hands.node.locator(".first")
    before = row.bounding_box()
    opener.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(hands.node.locator(".groups")).to_be_visible()
    assert row.bounding_box() == before
    opener.click()
    expect(hands.node.locator(".groups")).to_be_hidden()


def test_nothing_moves_when_the_sentence_or_the_name_of_a_button_changes(descent):
    _, hands = descent
    before = hands.node.evaluate(BOXES)
    hands.button("▶ Play").press("Enter")
    hands.button("❚❚ Pause").wait_for()
    assert hands.node.evaluate(BOXES) == before
    hands.button("❚❚ Pause").press("Enter")
    hands.rest()
    assert hands.node.evaluate(BOXES) == before


def test_the_focus_has_a_ring_by_the_keyboard_and_none_by_the_mouse(descent):
    _, hands = descent
    canvas = hands.canvas("slope")
    ring = "node => getComputedStyle(node).outlineStyle"
    canvas.click()
    expect(canvas).to_be_focused()
    assert canvas.evaluate(ring) == "none"
    hands.key(canvas, "ArrowRight")
    assert canvas.evaluate(ring) == "solid"
