"""The digits lab in a real JupyterLab, by mouse and keyboard, compared with what nnlib computes."""

import json
import re
from functools import partial
from pathlib import Path

import pytest
from hands import Hands
from hands import agrees as agrees_with_nnlib
from playwright.sync_api import expect

from nncourse.widgets.digits_lab import DigitsLab, DigitsRun, PaperRun

OPEN = "from nncourse.widgets import DigitsLab\nd = DigitsLab({})\nd"
PAPER = "from nncourse.widgets import DigitsLab\nd = DigitsLab(density='paper').train(1290)\nd"
DRAWINGS = json.loads((Path(__file__).parents[1] / "course/drawings.json").read_text("utf-8"))
THREE = [(0.25, 0.06), (0.7, 0.06), (0.45, 0.45), (0.72, 0.65), (0.6, 0.92), (0.2, 0.92)]


@pytest.fixture
def lab_of(notebook):
    """lab_of("hidden_units=10"): a notebook with this digits lab in it, and its `Hands`."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


agrees = partial(agrees_with_nnlib, name="d", lab=DigitsRun)


def cell(hands, true, said):
    return hands.node.locator(f"[data-cell='{true},{said}']")


def panel(hands, name):
    return hands.node.locator(f"section[data-panel={name}]")


def follow(hands, drawing):
    """Draw one of the drawings with the mouse, stroke by stroke."""
    mouse = hands.page.mouse
    for stroke in drawing["strokes"]:
        start, *others = hands.places("pad", *((x / 1000, y / 1000) for x, y in stroke))
        mouse.move(*start)
        mouse.down()
        for place in others:
            mouse.move(*place)
        mouse.up()
        hands.rest()


def test_it_reads_97_of_100_within_ten_seconds_of_play(lab_of, screenshot):
    book, hands = lab_of("pace='epochs'")
    hands.button("▶ Play").press("Enter")
    expect(hands.node.locator(".status")).to_contain_text(
        re.compile(r"test (9[789]\.\d|100\.0) %"), timeout=10_000
    )
    hands.key(hands.button("❚❚ Pause"), "Enter")
    screenshot(book.page, "digits-light")
    run = agrees(book, hands)
    confused = run.now.scores["confusion"]
    shown = [cell(hands, i, j).inner_text() for i in range(10) for j in range(10)]
    assert [0 if text == "·" else int(text) for text in shown] == confused.ravel().tolist()


def test_a_cell_shows_its_very_digits(lab_of):
    book, hands = lab_of()
    hands.key(hands.button("Epoch"), "Enter", "Enter")
    first = cell(hands, 0, 0)
    first.focus()
    hands.key(hands.page.locator(":focus"), "ArrowDown", "ArrowRight", "Enter")  # 1, read as 1
    expect(cell(hands, 1, 1)).to_have_attribute("aria-selected", "true")
    n = int(cell(hands, 1, 1).inner_text())
    expect(panel(hands, "cell").locator("h4")).to_contain_text(f"{n} digits that are 1")
    picture = panel(hands, "cell").get_by_role("option").first
    expect(picture).to_contain_text(re.compile(r"\d+.% sure"))
    hands.key(picture, "Enter")
    expect(panel(hands, "answer").locator("h4")).to_contain_text(re.compile(r"1, \d+ % sure"))
    assert book.value("int(d.lab.data.Y_test[d.lab.picked].argmax())") == 1
    agrees(book, hands)


def test_play_waits_so_long_that_each_picture_is_seen(lab_of):
    book, hands = lab_of()
    hands.button("▶ Play").press("Enter")
    hands.says("epoch 2 ")
    hands.key(hands.button("❚❚ Pause"), "Enter")
    steps = book.value("[moment.index for moment in d.lab.moments]")
    assert steps[-1] < 4 * 43  # at thirty pictures a second it would be in its tenth epoch
    agrees(book, hands)


def test_a_digit_is_drawn_with_the_mouse_and_read(lab_of, screenshot):
    book, hands = lab_of()
    for _ in range(6):
        hands.key(hands.button("Epoch"), "Enter")
    hands.drag("pad", *THREE)
    expect(panel(hands, "answer").locator("h4")).to_contain_text("3, ")
    best = panel(hands, "answer").locator("li.best")
    expect(best).to_contain_text("3")
    assert book.value("int(d.lab.net.predict(d.lab.now.theta, d.lab.asked[None]).argmax())") == 3
    screenshot(book.page, "digits-drawn")
    hands.key(hands.button("Clear"), "Enter")
    expect(panel(hands, "answer").locator("h4")).to_contain_text("draw a digit")
    expect(hands.button("Clear")).to_be_disabled()
    agrees(book, hands)


def test_drawings_are_read_as_they_are_without_a_browser_and_nearly_all_of_them_right(notebook):
    hands = Hands(notebook(PAPER).output(0))
    box = hands.canvas("pad").bounding_box()
    assert min(box["width"], box["height"]) >= 300
    hands.says("reads 97.3 % of others. Draw one.")
    run = PaperRun()
    run.advance(1290)
    right = 0
    for drawing in DRAWINGS[::3]:  # each digit once; small, middle and large take turns
        follow(hands, drawing)
        run.draw([[[x / 1000, y / 1000] for x, y in stroke] for stroke in drawing["strokes"]])
        read = re.match(r"It reads this as (\d), (\d+) % sure", hands.status)
        # A mouse goes by whole pixels, so a share may differ a little.
        assert int(read[1]) == run.answers[0][0]
        assert abs(int(read[2]) - 100 * run.answers[0][1]) < 15
        right += int(read[1]) == drawing["digit"]
        hands.key(hands.button("Clear"), "Enter")
    assert right >= 9


def test_nothing_but_the_drawing_is_on_the_paper(notebook):
    """A square marked the place of the keyboard's pen, also while somebody drew with the mouse."""
    hands = Hands(notebook(PAPER).output(0))
    empty = hands.colours("pad")
    hands.drag("pad", *THREE)
    drawn = hands.colours("pad")
    assert drawn != empty
    hands.key(hands.button("Clear"), "Enter")
    assert hands.colours("pad") == empty
    hands.drag("pad", *THREE)
    assert hands.colours("pad") == drawn
    hands.canvas("pad").press("Delete")
    hands.canvas("pad").press("ArrowUp")
    hands.rest()
    assert hands.colours("pad") != empty  # now a ring shows where keys would draw


