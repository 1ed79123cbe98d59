"""Predictions: the verdict comes with its reason, a guess cannot be changed, a tally counts."""

import pytest

from nncourse.widgets import predict, tally
from nncourse.widgets.prediction import Question

HALF = ("How much?", ["a half", "a tenth", "nothing"], "a tenth", "Because of the slope.")


def test_the_verdict_of_a_right_and_of_a_wrong_guess_gives_the_reason():
    right, wrong = Question(*HALF), Question(*HALF)
    right.guess(1)
    wrong.guess(0)
    assert right.right is True and wrong.right is False
    assert right.verdict == "Right: a tenth. Because of the slope."
    assert wrong.verdict == "Not this time: it is a tenth. Because of the slope."


def test_a_guess_cannot_be_changed():
    question = Question(*HALF)
    question.guess(0)
    question.guess(1)
    question.skip()
    assert question.given == 0 and not question.skipped


def test_the_answer_is_not_sent_to_the_page_before_a_guess_or_skip():
    question = Question(*HALF)
    panel = question.frame()["panels"]["ask"]
    assert panel["answer"] is None and panel["right"] is None and panel["verdict"] == ""
    assert "slope" not in str(question.frame()) + str(question.scene())
    question.skip()
    panel = question.frame()["panels"]["ask"]
    assert panel["answer"] == 1 and panel["right"] is None
    assert panel["verdict"] == "Skipped. It is a tenth. Because of the slope."


def test_the_output_is_covered_until_a_guess_or_skip():
    question = Question(*HALF)
    assert question.frame()["covers"]
    question.guess(2)
    assert not question.frame()["covers"]


@pytest.mark.parametrize(
    "given, right", [(0.25, True), (0.27, True), (0.31, False), (-0.25, False)]
)
def test_a_number_is_right_within_the_given_distance(given, right):
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
def test_an_impossible_question_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        predict(*settings[:4], within=settings[4] if len(settings) > 4 else 0.0)


@pytest.mark.parametrize("given", [3, -1, True, "a half", None, 0.0])
def test_a_guess_that_is_no_choice_is_refused_and_not_kept(given):
    question = Question(*HALF)
    with pytest.raises(ValueError, match="there are 3 choices"):
        question.guess(given)
    assert not question.settled


@pytest.mark.parametrize("given", ["1", None, float("nan"), float("inf"), True])
def test_a_guess_that_is_no_number_is_refused(given):
    question = Question("How steep?", None, 0.25, "A quarter.")
    with pytest.raises(ValueError, match="expected a number"):
        question.guess(given)
    assert not question.settled


def test_without_a_kernel_the_question_can_be_read_and_not_the_answer():
    bundle, about = predict("Is 1 < 2?", ["yes, always", "no"], "no", "secret")._repr_mimebundle_()
    assert "image/png" not in bundle and about == {}
    assert "Is 1 &lt; 2?" in bundle["text/html"] and "<li>yes, always</li>" in bundle["text/html"]
    assert bundle["text/plain"] == "Predict first: Is 1 < 2? (yes, always / no)"
    assert "secret" not in bundle["text/html"] + bundle["text/plain"]


def test_a_recipe_restores_the_question_and_the_guess():
    question = Question(*HALF)
    question.guess(2)
    again = Question.from_recipe(question.recipe())
    assert again.verdict == question.verdict and again.frame() == question.frame()
    with pytest.raises(ValueError, match="not a recipe of the prediction"):
        Question.from_recipe('{"nnlib": "playground 1"}')


def test_an_exported_page_shows_the_question_and_not_the_reason(tmp_path):
    page = predict(*HALF).to_html(tmp_path / "question.html").read_text("utf-8")
    assert "How much?" in page and "Because of the slope" not in page


def test_the_tally_counts_right_wrong_skipped_and_open_predictions(monkeypatch):
    monkeypatch.setattr("nncourse.widgets.prediction._asked", {})
    total = tally()
    assert total.sentence == "No predictions on this page: none asked yet."
    asked = [predict(f"Question {k}?", ["a", "b"], "a", "So it is.") for k in range(4)]
    before = total.frame["no"]
    for prediction, do in zip(asked, ("right", "wrong", "skip")):
        message = {"do": "skip"} if do == "skip" else {
            "do": "guess", "arguments": [["right", "wrong"].index(do)]}  # fmt: skip
        prediction._heard(None, message | {"no": 1, "view": "a"}, [])
    assert total.frame["no"] == before + 3  # it is updated after each of them
    assert total.sentence == (
        "Four predictions on this page: one right, one otherwise, one skipped, one still open."
        " What surprised you is what you have learned."
    )
    predict("Question 1?", ["a", "b"], "a", "So it is.")  # as if its cell had been run again
    assert "two still open" in total.sentence and "otherwise" not in total.sentence
