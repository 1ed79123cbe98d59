"""The backprop stepper in a real JupyterLab, by hand and by key, beside what nnlib computes."""

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
    return hands.panel("formula").locator(f"[data-array='{array}'] .made").first.inner_text()


def test_a_line_is_guessed_before_it_is_shown_by_keyboard(stepper_of, screenshot):
    book, hands = stepper_of('line="gb2"')
    hands.key(hands.button("Show"), "Enter")
    expect(hands.button("Next ▶")).to_be_focused()  # and on from there
    hands.key(hands.button("Next ▶"), "Enter")
    ask, keyboard = hands.panel("ask"), hands.page.keyboard
    expect(ask.locator(".pick")).to_be_focused()  # at the question, and at none of its answers
    assert made(hands, "delta1") == "?"
    keyboard.press("Enter")
    expect(ask.locator(".choice:disabled")).to_have_count(0)
    keyboard.press("2")
    verdict = ask.get_by_role("status")
    expect(verdict).to_contain_text("Compare their weights in W2")
    expect(ask.locator(".choice:disabled")).to_have_text("delta1[0, 1] ✗")
    assert made(hands, "delta1") == "?"
    screenshot(book.page, "stepper-wrong")
    keyboard.press("1")
    expect(verdict).to_contain_text("Right. −0.26 × +1.00 × 0.79 for one")
    expect(ask.locator(".choice.right")).to_have_text("delta1[0, 0] ✓")
    assert made(hands, "delta1") == "−0.21"
    agrees(book, hands, "stepper", StepperDesk)
    expect(hands.button("Next ▶")).to_be_focused()


def test_the_numbers_of_a_line_are_looked_at_by_mouse_and_by_arrow_keys(stepper_of):
    book, hands = stepper_of('line="delta1", ask=False')
    hands.cell("delta1", 5).hover()
    hands.says("delta1[2, 1] is −0.31, the slope of the loss along Z1[2, 1].")
    agrees(book, hands, "stepper", StepperDesk)
    expect(hands.cell("delta2", 2)).to_have_class("number lit")
    hands.key(hands.cell("delta1", 5), "ArrowUp")
    hands.key(hands.page.locator(":focus"), "ArrowLeft")
    hands.page.mouse.move(0, 0)
    hands.says("delta1[1, 0] is −0.31, the slope of the loss along Z1[1, 0].")
    agrees(book, hands, "stepper", StepperDesk)


def test_lines_are_gone_through_by_mouse_and_a_step_begins_a_new_pass(stepper_of):
    book, hands = stepper_of("ask=False")
    lines = [line.text for line in LINES]
    now = hands.node.locator("[aria-current=step]")
    for text in lines:
        expect(now).to_have_text(text)
        agrees(book, hands, "stepper", StepperDesk)
        hands.node.locator("button.main").click()
        hands.rest()
    expect(now).to_have_text(lines[0])
    hands.says("Pass 2: before it the loss was 0.900.")
    again = agrees(book, hands, "stepper", StepperDesk)
    assert float(again.made["loss"][0, 0]) < 0.1
    hands.node.locator(".code").get_by_text("gW1 = ").click()
    hands.rest()
    expect(now).to_have_text("gW1 = X.T @ delta1")
    hands.button("◀ Back").click()
    hands.says("delta1 = (delta2 @ W2.T) * (1 - A1**2). delta1[0, 0] is")
    hands.more()
    hands.button("|◀ First line").click()
    hands.says("Z1 = X @ W1 + b1. Z1[0, 0] is")
    expect(hands.button("◀ Back")).to_be_disabled()
    agrees(book, hands, "stepper", StepperDesk)


def test_a_weight_is_dragged_and_every_line_recomputes(stepper_of):
    book, hands = stepper_of('line="delta1", entry=6, ask=False')
    before = hands.status
    hands.pull(hands.cell("W2", 1), 10)
    assert book.value("float(stepper.lab.numbers['W2'][1, 0])") == 2.0
    assert hands.status.split(" is ")[0] == before.split(" is ")[0]  # where one stands stays
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
    hands.says("delta2 = (A2 - Y) / n. delta2[0, 0] is −0.26")
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


# Text that is cut off, code that leaves its panel, and what is above or below the stage.
CUT = """
node => {
  const inside = node.getBoundingClientRect();
  const texts = ".code span, .number, .array p, .choice, .question, .verdict";
  const parts = [...node.querySelectorAll(texts)];
  return parts.filter(part => part.checkVisibility()).filter(part => {
    const box = part.getBoundingClientRect();
    const home = part.closest("section").getBoundingClientRect();
    return box.right > home.right + 1 || box.left < home.left - 1 || box.bottom > inside.bottom
      || part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0;
  }).map(part => part.textContent);
}
"""
# Operators at the end of a row of a formula: what they belong to is in the next one.
DANGLING = """
node => [...node.querySelectorAll(".operator")].filter(operator => {
  const next = operator.nextElementSibling;
  return !next || next.getBoundingClientRect().left < operator.getBoundingClientRect().right;
}).map(operator => operator.textContent)
"""


@pytest.mark.parametrize("width", [848, 1112, 700])
def test_on_one_screen_at_every_line_nothing_is_cut_and_nothing_jumps(stepper_of, width):
    book, hands = stepper_of(width=width + 300)
    hands.node.evaluate(
        "(node, width) => { node.closest('.nnlib-widget').style.cssText ="
        " `flex: none; width: ${width}px`; }",
        width,
    )
    tops = set()
    for _ in LINES:
        for _ in range(2):  # before the answer, and after it
            assert hands.too_wide() == []
            assert hands.node.evaluate(CUT) == []
            assert [sign for sign in hands.node.evaluate(DANGLING) if sign != ")"] == []
            box = hands.node.bounding_box()
            assert round(box["width"]) == width and box["height"] <= 780
            given = hands.panel("given").bounding_box()
            formula = hands.panel("formula").bounding_box()
            tops.add((round(given["y"] - box["y"]), round(formula["y"] - box["y"])))
            if hands.button("Show").is_visible():
                hands.key(hands.button("Show"), "Enter")
        hands.key(hands.node.locator("button.main"), "Enter")
    assert len(tops) == 1, tops


def test_a_page_of_its_own_is_scrubbed_without_kernel_and_network(offline, tmp_path):
    widget = BackpropStepper(line="delta1", entry=6)
    hands = Hands(offline(widget.to_html(tmp_path / "pass.html")))
    hands.says(widget.sentence)
    moment = hands.slider("moment of the run")
    moment.press("Home")
    hands.says("Z1 = X @ W1 + b1. Z1[0, 0] is −0.5, what hidden unit 0 receives in row 0.")
    moment.press("ArrowRight")
    hands.says("A1 = np.tanh(Z1). A1[0, 0] is −0.46")
    assert made(hands, "A1") == "−0.46"
