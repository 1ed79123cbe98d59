"""The specimens of notebooks 08 to 10: what notices them, and what they measure when asked."""

import ast

import numpy as np
import pytest

from nnlib import SGD, Adam, Momentum, Network, l2_penalty, shifted_copies, xor
from nnlib.convolution import Convolution, ConvolutionalNetwork, Pooling
from nncourse.bugs import (
    EVERY,
    LATER,
    SPECIMENS,
    questions,
    right,
    run_of,
    solved_of,
    symptoms_of,
    table,
    wrong,
)

RIGHT = [name for name, one in LATER.items() if one.kind == "right"]
WRONG = [name for name in LATER if name not in RIGHT]
QUESTIONS = ("twice", "steps", "leak")
each = pytest.mark.parametrize("name", LATER)
each_wrong_one = pytest.mark.parametrize("name", WRONG)

# What notices each of them: nothing else does.
CAUGHT = {
    "dropout_at_prediction": {"XOR", "twice"},
    "velocity_forgotten": {"steps"},
    "adam_uncorrected": {"steps"},
    "l2_on_biases": {"steps"},
    "stop_on_test": {"leak"},
    "copies_before_split": {"leak"},
    "kernel_averaged": {"gradient"},
    "first_block_only": {"gradient"},
    "slope_to_all_equals": {"gradient"},
}

# The arrays whose slopes are wrong; of every other specimen all slopes are right.
WRONG_SLOPES = {
    "kernel_averaged": ("W1", "b1"),
    "first_block_only": ("W1", "b1"),
    "slope_to_all_equals": ("b1",),
}

# Share of the test digits read, as the author reports it, the mean of four starts: from, to.
DIGITS = {
    "right_momentum": (0.95, 0.99),
    "right_adam": (0.95, 0.99),
    "right_l2": (0.95, 0.99),
    "right_split": (0.87, 0.93),
    "dropout_at_prediction": (0.90, 0.95),
    "velocity_forgotten": (0.95, 0.99),
    "adam_uncorrected": (0.95, 0.99),
    "l2_on_biases": (0.95, 0.99),
    "stop_on_test": (0.88, 0.95),
    "copies_before_split": (0.86, 0.94),
    "right_kernels": (0.90, 0.97),
    "kernel_averaged": (0.87, 0.96),
    "first_block_only": (0.87, 0.96),
    "slope_to_all_equals": (0.90, 0.97),
}


def score(name, what="accuracy"):
    return np.mean([getattr(run_of(EVERY[name], start), what) for start in range(4)])


@pytest.fixture(scope="module")
def says():
    return table(*LATER, starts=4)


# The catalogue


def test_the_later_ones_follow_the_others():
    assert EVERY == SPECIMENS | LATER and not set(SPECIMENS) & set(LATER)
    assert {one.chapter for one in SPECIMENS.values()} == {7}
    assert {one.chapter for one in LATER.values()} <= {8, 10}
    numbers = [LATER[name].number for name in WRONG]
    last = max(one.number for one in SPECIMENS.values())
    assert numbers == list(range(last + 1, last + 1 + len(WRONG)))
    assert all(LATER[name].twin.kind == "right" for name in WRONG)
    for field in ("title", "question", "source"):
        assert len({getattr(one, field) for one in EVERY.values()}) > len(EVERY) - 2, field


@each
def test_each_says_what_it_is_where_it_was_met_and_what_to_ask(name):
    one = LATER[name]
    assert one.title[0].isupper() and not one.title.endswith(".")
    assert one.question[0].isupper() and one.question.endswith("?")
    assert bool(one.why) == (name in WRONG)
    assert not one.why or (one.why[0].isupper() and one.why.endswith("."))
    assert (" issues/" in one.source or " pull/" in one.source) == (name in WRONG)


@each_wrong_one
def test_the_difference_is_one_role_and_a_line_or_two(name):
    one = LATER[name]
    assert len(one.changed()) == 1
    difference = one.difference()
    come = [line for mark, line in difference if mark == "+"]
    gone = [line for mark, line in difference if mark == "-"]
    assert 0 < len(come) <= 3 and len(gone) <= 4
    text = "\n".join(line for _, line in difference)
    assert name not in text and "right" not in text and '"""' not in text
    for side in ("-", "+"):
        ast.parse("\n".join(line for mark, line in difference if mark in (" ", side)))


# What notices them