def test_a_digit_is_drawn_by_keys(lab_of):
    book, hands = lab_of()
    pad = hands.canvas("pad")
    pad.focus()
    for key in ["ArrowUp"] * 12 + ["Space"] + ["ArrowDown"] * 24 + ["Space"]:
        pad.press(key)
    hands.rest()
    [stroke] = book.value("[stroke.tolist() for stroke in d.lab.strokes]")
    assert len(stroke) == 25 and {x for x, _ in stroke} == {0.5}
    assert stroke[0][1] == 0.125 and stroke[-1][1] == 0.875
    hands.key(pad, "Delete")
    assert book.value("len(d.lab.strokes)") == 0


def test_controls_are_moved_by_keys(lab_of):
    book, hands = lab_of()
    hands.more()
    for name, key in {"learning rate": "ArrowRight", "hidden units": "ArrowLeft",
                      "batch size": "ArrowRight", "dropout": "ArrowRight",
                      "weight seed": "ArrowRight", "data seed": "ArrowRight"}.items():  # fmt: skip
        setting = name.replace(" ", "_")
        before = book.value(f"d.lab.settings[{setting!r}]")
        hands.key(hands.slider(name), key)
        assert book.value(f"d.lab.settings[{setting!r}]") != before, name
    for name in ("optimizer", "activation", "initial weights", "L2", "pace of Play"):
        select = hands.node.get_by_role("combobox", name=name, exact=True)
        before = book.value("dict(d.lab.settings)")
        hands.key(select, "ArrowUp" if name == "activation" else "ArrowDown")
        assert book.value("dict(d.lab.settings)") != before, name
    hands.key(hands.button("Epoch"), "Enter")
    agrees(book, hands)


