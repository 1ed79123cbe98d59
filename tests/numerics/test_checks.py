"""One rule for rng and one for whole numbers, wherever they are taken; short messages."""

import re

import numpy as np
import pytest

from nnlib import (
    SGD,
    Network,
    NeuralNetwork,
    blobs,
    checks,
    circles,
    digits,
    dropout_mask,
    hills,
    hold_out,
    moons,
    plane,
    quadrants,
    record,
    sine,
    spirals,
    train,
    xor,
)
from nnlib.estimators import NetworkRegressor
from nnlib.experiments import sweep
from nnlib.neural_network import picks
from nnlib.training import batches
from nncourse import bugs

net, X, Y = Network((2, 3, 1)), xor().X, xor().Y
start = net.init(7)


def last(steps):
    return list(steps)[-1]


TAKES_CHANCE = {
    "Network.init": lambda rng: net.init(rng),
    "Network.dropout_masks": lambda rng: np.hstack(net.dropout_masks(rng, 4, 0.5)),
    "dropout_mask": lambda rng: dropout_mask(rng, (4, 3), 0.5),
    "train": lambda rng: (
        last(train(net, start, X, Y, SGD(0.1), rng=rng, steps=3, batch_size=1)).theta
    ),
    "batches": lambda rng: next(batches(X, Y, 1, rng))[1],
    "picks": lambda rng: next(picks(X, Y, 4, rng))[0],
    "hold_out": lambda rng: hold_out(X, Y, rng=rng).X,
    "NeuralNetwork": lambda rng: NeuralNetwork([2, 2, 1], rng=rng).fit(X, Y, steps=9).theta,
    "bugs": lambda rng: bugs.SPECIMENS["right"].digits(rng, epochs=1).losses,
} | {
    make.__name__: lambda rng, make=make: make(rng).X
    for make in (blobs, circles, moons, spirals, quadrants, plane, hills, sine, digits)
}
each = pytest.mark.parametrize("draw", TAKES_CHANCE.values(), ids=list(TAKES_CHANCE))


@each
def test_a_whole_number_is_the_seed_of_a_generator(draw):
    expected = draw(np.random.default_rng(7))
    for seed in (7, 7.0, np.int64(7), np.array(7)):
        np.testing.assert_array_equal(draw(seed), expected)
    assert not np.array_equal(draw(8), expected)


@each
@pytest.mark.parametrize("rng", ["7", 7.5, True, [7], np.random, np.nan])
def test_any_other_rng_is_refused(draw, rng):
    with pytest.raises(TypeError, match=r"rng=.*: give a whole number, say 7, or a generator"):
        draw(rng)


@each
def test_a_seed_below_zero_is_refused(draw):
    with pytest.raises(ValueError, match="rng=-1: it must be a whole number, at least 0"):
        draw(-1)


@pytest.mark.parametrize("two", [2, 2.0, np.int64(2), np.float32(2), np.array(2)])
def test_a_whole_number_may_have_any_type(two):
    assert Network([2, two, 1]) == Network((2, 2, 1))
    assert last(train(net, start, X, Y, SGD(0.1), rng=7, steps=two, batch_size=two)).index == 2
    assert last(train(net, start, X, Y, SGD(0.1), rng=7, epochs=two)).epoch == 2
    assert len(record(train(net, start, X, Y, SGD(0.1), rng=7, steps=4), every=two)) == 3
    assert (
        NeuralNetwork([2, 1], rng=7).fit(X, Y, epochs=two, batch_size=two).history.last.epoch == 2
    )
    assert len(blobs(7, n=10 * two, classes=two, test_share=0).X) == 20
    assert len(sweep(X, Y, seeds=two, steps=two, batch_size=[two], hidden_units=[two])) == 2
    regressor = NetworkRegressor(two, epochs=two, batch_size=two, random_state=7)
    assert regressor.fit(X, Y.ravel()).n_iter_ == 2


@pytest.mark.parametrize("given", [2.5, "2", None, [2], np.nan, np.inf, True, 2j])
def test_other_numbers_are_refused(given):
    with pytest.raises(ValueError, match="steps=.*: it must be a whole number, at least 1"):
        checks.whole(given, "steps")


@pytest.mark.parametrize(
    ("given", "what_to_do"),
    [
        ([["1", "2"]], r"text becomes numbers by np\.array\(X, float\)$"),
        ([[1j, 2]], r"complex ones are not understood: take X\.real$"),
        ([[1, None]], "each row a list of as many, with nothing missing$"),
    ],
)
def test_what_is_no_array_of_numbers_is_said_to_become_one_how(given, what_to_do):
    with pytest.raises(ValueError, match=f"expected an array of numbers; {what_to_do}"):
        checks.numbers(given, "X")


def test_an_array_without_axes_is_one_entry():
    word = np.array("21")
    assert checks.entries(word) == (word,)
    assert checks.entries(np.array([[2, 1]])) == ([2, 1],)


def test_messages_quote_what_was_given_in_short():
    long = "x" * 100_000
    refusals = [
        lambda: Network((2, 1), hidden=long),
        lambda: Network([1.5] * 10_000),
        lambda: Network((2, 1), output=long),
        lambda: SGD(long),
        lambda: train(net, start, X, Y, SGD(0.1), rng=[7] * 10_000, steps=1),
        lambda: train(net, start, X, Y, SGD(0.1), rng=7, steps=long),
        lambda: net.init(7, scale=long),
    ]
    for refuse in refusals:
        with pytest.raises((ValueError, TypeError)) as caught:
            refuse()
        assert len(str(caught.value)) <= 300
        assert re.search(r"x{20}|\[1\.5, 1\.5|\[7, 7", str(caught.value))
