"""Predictions: an answer is judged once, with an explanation, and a tally counts the answers."""

import pytest

from nncourse.widgets import predict, tally
from nncourse.widgets.prediction import Question

HALF = ("How much?", ["a half", "a tenth", "nothing"], "a tenth", "Because of the slope.")


def test_a_right_answer_and_a_wrong_one_get_the_explanation():
    right, wrong = Question(*HALF), Question(*HALF)
    right.guess(1)
    wrong.guess(0)
    assert right.right is True and wrong.right is False
    assert right.verdict == "Right. The answer is “a tenth”. Because of the slope."
    assert wrong.verdict == "Not this time. The answer is “a tenth”. Because of the slope."


def test_an_answer_is_given_once():
    question = Question(*HALF)
    question.guess(0)
    question.guess(1)
    question.skip()
    assert question.given == 0 and not question.skipped


def test_nothing_of_the_answer_is_sent_to_the_page_before_it_is_asked_for():
    question = Question(*HALF)
    panel = question.frame()["panels"]["ask"]
    assert panel["answer"] is None and panel["right"] is None and panel["verdict"] == ""
    assert "slope" not in str(question.frame()) + str(question.scene())
    assert not question.scene()["exits"]  # a recipe would hold the answer
    question.skip()
    panel = question.frame()["panels"]["ask"]
    assert panel["answer"] == 1 and panel["right"] is None
    assert panel["verdict"] == "Skipped. The answer is “a tenth”. Because of the slope."


def test_the_picture_is_covered_until_it_is_settled():
    question = Question(*HALF)
    assert question.frame()["covers"]
    question.guess(2)
    assert not question.frame()["covers"]


@pytest.mark.parametrize(
    "given, right", [(0.25, True), (0.27, True), (0.31, False), (-0.25, False)]
)
def test_a_number_is_right_when_it_is_near_enough(given, right):
    question = Question("How steep?", None, 0.25, "A quarter.", within=0.05)
    question.guess(given)
    assert question.right is right


@pytest.mark.parametrize(
    "settings, words",
    [
        (("How?", ["a", "b"], "c", ""), "the answer among them"),
        (("How?", ["a", "a"], "a", ""), "two different choices"),
        (("How?", ["a"], "a", ""), "two different choices"),
        (("How?", None, "a half", ""), "expected a number"),
        (("How?", None, 1.0, "", -1.0), "how far off"),
    ],
)
def test_a_question_without_a_right_answer_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        predict(*settings[:4], within=settings[4] if len(settings) > 4 else 0.0)


@pytest.mark.parametrize("given", [3, -1, True, "a half", None, 0.0])
def test_an_answer_that_is_not_one_is_refused_and_nothing_stands(given):
    question = Question(*HALF)
    with pytest.raises(ValueError, match="there are 3 choices"):
        question.guess(given)
    assert not question.settled


@pytest.mark.parametrize("given", ["1", None, float("nan"), float("inf"), True])
def test_what_is_no_number_is_refused(given):
    question = Question("How steep?", None, 0.25, "A quarter.")
    with pytest.raises(ValueError, match="expected a number"):
        question.guess(given)
    assert not question.settled


def test_without_a_kernel_the_question_can_be_read_and_the_answer_is_not_there():
    bundle, about = predict("Is 1 < 2?", ["yes, always", "no"], "no", "secret")._repr_mimebundle_()
    assert "image/png" not in bundle and about == {}
    assert "Is 1 &lt; 2?" in bundle["text/html"] and "<li>yes, always</li>" in bundle["text/html"]
    assert bundle["text/plain"] == "Predict first: Is 1 < 2? (yes, always / no)"
    assert "secret" not in bundle["text/html"] + bundle["text/plain"]


def test_a_recipe_brings_the_question_and_what_was_given_back():
    question = Question(*HALF)
    question.guess(2)
    again = Question.from_recipe(question.recipe())
    assert again.verdict == question.verdict and again.frame() == question.frame()
    with pytest.raises(ValueError, match="not a recipe of the prediction"):
        Question.from_recipe('{"nnlib": "playground 1"}')


def test_a_page_of_its_own_holds_the_question(tmp_path):
    page = predict(*HALF).to_html(tmp_path / "question.html").read_text("utf-8")
    assert "How much?" in page and "Because of the slope" not in page


def test_the_tally_counts_what_was_right_otherwise_skipped_and_open(monkeypatch):
    monkeypatch.setattr("nncourse.widgets.prediction._asked", {})
    total = tally()
    assert total.sentence == "No predictions on this page: none asked yet."
    asked = [predict(f"Question {k}?", ["a", "b"], "a", "So it is.") for k in range(4)]
    before = total.frame["no"]
    for prediction, do in zip(asked, ("right", "wrong", "skip")):
        message = {"do": "skip"} if do == "skip" else {
            "do": "guess", "arguments": [["right", "wrong"].index(do)]}  # fmt: skip
        prediction._heard(None, message | {"no": 1, "view": "a"}, [])
    assert total.frame["no"] == before + 3  # it is shown again after each answer
    assert total.sentence == (
        "Four predictions on this page: one right, one otherwise, one skipped, one still open."
        " What surprised you is what you have learned."
    )
    predict("Question 1?", ["a", "b"], "a", "So it is.")  # run again, it is open again
    assert "two still open" in total.sentence and "otherwise" not in total.sentence
