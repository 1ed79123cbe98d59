"""KernelLab in a real JupyterLab, by mouse and by keyboard, compared with nnlib."""

import re

import pytest
from hands import Hands, agrees
from playwright.sync_api import expect

from nncourse.widgets.kernel_lab import KernelDesk
from nncourse.widgets.kernel_learned import LearnedRun

OPEN = "from nncourse.widgets import KernelLab\nlab = KernelLab({})\nlab"


@pytest.fixture
def lab_of(notebook):
    """lab_of("padding=1"): a notebook that shows this widget, and Hands to use it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **{"height": 1000} | options)
        return book, Hands(book.output(0))

    return opened


def pixel(hands, panel, row, column):
    """A cell of the picture or of the map."""
    return hands.panel(panel).locator(f"[data-cell='{row},{column}']")


def middle(cell):
    box = cell.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def same(book, hands):
    """Compare the sentence, the map and the products with those of this process."""
    desk = agrees(book, hands, "lab", KernelDesk)
    for part in desk.frame()["panels"]["sums"]["rows"][0]:
        if not isinstance(part, str):
            cells = hands.node.locator(f"[data-array={part['name']}] .number")
            assert cells.all_inner_texts() == part["texts"], part["name"]
    return desk


def test_the_window_is_dragged_by_the_mouse_and_moved_by_arrow_keys(lab_of, screenshot):
    book, hands = lab_of()
    mouse = book.page.mouse
    mouse.move(*middle(pixel(hands, "picture", 4, 3)))
    mouse.down()
    mouse.move(*middle(pixel(hands, "picture", 6, 6)), steps=6)
    mouse.up()
    hands.says("The window at row 5, column 5 gives")
    assert hands.panel("picture").locator("[aria-selected=true]").count() == 9
    assert (
        len([text for text in hands.panel("map").locator("td span").all_inner_texts() if text]) > 2
    )
    same(book, hands)
    hands.key(pixel(hands, "picture", 6, 6), "ArrowUp")
    hands.says("The window at row 4, column 5 gives")
    hands.key(pixel(hands, "picture", 5, 6), "ArrowLeft")
    hands.says("The window at row 4, column 4 gives")
    hands.key(pixel(hands, "map", 4, 4), "ArrowUp")
    hands.says("The window at row 3, column 4 gives")
    same(book, hands)
    screenshot(book.page, "kernel-light")


def test_the_window_walks_over_the_picture_and_fills_the_map(lab_of):
    book, hands = lab_of("stride=2")
    hands.button("▶ Walk").press("Enter")
    expect(hands.button("▶ Walk again")).to_be_visible()
    texts = hands.panel("map").locator("td span").all_inner_texts()
    assert len(texts) == 9 and all(texts)
    same(book, hands)


def test_the_nine_numbers_are_pulled_typed_and_named(lab_of):
    book, hands = lab_of()
    hands.pull(hands.cell("W", 4), 4)
    assert same(book, hands).numbers["W"][1, 1] == 2.0
    expect(hands.node.get_by_label("kernel", exact=True)).to_have_value("your own")
    hands.cell("W", 0).press("-")
    book.page.keyboard.type("3")
    hands.key(book.page.locator(":focus"), "Enter")
    assert same(book, hands).numbers["W"][0, 0] == -3.0
    hands.key(hands.cell("W", 0), "ArrowUp")
    assert same(book, hands).numbers["W"][0, 0] == -2.5
    label = hands.cell("W", 5).get_attribute("aria-label")
    assert label == "W, row 1, column 2"
    hands.node.get_by_label("kernel", exact=True).select_option("blur")
    hands.says("the mean of the nine pixels")
    same(book, hands)


def test_a_drawing_becomes_the_picture(lab_of, axe):
    book, hands = lab_of("padding=1, whole=True")
    hands.drag("pad", (0.5, 0.2), (0.5, 0.8))
    expect(hands.node.get_by_label("picture", exact=True)).to_have_value("your own")
    same(book, hands)
    assert not axe(hands.node)
    hands.button("Clear").press("Enter")
    hands.rest()
    assert book.value("lab.lab.settings['picture']") == 3


def test_kernels_learn_at_play_and_say_what_they_add(lab_of, screenshot, axe):
    book, hands = lab_of('look="learned"')
    hands.says("At first it reads")
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"After \d+ epochs it reads 9"))
    hands.button("❚❚ Pause").press("Enter")
    run = agrees(book, hands, "lab", LearnedRun)
    maps, kernels = (hands.panel(name).get_by_role("option") for name in ("maps", "kernels"))
    assert maps.all_inner_texts() == run.frame()["panels"]["maps"]["captions"]
    maps.nth(5).click()
    hands.rest()
    expect(kernels.nth(5)).to_have_attribute("aria-selected", "true")
    hands.key(kernels.nth(5), "ArrowRight")
    hands.key(kernels.nth(6), "Enter")
    expect(hands.panel("sums")).to_contain_text("kernel 6")
    mouse = book.page.mouse
    mouse.click(*middle(pixel(hands, "picture", 0, 0)))
    hands.rest()
    agrees(book, hands, "lab", LearnedRun)
    assert book.value("(lab.lab.window.row, lab.lab.window.column)") == (0, 0)
    screenshot(book.page, "kernel-learned")
    assert not axe(hands.node)
    hands.drag("pad", (0.5, 0.2), (0.5, 0.8))
    hands.says("It takes your drawing for a 1")
