"""The switches of the 2013 post in a real JupyterLab, by mouse and keyboard, beside `Replay`."""

import math

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.bugs import Replay
from nncourse.widgets import PostSwitches
from nncourse.widgets.post_switches import PostRun

OPEN = "from nncourse.widgets import PostSwitches\nswitches = PostSwitches({})\nswitches"


@pytest.fixture
def switches_of(notebook):
    """switches_of("slope='z'"): a notebook with these switches in it, and its `Hands`."""

    def opened(settings="", *cells, **options):
        book = notebook(OPEN.format(settings), *cells, **options)
        return book, Hands(book.output(0))

    return opened


def select(hands, name):
    return hands.node.get_by_role("combobox", name=name, exact=True)


def trained(hands):
    expect(hands.button("▶ Next hundred")).to_be_visible(timeout=60_000)
    hands.rest()


def agrees(book, hands):
    """The sentence, and every mark of the strip."""
    run = agrees_with_nnlib(book, hands, "switches", PostRun)
    marks = hands.panel("strip").locator("td[role=gridcell]").all_inner_texts()
    assert ["●" in mark for mark in marks] == run.newest.learned.tolist()
    return run


def test_it_is_trained_by_key_and_each_switch_that_is_moved_trains_again(switches_of, screenshot):
    book, hands = switches_of()
    hands.says("nothing is trained yet")
    hands.button("▶ Train").press("Enter")
    trained(hands)
    hands.says("of 100 starts learn XOR (95 % interval")
    agrees(book, hands)
    screenshot(book.page, "post-switches")
    moved = {"slope from": "z", "initial weights": "auto", "samples a step": 4}
    choices = {"slope from": "slope", "initial weights": "scale", "samples a step": "batch_size"}
    for name, value in moved.items():
        hands.key(select(hands, name), "ArrowDown")
        trained(hands)
        assert agrees(book, hands).settings[choices[name]] == value
    expect(hands.panel("tried").locator("li")).to_have_count(4)
    expect(hands.panel("tried").locator("li.best")).to_contain_text("slope of z, sized, all four")
    hands.number("learning rate").fill("0.05")
    hands.key(hands.number("learning rate"), "Enter")
    trained(hands)
    replay = Replay(range(100), slope="z", scale="auto", batch_size=4, learning_rate=0.05)
    replay.advance()
    hands.says(f"rate 0.05, all four samples: {replay.learned.sum()} of 100")
    hands.more()
    hands.key(hands.button("As printed"), "Enter")
    trained(hands)
    hands.says("Slope of a, ±0.25, rate 0.2, single samples: ")
    agrees(book, hands)


def test_another_cell_answers_while_it_trains_and_pause_stops_it(switches_of):
    book, hands = switches_of("", "print(6 * 7)")
    hands.button("▶ Train").press("Enter")
    hands.says("by sample")
    hands.key(hands.button("❚❚ Pause"), "Enter")
    index = book.value("switches.lab.index")
    book.run(1)
    expect(book.output(1)).to_contain_text("42")
    assert 0 < index == book.value("switches.lab.index") < 10_000
    agrees(book, hands)
    hands.slider("moment of the run").press("Home")
    hands.says("nothing is trained yet")


def test_a_start_is_selected_by_mouse_and_by_arrow_keys(switches_of):
    book, hands = switches_of("batch_size=4")
    hands.button("▶ Train").click()
    trained(hands)
    cells = hands.panel("strip").locator("td[role=gridcell]")
    cells.nth(36).click()
    hands.rest()
    expect(hands.panel("strip").locator("h4")).to_contain_text("start 37 gives ")
    hands.key(hands.page.locator(":focus"), "ArrowDown")
    expect(cells.nth(56)).to_have_attribute("aria-selected", "true")
    assert book.value("switches.lab.settings['start']") == 57
    dot = book.value("[switches.frame['panels']['weights']['dots'][4][axis] for axis in 'xy']")
    low, high, bottom, top = book.value("switches.frame['panels']['weights']['window']")
    box = hands.canvas("weights").bounding_box()
    across = math.log(dot[0] / low) / math.log(high / low)
    up = math.log(dot[1] / bottom) / math.log(top / bottom)
    x, y = 50 + across * (box["width"] - 62), 6 + (1 - up) * (box["height"] - 50)
    hands.page.mouse.click(*hands.place("weights", x / box["width"], y / box["height"]))
    hands.rest()
    assert book.value("switches.lab.settings['start']") != 57
    hands.key(hands.button("▶ Next hundred"), "Enter")
    trained(hands)
    expect(hands.panel("tried").locator("li.best")).to_contain_text("of 200")
    agrees(book, hands)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(switches_of, axe, screenshot, dark):
    book, hands = switches_of("batch_size=4", dark=dark)
    hands.button("▶ Train").press("Enter")
    trained(hands)
    hands.more()
    assert axe(hands.node) == []
    screenshot(book.page, f"post-switches-{'dark' if dark else 'light'}")


def test_nothing_moves_when_a_switch_is_moved(switches_of):
    book, hands = switches_of()
    for width in (700, 848):
        hands.node.evaluate("(node, width) => { node.style.width = `${width}px`; }", width)
        places = []
        for name in ("initial weights", "samples a step"):
            hands.key(select(hands, name), "ArrowDown" if width == 700 else "ArrowUp")
            trained(hands)
            places.append(boxes(hands))
        assert places[0] == places[1] and hands.too_wide() == [], width


def boxes(hands):
    """Where the controls, the pictures and the time are."""
    names = ["button.main", "canvas[data-panel=weights]", "[data-panel=strip]", "input.scrub"]
    return [{side: round(value) for side, value in hands.node.locator(name).first.bounding_box()
            .items()} for name in names]  # fmt: skip


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = PostSwitches(batch_size=4).train(10_000)
    hands = Hands(offline(widget.to_html(tmp_path / "switches.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("nothing is trained yet")