def test_the_right_ones_pass_every_instrument(says):
    assert all(set(says[name].values()) <= {"passes", "-"} for name in RIGHT)


@each_wrong_one
def test_each_is_caught_by_what_asks_for_its_meaning(name, says):
    assert {key for key, verdict in says[name].items() if verdict == "caught"} == CAUGHT[name]


@each
def test_so_many_digits_are_read(name):
    low, high = DIGITS[name]
    assert low <= score(name) <= high


@each
def test_the_gradient_check_names_the_arrays_that_are_wrong(name):
    wrong = WRONG_SLOPES.get(name, ())
    assert (LATER[name].kind == "slopes") == bool(wrong)
    for array, error in LATER[name].gradient_errors().items():
        assert 0.01 < error < 1 if array in wrong else error < 1e-8, array


def test_no_question_is_asked_before_its_notebook():
    assert not set(QUESTIONS) & set(table("right", "right_dropout")["right"])


# Steps


def stepped(learn, parameters, X, Y, optimizer, **settings):
    """theta after two epochs of `learn` in one batch, and after two steps of the optimizer."""
    *_, after = learn(right.backward, parameters, X, Y, np.random.default_rng(1), 2, **settings)
    theta = np.concatenate([p.ravel() for p in parameters])
    for _ in range(2):
        cut = [a for pair in NET.layers(theta) for a in pair]
        gradient = np.concatenate([g.ravel() for g in right.backward(*cut, X, Y)])
        if settings.get("l2"):
            gradient = gradient + l2_penalty(theta, NET.is_weight, settings["l2"])[1]
        theta = optimizer.step(theta, gradient)
    return np.concatenate([p.ravel() for p in after]), theta


NET = Network((2, 3, 2))


@pytest.mark.parametrize("learn, optimizer, settings", [
    (right.learn_right_momentum, Momentum(0.05), {}),
    (right.learn_right_adam, Adam(0.01), {}),
    (right.learn_right_l2, SGD(0.5), {"l2": 0.1}),
])  # fmt: skip
def test_a_right_learn_takes_the_steps_of_the_library(learn, optimizer, settings):
    rng = np.random.default_rng(3)
    parameters = [rng.normal(size=p.shape) for p in right.start(rng, (2, 3, 2))]
    ours, theirs = stepped(learn, parameters, xor().X, np.eye(2)[[0, 1, 1, 0]], optimizer,
                           **settings)  # fmt: skip
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_the_first_step_of_adam_without_its_correction_is_three_times_too_long():
    steps = [questions._after(LATER[name], 0.0, 1.0)[0][0, 0] / -questions.RATE
             for name in ("right_adam", "adam_uncorrected")]  # fmt: skip
    assert steps == pytest.approx([1, 0.1 / np.sqrt(0.001)], rel=1e-3)


def test_a_forgotten_velocity_is_forgotten_between_epochs_only():
    forgotten, kept = LATER["velocity_forgotten"], LATER["right_momentum"]
    for epochs, samples, same in [(1, 5, True), (5, 1, False)]:
        ours, theirs = (
            questions._after(one, 0.0, 1.0, samples, epochs) for one in (forgotten, kept)
        )
        assert np.allclose(ours[0], theirs[0]) == same
    assert questions._after(forgotten, 0.0, 1.0, epochs=5)[0] == pytest.approx(-0.05)


def test_a_penalty_on_biases_pulls_them_to_0_without_any_slope():
    for name, pulled in [("right_l2", False), ("l2_on_biases", True)]:
        W1, b1, W2, b2 = questions._after(LATER[name], 1.0, 0.0)
        assert (W1 < 1).all() and (W2 < 1).all()
        assert [(b < 1).all() for b in (b1, b2)] == [pulled] * 2


# Dropout


def test_with_dropout_left_on_four_digits_of_a_hundred_are_lost_and_no_answer_comes_twice():
    assert 0.02 < score("right_dropout") - score("dropout_at_prediction") < 0.08
    assert solved_of(EVERY["dropout_at_prediction"]) < solved_of(EVERY["right_dropout"]) / 2
    assert not questions.same_twice(EVERY["dropout_at_prediction"])
    assert questions.same_twice(EVERY["right_dropout"])


# Leakage


