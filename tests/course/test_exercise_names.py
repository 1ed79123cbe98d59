"""Verdicts name the mistakes that students made, and no verdict says anything false."""

import importlib.util
from pathlib import Path

import nbformat
import numpy as np
import pytest

import nnlib
from nnlib.activations import logistic, softmax
from nncourse.bugs import SPECIMENS
from nncourse.exercises import check, grade_id
from nncourse.exercises.tasks.intervals import dishonest_end

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks" / "exercises" / "source"


def wrong(name, how):
    """The wrong answer to this task with this key in tests/exercises."""
    path = ROOT / "tests" / "exercises" / f"answers_{name[:2]}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.WRONG[name][how]


def backward_squared(output):
    """A learner's backward pass for this activation of the output, with (A2 − Y)²/2 for delta2."""

    def backward(W1, b1, W2, b2, X, Y):
        A1 = np.tanh(X @ W1 + b1)
        A2 = output(A1 @ W2 + b2)
        delta2 = (A2 - Y) ** 2 / 2
        delta1 = delta2 @ W2.T * (1 - A1**2)
        pairs = [(X.T @ delta1, delta1), (A1.T @ delta2, delta2)]
        return [g for gW, d in pairs for g in (gW, d.sum(axis=0, keepdims=True))]

    return backward


@pytest.mark.parametrize("name, output", [("04.backward", softmax), ("05.backward", logistic)])
def test_the_loss_in_place_of_its_slope_is_named_in_a_whole_backward_pass(name, output):
    verdict = check(name, backward_squared(output))
    assert verdict.misconception == "delta2 is the error squared", verdict


def test_the_slope_of_tanh_is_named_where_that_of_the_logistic_is_asked_for():
    for slope in (lambda a: 1 - a**2, lambda a: 1 - np.tanh(a) ** 2):
        told = check("01.logistic_slope", slope).misconception
        assert told.startswith("It is the slope of tanh"), told
    bent = check("01.logistic_slope", lambda a: logistic(a) * (1 - logistic(a)))
    assert bent.misconception == "The slope of the logistic is taken at a, as if a were z"


def test_the_loss_in_place_of_its_slope_is_named_under_a_logistic_output():
    told = check("04.delta_logistic", lambda A2, Y: (A2 - Y) ** 2 / 2)
    assert told.misconception == "Delta is the error squared", told
    told = check("04.delta_logistic", lambda A2, Y: (A2 - Y) ** 2 / 2 * A2 * (1 - A2) / len(Y))
    assert told.misconception == "The error is squared, as in the loss", told


def test_a_checker_that_gives_back_its_suspect_is_told_so_in_plain_words():
    assert "gives the suspect itself" in str(check("07.is_right", lambda suspect: suspect))


ORDER = "The four are in another order"
TWICE = "The slopes are divided by the number of samples twice"
CHANGED = "The arrays that were given are changed"
AT_THE_START = "Every step uses the slopes at the start"


