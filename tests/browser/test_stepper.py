"""The backprop stepper in a real JupyterLab, by hand and by key, beside what nnlib computes."""

import re

import pytest
from hands import Hands, agrees
from playwright.sync_api import expect

from nncourse.widgets import BackpropStepper
from nncourse.widgets.stepper import StepperDesk
from nncourse.widgets.stepper_lines import LINES

OPEN = "from nncourse.widgets import BackpropStepper\nstepper = BackpropStepper({})\nstepper"


@pytest.fixture
def stepper_of(notebook):
    """stepper_of('line="delta1"'): a notebook with this stepper in it, and hands on it."""

    def opened(settings="", **options):
        book = notebook(OPEN.format(settings), **options)
        return book, Hands(book.output(0))

    return opened


def made(hands, array):
    """The number in question, as the formula shows it."""
    return hands.panel("formula").locator(f"[data-array='{array}'] .made").inner_text()


def made_by(hands):
    """The current line."""
    return hands.node.locator("[aria-current=step]").inner_text()


def test_a_number_is_predicted_before_it_is_shown_by_keyboard(stepper_of, screenshot):
    book, hands = stepper_of('line="delta1", entry=1')
    hands.key(hands.button("Next ▶"), "Enter")
    hands.says("row 1, unit 2.")
    assert made(hands, "delta1") == "?"
    field = hands.panel("ask").get_by_role("spinbutton")
    expect(field).to_be_focused()  # who asks to be asked can type at once
    verdict = hands.panel("ask").get_by_role("status")
    for wrong, words in {"-0.26": "is forgotten", "-0.13": "1 − tanh(a)²", "0.05": "sign is lost",
                         "7": "Multiply along the chain"}.items():  # fmt: skip
        field.fill(wrong)
        hands.key(field, "Enter")
        expect(verdict).to_contain_text(words)
        assert made(hands, "delta1") == "?"
    screenshot(book.page, "stepper-wrong")
    field.fill("-0.05")
    hands.key(field, "Enter")
    expect(verdict).to_have_text("Right: −0.05.")
    assert made(hands, "delta1") == "−0.05"
    agrees(book, hands, "stepper", StepperDesk)
    expect(hands.button("Next ▶")).to_be_focused()  # and on from there
    hands.key(hands.button("Next ▶"), "Enter")
    hands.key(hands.button("Show"), "Enter")
    hands.says("row 2, unit 1. Shapes: (4 × 1)(1 × 2) * (4 × 2) → 4 × 2. It is −0.31.")
    agrees(book, hands, "stepper", StepperDesk)


def test_lines_are_gone_through_by_mouse_and_a_step_begins_a_new_pass(stepper_of):
    book, hands = stepper_of("ask=False")
    lines = [line.text for line in LINES]
    now = hands.node.locator("[aria-current=step]")
    for text in lines:
        expect(now).to_have_text(text)
        agrees(book, hands, "stepper", StepperDesk)
        hands.button("▶| Line").click()
        hands.rest()
    expect(now).to_have_text(lines[0])
    hands.says("Pass 2: before it the loss was 0.900.")
    again = agrees(book, hands, "stepper", StepperDesk)
    assert float(again.made["loss"][0, 0]) < 0.1
    hands.node.locator(".code").get_by_text("gW1 = ").click()
    hands.rest()
    expect(now).to_have_text("gW1 = X.T @ delta1")
    hands.button("◀ Back").click()
    hands.says(re.compile(r"delta1 = .* row 4, unit 2\."))
    hands.button("|◀").click()
    hands.says("Z1 = X @ W1 + b1, row 1, unit 1.")
    expect(hands.button("◀ Back")).to_be_disabled()
    agrees(book, hands, "stepper", StepperDesk)


def test_a_weight_is_dragged_and_every_line_recomputes(stepper_of):
    book, hands = stepper_of('line="delta1", entry=6, ask=False')
    before = hands.status
    hands.pull(hands.cell("W2", 1), 10)
    assert book.value("float(stepper.lab.numbers['W2'][1, 0])") == 2.0
    assert hands.status.split(" It is ")[0] == before.split(" It is ")[0]  # where one stands stays
    assert hands.status != before
    agrees(book, hands, "stepper", StepperDesk)
    cell = hands.cell("X", 2)
    hands.key(cell, "ArrowUp", "ArrowRight")
    hands.key(hands.cell("X", 3), "ArrowDown")
    assert book.value("stepper.lab.numbers['X'][1].tolist()") == [0.1, 0.9]
    hands.cell("Y", 2).press("-")
    hands.page.keyboard.type("1.5")
    hands.page.keyboard.press("Enter")
    hands.rest()
    agrees(book, hands, "stepper", StepperDesk)
    hands.more()
    hands.key(hands.button("↺ Same numbers as at first"), "Enter")
    assert book.value("stepper.lab.numbers['W2'].tolist()") == [[1.0], [1.0]]


def test_arrow_keys_go_through_the_lines(stepper_of):
    book, hands = stepper_of("ask=False")
    lines = hands.node.locator(".code button")
    lines.first.focus()
    for _ in range(5):  # past a heading
        hands.page.keyboard.press("ArrowDown")
    hands.page.keyboard.press("Enter")
    hands.says("delta2 = (A2 - Y) / n, row 1.")
    expect(hands.node.locator(".code button[tabindex='0']")).to_have_count(1)
    agrees(book, hands, "stepper", StepperDesk)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_those_who_do_not_see_or_use_no_mouse_find_their_way(stepper_of, axe, screenshot, dark):
    book, hands = stepper_of('line="delta1", entry=6', dark=dark)
    assert axe(hands.node) == []
    screenshot(book.page, f"stepper-{'dark' if dark else 'light'}")
    hands.key(hands.button("Show"), "Enter")
    hands.more()
    assert axe(hands.node) == []


@pytest.mark.parametrize("width", [700, 1280])
def test_nothing_scrolls_sideways_on_any_line(stepper_of, screenshot, width):
    book, hands = stepper_of('line="delta1", entry=6', width=width)
    screenshot(book.page, f"stepper-{width}")
    tops = {}
    hands.key(hands.button("|◀"), "Enter")
    for _ in range(15):
        assert hands.too_wide() == []
        tops[made_by(hands)] = (round(hands.panel("given").evaluate(
            "node => node.getBoundingClientRect().top"
            " - node.closest('.nnlib-stage').getBoundingClientRect().top"
        )))  # fmt: skip
        hands.key(hands.button("▶| Line"), "Enter")
    if width == 1280:
        assert len(set(tops.values())) == 1, tops  # nothing jumps


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = BackpropStepper(line="delta1", entry=6)
    hands = Hands(offline(widget.to_html(tmp_path / "pass.html")))
    hands.says(widget.sentence)
    moment = hands.slider("moment of the run")
    moment.press("Home")
    hands.says("Z1 = X @ W1 + b1, row 1, unit 1. Shapes: (4 × 2)(2 × 2) + (1 × 2) → 4 × 2."
               " It is −0.50.")  # fmt: skip
    moment.press("ArrowRight")
    hands.says("row 1, unit 2.")
    assert made(hands, "Z1") == "+1.50"
