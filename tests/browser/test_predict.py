"""Predictions in a real notebook: the cells with the answer are covered until one is given."""

import pytest
from hands import Hands
from playwright.sync_api import expect

from nncourse import widgets
from nncourse.widgets.prediction import Question

ASK = """from nncourse import widgets
ask = widgets.predict("What comes through?", ["a half", "a millionth"], "a millionth", "Quarters.")
ask"""
NUMBER = """from nncourse import widgets
ask = widgets.predict("How steep is it?", None, 0.25, "A quarter.", within=0.01)
ask"""
PICTURE = "print('one in ' + 'a million')"


def covered(page):
    return page.locator(".nnlib-covered")


def test_the_next_output_is_covered_until_a_guess_is_made_by_keyboard(notebook, screenshot, axe):
    book = notebook(ASK, PICTURE, "tally = widgets.tally()\ntally", "print('later')")
    hands = Hands(book.output(0))
    answer = book.page.get_by_text("one in a million", exact=True)
    expect(covered(book.page)).to_have_count(1)
    expect(answer).not_to_be_visible()
    expect(book.page.get_by_text("later", exact=True)).to_be_visible()
    screenshot(book.page, "predict-covered")
    assert axe(hands.node) == []
    verdict = hands.node.locator(".verdict")
    hands.button("This is my guess").press("Enter")
    expect(verdict).to_have_text("Nothing is chosen yet: choose an answer first.")
    expect(verdict).to_be_visible()
    expect(covered(book.page)).to_have_count(1)
    screenshot(book.page, "predict-nothing-chosen")
    expect(hands.node.get_by_label("a half")).to_be_focused()
    before = hands.node.bounding_box()
    hands.page.keyboard.press("Space")
    expect(verdict).to_have_text("")
    hands.page.keyboard.press("Enter")
    expect(covered(book.page)).to_have_count(0)
    expect(answer).to_be_visible()
    expect(hands.node.locator(".verdict")).to_have_text(
        "Not this time. The answer is “a millionth”. Quarters."
    )
    assert hands.node.bounding_box() == before  # nothing jumps
    expect(verdict).to_be_focused()
    total = Hands(book.output(2))
    total.says("One prediction on this page: one otherwise.")
    assert book.value("tally.sentence") == total.status
    screenshot(book.page, "predict-wrong")
    assert axe(hands.node) == [] and axe(total.node) == []
    again = Question.from_recipe(book.value("ask.lab.recipe()"))
    assert again.right is False and again.choices[again.given] == "a half"


def test_a_number_is_asked_for_and_a_right_one_is_right(notebook, axe):
    book = notebook(NUMBER, PICTURE)
    hands = Hands(book.output(0))
    expect(covered(book.page)).to_have_count(1)
    field = hands.node.get_by_role("spinbutton")
    field.fill("0.251")
    field.press("Enter")
    expect(hands.node.locator(".verdict")).to_have_text("Right. The answer is 0.25. A quarter.")
    expect(covered(book.page)).to_have_count(0)
    assert axe(hands.node) == []


def test_a_skip_uncovers_and_a_question_asked_again_covers_again(notebook, screenshot):
    book = notebook(ASK, PICTURE, dark=True, width=700, height=900)
    hands = Hands(book.output(0))
    expect(covered(book.page)).to_have_count(1)
    screenshot(book.page, "predict-700-dark")
    assert hands.too_wide() == []
    hands.button("Show me without").click()
    expect(covered(book.page)).to_have_count(0)
    expect(hands.node.locator(".verdict")).to_have_text(
        "Skipped. The answer is “a millionth”. Quarters."
    )
    book.run(0)  # run again, the question covers again
    expect(covered(book.page)).to_have_count(1)


@pytest.mark.parametrize("width", [700, 848, 1112])
def test_a_long_question_fits_with_its_buttons(width, notebook, screenshot):
    long = (
        "it leaps from side to side, and comes home",
        "it bounces at the same height",
        "it ends",
    )
    question = "Twelve words, and twelve more, ask what will happen on a parabola of curvature c?"
    asked = f"widgets.predict({question!r}, {long}, {long[0]!r})"
    book = notebook(f"from nncourse import widgets\n{asked}",
                    width=width + 154, height=780)  # fmt: skip
    hands = Hands(book.output(0))
    assert hands.too_wide() == [] and hands.node.bounding_box()["height"] < 300
    boxes = [hands.button(name).bounding_box() for name in ("This is my guess", "Show me without")]
    assert boxes[0]["y"] == boxes[1]["y"]
    screenshot(book.page, f"predict-long-{width}")


def test_where_there_is_no_notebook_the_question_is_there_and_nothing_is_covered(offline, tmp_path):
    page = offline(
        widgets.predict("How many?", ["1", "2"], "2", "So.").to_html(tmp_path / "q.html")
    )
    expect(page.get_by_text("How many?")).to_be_visible()
    expect(page.get_by_role("button", name="This is my guess")).not_to_be_visible()