@pytest.mark.parametrize(
    "name, how, title",
    [
        ("07.central", "the theta that it was given drifts", "The theta that was given is not"),
        ("07.numerical_gradient", "in an array of whole numbers", "The slopes are cut to whole"),
        ("07.is_right", "one sample", "It checks with a single sample"),
        ("07.is_right", "biases of 0", "It checks where all biases are 0"),
        ("05.backward", "divided by the samples twice", TWICE),
        ("05.backward", "not divided by the samples", "The slopes are summed over the batch"),
        ("05.backward", "biases before weights", ORDER),
        ("05.backward", "weights before biases", ORDER),
        ("05.learn", "a shallow copy by list", CHANGED),
        ("05.learn", "a shallow copy by a slice", CHANGED),
        ("05.learn", "with the first gradient throughout", AT_THE_START),
        ("05.learn", "the rate divided by the samples", TWICE),
        ("05.learn", "the second layer first", ORDER),
        ("05.share", "the share last", "The three are in another order"),
        ("06.softmax", "in an array of the kind of Z", "Where Z holds whole numbers"),
        ("06.surprise", "the loss and then the targets", "The loss comes first"),
        ("06.learn", "classes counted from 1, one by one", "The classes are counted from 1"),
        ("06.score", "the spread first", "The spread comes first"),
        ("06.score", "scores in an array of whole numbers", "The scores are cut to whole numbers"),
        ("06.read_matrix", "recall in an array like the diagonal", "The recall is cut to whole"),
        ("13.backward", "divided by the samples twice", TWICE),
        ("13.backward", "the second layer first", ORDER),
        ("13.learn", "a shallow copy", CHANGED),
        ("13.learn", "with the first slopes throughout", AT_THE_START),
    ],
)
def test_what_a_student_wrote_is_called_by_its_name(name, how, title):
    verdict = check(name, wrong(name, how))
    assert verdict.misconception.startswith(title), verdict
    assert verdict.question


@pytest.mark.parametrize("how", ["all samples and targets alike", "one class", "parameters of 1"])
def test_a_checker_is_not_told_of_a_place_where_it_has_not_stood(how):
    verdict = check("07.is_right", wrong("07.is_right", how))
    assert verdict.status == "not yet"
    assert not verdict.misconception, verdict


def test_a_checker_that_starts_at_a_lazy_place_and_goes_on_is_not_told_of_it():
    loose = wrong("07.is_right", "a bound of one half")

    def is_right(suspect):
        suspect(np.zeros(26), np.ones((1, 3)), np.eye(2)[:1])
        return loose(suspect)

    assert not check("07.is_right", is_right).misconception


@pytest.mark.parametrize("k, n", [(62, 100), (7, 10), (9, 40), (930, 1000), (2650, 5000)])
@pytest.mark.parametrize("reach", [1.0, 1.645, 2.576, 3.0])
def test_an_interval_of_another_size_is_not_one_of_95_percent_in_all_cases(k, n, reach):
    half = reach * (k / n * (1 - k / n) / n) ** 0.5
    found = dishonest_end(k, n, k / n - half, k / n + half)
    assert found


@pytest.mark.parametrize(
    "name, answer",
    [
        ("07.times", lambda g, n: None),
        ("07.times", lambda g, n: {"W1": 1}),
        ("05.share", lambda right: (0.5, 0.4)),
        ("05.share", lambda right: 0.5),
        ("05.share", lambda right: None),
        ("06.score", lambda true, said: 0.9),
        ("06.score", lambda true, said: (0.9, 0.1, 0.2)),
        ("06.read_matrix", lambda M: (M, 1)),
        ("06.read_matrix", lambda M: np.zeros(3)),
    ],
)
def test_the_cells_that_use_an_answer_bear_one_of_another_kind(name, answer):
    fives = np.zeros((5, 450), dtype=int)
    names = {
        **{name: getattr(nnlib, name) for name in ("digits", "labels")},
        **{"np": np, "SPECIMENS": SPECIMENS, "rng": np.random.default_rng(7), "right": fives[0]},
        **{"net": nnlib.Network((3, 4, 2)), "Y": fives[:, :1], "true": fives, "said": fives},
        **{"one_run": lambda wanted: 4, "read": lambda split: fives[0]},
        **{"confusion": lambda *pair: np.ones((10, 10))},
    }
    names[name[3:]] = answer
    names["verdict"] = check(name, answer)
    assert not names["verdict"].right
    for cell in using(name):
        exec(cell, names)


def using(name):
    """The cells with code between the check of this task and the next answer."""
    (path,) = SOURCE.glob(f"{name[:2]}_*.ipynb")
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    grades = [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in code]
    after = grades.index(f"{grade_id(name)}-check") + 1
    until = next((i for i in range(after, len(code)) if grades[i]), len(code))
    return [cell.source for cell in code[after:until]]
