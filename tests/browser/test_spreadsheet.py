"""The spreadsheet network in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import pytest
from hands import Hands, agrees
from playwright.sync_api import expect

from nncourse.widgets import Spreadsheet
from nncourse.widgets.spreadsheet import SpreadsheetDesk

OPEN = "from nncourse.widgets import Spreadsheet\nsheet = Spreadsheet({})\nsheet"


@pytest.fixture
def sheet_of(notebook):
    """sheet_of("batch=1"): a notebook with this spreadsheet in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def same(book, hands):
    """The sentence, and every number, beside those of the same recipe in another process."""
    desk = agrees(book, hands, "sheet", SpreadsheetDesk)
    panels = desk.frame()["panels"]
    for row in panels["hidden_layer"]["rows"] + panels["output_layer"]["rows"]:
        for part in row:
            if not isinstance(part, str):
                cells = hands.node.locator(f"[data-array={part['name']}] .number")
                assert cells.all_inner_texts() == part["texts"], part["name"]
    return desk


def test_numbers_change_by_arrow_keys_by_typing_and_by_dragging(sheet_of, screenshot):
    book, hands = sheet_of()
    screenshot(book.page, "sheet-light")
    hands.key(hands.cell("W1", 1), "ArrowUp", "ArrowUp")
    assert same(book, hands).numbers["W1"][0, 1] == -0.8
    hands.key(book.page.locator(":focus"), "ArrowRight", "ArrowDown")  # the next, and down
    assert same(book, hands).numbers["W1"][0, 2] == 0.4
    hands.key(hands.cell("b2", 0), "-")
    book.page.keyboard.type("0.75")
    book.page.keyboard.press("Enter")
    hands.says("b2[0, 0]: it is added in every row of column 0 of Z2")
    hands.rest()
    assert same(book, hands).numbers["b2"] == -0.75
    hands.pull(hands.cell("X", 3), 6)
    assert same(book, hands).numbers["X"][1, 1] == 1.6
    hands.key(hands.cell("W2", 2), "9")
    book.page.keyboard.type("9")
    book.page.keyboard.press("Enter")
    hands.complains("99 given, expected a number from -10 to 10")
    assert same(book, hands).numbers["W2"][2, 0] == 0
    book.page.mouse.move(0, 0)
    hands.key(hands.button("Same as at first"), "Enter")
    assert same(book, hands).sentence == Spreadsheet().sentence


def test_what_is_pointed_at_lights_its_row_its_column_and_its_edges(sheet_of, screenshot):
    book, hands = sheet_of()
    before = hands.colours("network")
    hands.number("row followed").fill("3")
    hands.number("row followed").press("Enter")
    hands.cell("Z1", 9).hover()
    hands.says("Z1[3, 0]: 1 × 1.0 + 1 × 1.0 + (−0.5) = 1.5. Row 3 of X, (1, 1), comes out as 0.")
    lit = hands.node.locator(".number.lit")
    assert lit.evaluate_all("cells => cells.map(c => c.dataset.cell)") == [
        "X,6", "X,7", "W1,0", "W1,3", "b1,0",
    ]  # fmt: skip
    expect(hands.node.locator(".number.made")).to_have_attribute("data-cell", "Z1,9")
    hands.rest()
    assert hands.colours("network") != before
    same(book, hands)
    screenshot(book.page, "sheet-pointed")
    hands.cell("Z1", 4).hover()  # another row lights up, and is not the one that is followed
    hands.says("Z1[1, 1]: ")
    expect(hands.number("row followed")).to_have_value("3")
    hands.key(hands.cell("A2", 2), "ArrowLeft")  # the one beside it, by keyboard
    hands.says("A2[1, 0]: step(0.5) = 1.")
    hands.key(hands.cell("A2", 2), "ArrowUp")
    hands.says("A2[1, 0]: step(0.5) = 1.")
    for _ in range(2):
        hands.key(book.page.locator(":focus"), "ArrowDown")
    hands.says("A2[3, 0]: step(−0.5) = 0.")
    same(book, hands)
    x, y = on_edge(hands)
    book.page.mouse.move(x, y)
    hands.says("W1[0, 0]: it meets column 0 of X")
    book.page.mouse.click(x, y)
    book.page.keyboard.type("2.5")
    book.page.keyboard.press("Enter")
    expect(hands.cell("W1", 0)).to_have_text("+2.5")
    hands.rest()
    same(book, hands)