def test_a_hidden_unit_is_chosen_and_described(lab_of):
    book, hands = lab_of("density='lab', hidden_units=12")
    hands.key(hands.button("Epoch"), "Enter")
    unit = panel(hands, "weights").get_by_role("option").first
    unit.focus()
    hands.key(hands.page.locator(":focus"), "ArrowRight", "Enter")
    expect(panel(hands, "unit")).to_contain_text("Unit 2: its largest weights lead to")
    agrees(book, hands)


def test_a_rate_that_is_far_too_large_is_said(lab_of):
    book, hands = lab_of("learning_rate=10.0, hidden='relu'")
    hands.key(hands.button("Epoch"), "Enter", "Enter")
    said = hands.status + hands.node.locator(".trouble").inner_text()
    assert "smaller learning rate" in said


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(lab_of, axe, screenshot, dark):
    book, hands = lab_of(dark=dark)
    hands.key(hands.button("Epoch"), "Enter")
    hands.drag("pad", *THREE)
    hands.more()
    assert axe(hands.node) == []
    screenshot(book.page, f"digits-{'dark' if dark else 'more'}")


# The height of the stage, whether the paper is square and large, and what is in sight.
LOOK = """
node => {
  const box = element => element.getBoundingClientRect();
  const seen = element => element.checkVisibility();
  const paper = box(node.querySelector("canvas[data-panel=pad]"));
  const row = [...node.querySelectorAll(".first > *:not(.more), section > .row > *")];
  return {
    height: box(node).height, paper: [paper.width, paper.height],
    controls: row.filter(seen).length,
    main: [...node.querySelectorAll("button.main")].filter(seen).length,
    sections: [...node.querySelectorAll("section")].filter(seen).map(s => s.dataset.panel),
  };
}
"""
LESSON = {"confusion", "cell", "pad", "sees", "answer"}
IN_SIGHT = {"paper": {"pad", "sees", "answer"}, "lesson": LESSON}


@pytest.mark.parametrize("density", IN_SIGHT)
def test_it_is_on_one_screen_with_paper_that_is_large_enough(notebook, screenshot, density):
    steps = {"paper": 1290, "lesson": 43}[density]
    book = notebook(OPEN.format(f"density={density!r}") + f".train({steps})")
    hands = Hands(book.output(0))
    beside = 1280 - hands.node.evaluate("node => node.getBoundingClientRect().width")
    for width in (1112, 848, 700):
        book.page.set_viewport_size({"width": round(width + beside), "height": 900})
        for drawn in (False, True):
            if drawn:
                follow(hands, DRAWINGS[12])
            look = hands.node.evaluate(LOOK)
            assert look["height"] <= 780 and hands.too_wide() == [], width
            assert min(look["paper"]) >= 300 and len(set(look["paper"])) == 1, width
            assert look["controls"] <= 5 and look["main"] == 1
            assert set(look["sections"]) == IN_SIGHT[density]
        screenshot(book.page, f"digits-{density}-{width}")
        hands.key(hands.button("Clear"), "Enter")


def test_the_whole_lab_fits_its_width(lab_of, screenshot):
    book, hands = lab_of("density='lab'", width=700)
    hands.key(hands.button("Epoch"), "Enter")
    hands.drag("pad", *THREE)
    assert hands.too_wide() == []
    screenshot(book.page, "digits-700")


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = DigitsLab()
    widget.lab.advance(200)
    hands = Hands(offline(widget.to_html(tmp_path / "run.html")))
    hands.says(widget.sentence)
    hands.slider("moment of the run").press("Home")
    hands.says("step 0 ")


def test_it_plays_under_voila(voila):
    hands = Hands(voila(OPEN.format("")))
    hands.button("▶ Play").press("Enter")
    hands.says(re.compile(r"epoch [1-9]"))
    hands.key(hands.button("❚❚ Pause"), "Enter")
