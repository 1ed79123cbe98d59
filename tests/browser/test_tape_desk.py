"""The tape under the hand in a real JupyterLab, by mouse and by key, as Python computes it."""

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets import TapeDesk
from nncourse.widgets.tape_desk import PLACES, TapeModel

OPEN = "from nncourse.widgets import TapeDesk\ntape = TapeDesk({})\ntape"


@pytest.fixture
def tape_of(notebook):
    """tape_of("back=3"): a notebook with this tape in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def agrees(book, hands):
    return agrees_with_nnlib(book, hands, "tape", TapeModel)


def test_it_is_walked_back_by_key_and_the_slopes_of_the_weight_add_up(tape_of, screenshot):
    book, hands = tape_of()
    hands.says("The walk begins there")
    drawn = hands.colours("tape")
    hands.key(hands.slider("steps back"), *["ArrowRight"] * 4)
    hands.says("4 steps back: w·x2 has slope 0.56.")
    assert hands.colours("tape") != drawn
    row = hands.panel("given").locator("tr").nth(1)
    expect(row).to_contain_text("−0.28")
    screenshot(book.page, "tape-4")
    hands.key(hands.slider("steps back"), "End")
    expect(row).to_contain_text("−0.28 + 0.89 = 0.61")
    hands.says("A nudge of w: 0.61.")
    hands.number("x1").fill("0.3")
    hands.key(hands.number("x1"), "Enter")
    assert abs(agrees(book, hands).slopes["w"]) < 0.02


def test_a_number_is_clicked_and_has_its_turn(tape_of):
    book, hands = tape_of("w=-1")
    x0, x1, y0, y1 = book.value("tape.frame['panels']['tape']['window']")
    for name, back in (("z2", 3), ("a1", 5), ("w", 7)):
        x, y = PLACES[name]
        at = hands.place("tape", (x - x0) / (x1 - x0), (y1 - y) / (y1 - y0))
        hands.page.mouse.click(*at)
        hands.says(f"{back} steps back")
        assert agrees(book, hands).settings["back"] == back


def test_play_walks_to_the_end(tape_of):
    book, hands = tape_of("back=5")
    hands.button("▶ Walk back").press("Enter")
    expect(hands.button("▶ Walk again")).to_be_visible()
    hands.says("7 steps back")
    agrees(book, hands)
    hands.more()
    hands.key(hands.button("Everything as at first"), "Enter")
    assert agrees(book, hands).settings["back"] == 5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(tape_of, axe, screenshot, dark):
    book, hands = tape_of("back=7", dark=dark)
    words = hands.canvas("tape").get_attribute("aria-label")
    assert words.startswith("The tape as a drawing") and words.endswith(hands.status)
    hands.more()
    assert axe(hands.node) == []
    screenshot(book.page, f"tape-{'dark' if dark else 'light'}")


def test_nothing_moves_while_it_walks(tape_of):
    _, hands = tape_of()
    for width in (700, 848):
        hands.node.evaluate("(node, width) => { node.style.width = `${width}px`; }", width)
        places = set()
        for key in ("Home", *["ArrowRight"] * 7):
            hands.key(hands.slider("steps back"), key)
            boxes = [hands.canvas("tape").bounding_box(), hands.panel("given").bounding_box()]
            places.add(tuple(round(box[side]) for box in boxes for side in ("y", "height")))
        assert len(places) == 1 and hands.too_wide() == [], (width, places)


def test_a_page_of_its_own_is_walked_without_kernel_and_network(offline, tmp_path):
    widget = TapeDesk(back=7)
    hands = Hands(offline(widget.to_html(tmp_path / "tape.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("The walk begins there")