def on_edge(hands):
    """On the page, the middle of the line from x1 to hidden 1, which lies between their boxes."""
    hands.canvas("network").scroll_into_view_if_needed()
    box = hands.canvas("network").bounding_box()
    width, height = box["width"], box["height"]
    from_x, to_x = 6 + 56, width / 2 - 28
    between = (height * 0.5 / 2 + height * 0.5 / 3) / 2 - 5
    return box["x"] + (from_x + to_x) / 2, box["y"] + between


def test_batch_activations_and_sample(sheet_of):
    book, hands = sheet_of()
    hands.key(hands.node.get_by_role("combobox", name="batch"), "ArrowDown")
    expect(hands.node.locator("[data-array=Z1] p")).to_have_text("Z1 1 × 3")
    same(book, hands)
    hands.key(hands.slider("row followed"), "ArrowRight", "ArrowRight")
    hands.says("Row 0 of X, (1, 1), comes out as 0.")
    hands.key(hands.node.get_by_role("combobox", name="hidden activation"), "t")
    expect(hands.panel("hidden_layer")).to_contain_text("tanh(Z1) =")
    hands.key(hands.node.get_by_role("combobox", name="output activation"), "i")
    desk = same(book, hands)
    settings = [desk.settings[name] for name in ("batch", "row", "hidden", "output")]
    assert settings == [1, 3, "tanh", "identity"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(sheet_of, axe, screenshot, dark):
    book, hands = sheet_of(dark=dark)
    assert axe(hands.node) == []
    screenshot(book.page, f"sheet-{'dark' if dark else 'axe'}")
    hands.key(hands.button("Copy as Python"), "Enter")
    assert hands.paper().endswith("print(np.hstack([Z1, A1, Z2, A2]).round(2))\n")


def test_the_first_layer_alone(sheet_of, screenshot):
    book, hands = sheet_of("layers=1, hidden='tanh'")
    expect(hands.panel("network")).to_be_hidden()
    expect(hands.panel("output_layer")).to_be_hidden()
    hands.cell("Z1", 0).hover()
    hands.says("Z1[0, 0]: 0 × 1.0 + 0 × 1.0 + (−0.5) = −0.5.")
    hands.key(hands.slider("row followed"), "End")
    hands.says("Z1[3, 0]: 1 × 1.0 + 1 × 1.0 + (−0.5) = 1.5.")
    agrees(book, hands, "sheet", SpreadsheetDesk)
    marked = hands.node.locator(".number.followed").evaluate_all(
        "cells => cells.map(c => c.dataset.cell)"
    )
    assert marked == [f"X,{k}" for k in (6, 7)] + [f"{name},{k}" for name in ("Z1", "A1")
                                                  for k in (9, 10, 11)]  # fmt: skip
    screenshot(book.page, "sheet-first")


@pytest.mark.parametrize("width", [848, 1112, 700])
def test_what_is_raised_and_what_comes_of_it_are_on_one_screen(sheet_of, screenshot, width):
    book, hands = sheet_of(width=width + 300)
    hands.node.evaluate(
        "(node, width) => { node.closest('.nnlib-widget').style.cssText ="
        " `flex: none; width: ${width}px`; }",
        width,
    )
    assert hands.too_wide() == []
    stage, X = hands.node.bounding_box(), hands.node.locator("[data-array=X]").bounding_box()
    b1, A2 = (hands.node.locator(f"[data-array={name}]").bounding_box() for name in ("b1", "A2"))
    assert round(stage["width"]) == width and stage["height"] <= 780
    assert X["y"] < b1["y"] < X["y"] + X["height"]  # in one row
    assert A2["y"] + A2["height"] - X["y"] < 480
    dangling = hands.node.evaluate("""node => [
      ...node.querySelectorAll(".operator")
    ].filter(sign => {
      const next = sign.nextElementSibling;
      return !next || next.getBoundingClientRect().left < sign.getBoundingClientRect().right;
    }).length""")
    assert dangling == 0
    screenshot(book.page, f"sheet-{width}")


def test_a_page_of_its_own_goes_through_the_samples(offline, tmp_path, screenshot):
    sheet = Spreadsheet(hidden="tanh", row=3)
    hands = Hands(offline(sheet.to_html(tmp_path / "sheet.html")))
    hands.says(sheet.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says(Spreadsheet(hidden="tanh", row=0).sentence)
    screenshot(hands.page, "sheet-page")