def test_the_best_of_twenty_epochs_on_the_test_set_is_more_than_the_network_is_worth():
    for start in range(4):  # the same networks and the same test digits: only the choice differs
        chosen, fair = (run_of(LATER[n], start) for n in ("stop_on_test", "right_split"))
        assert chosen.accuracy >= fair.accuracy
        np.testing.assert_array_equal(chosen.losses, fair.losses)
    assert score("stop_on_test") - score("right_split") > 0.01
    assert abs(score("stop_on_test", "fresh") - score("right_split", "fresh")) < 0.01


def test_copies_made_before_the_split_stand_on_both_sides_of_it():
    rng = np.random.default_rng(2)
    X, Y = rng.random((40, 64)), np.eye(10)[rng.integers(0, 10, 40)]
    of = {row.tobytes(): k % 40 for k, row in enumerate(shifted_copies(X, Y)[0])}
    for split, both in [(right.split_right_split, 0), (wrong._split_copies_before_split, 35)]:
        sides = [{of[row.tobytes()] for row in part} for part, _ in split(X, Y, rng)]
        assert len(sides[0] & sides[2]) >= both and bool(sides[0] & sides[2]) == bool(both)


def test_where_nothing_is_parted_by_hand_what_is_reported_is_fresh():
    run = run_of(LATER["right_l2"], 0)
    assert run.fresh == run.accuracy
    parted = run_of(LATER["right_split"], 0)
    assert parted.matrix.sum() == 200 and parted.fresh != parted.accuracy


# Kernels


def kernels(n=6, side=8, seed=5):
    """A convolutional network of the library, its parameters as four arrays, and pictures."""
    net = ConvolutionalNetwork((side, side), [Convolution(3), Pooling(2), 4])
    rng = np.random.default_rng(seed)
    theta, X = net.init(rng), rng.normal(size=(n, side * side))
    X[: n // 2, side:] = 0
    return net, theta, X, np.eye(4)[rng.integers(0, 4, n)]


def of_library(net, theta, X, Y):
    _, gradient = net.loss_and_grad(theta, X, Y)
    return [array for pair in net.layers(gradient) for array in pair]


def test_the_right_slopes_of_kernels_are_those_of_the_library():
    net, theta, X, Y = kernels()
    cut = [array for pair in net.layers(theta) for array in pair]
    for ours, theirs in zip(LATER["right_kernels"].backward(*cut, X, Y),
                            of_library(net, theta, X, Y), strict=True):  # fmt: skip
        np.testing.assert_allclose(ours, theirs, atol=1e-13)


def test_a_kernel_that_is_averaged_has_its_slopes_divided_by_its_places():
    net, theta, X, Y = kernels()
    cut = [array for pair in net.layers(theta) for array in pair]
    gW1, gb1, *_ = LATER["kernel_averaged"].backward(*cut, X, Y)
    true = of_library(net, theta, X, Y)
    np.testing.assert_allclose(64 * gW1, true[0], atol=1e-13)
    np.testing.assert_allclose(64 * gb1, true[1], atol=1e-13)
    assert symptoms_of("kernel_averaged").times()["W1"] == pytest.approx(1 / 16, rel=1e-6)


def test_after_the_first_block_nothing_comes_back():
    net, theta, X, Y = kernels()
    cut = [array for pair in net.layers(theta) for array in pair]
    blank = X.reshape(-1, 8, 8).copy()
    blank[:, :3, :3] = 0  # all that the windows of the first block can see
    gW1, *_ = LATER["first_block_only"].backward(*cut, blank.reshape(X.shape), Y)
    assert (gW1 == 0).all() and (of_library(net, theta, blank.reshape(X.shape), Y)[0] != 0).any()


def test_equals_share_a_slope_or_each_has_the_whole_and_without_equals_it_is_the_same():
    net, theta, X, Y = kernels()
    for (_, b), _ in [net.layers(theta)]:
        b[:] = 0.5  # so that relu lets a blank block through
    X[3:] = X[3:] + 10  # and no two pixels of these are equal
    cut = [array for pair in net.layers(theta) for array in pair]
    for rows, same in [(slice(0, 3), False), (slice(3, 6), True)]:
        ours = LATER["slope_to_all_equals"].backward(*cut, X[rows], Y[rows])
        theirs = of_library(net, theta, X[rows], Y[rows])
        assert np.allclose(ours[0], theirs[0]) and np.allclose(ours[1], theirs[1]) == same


def test_xor_is_no_picture():
    with pytest.raises(ValueError, match="XOR is no picture"):
        LATER["right_kernels"].xor()
