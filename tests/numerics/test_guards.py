"""Where one argument has to fit another: what fits is taken, and what does not is told why."""

import inspect
from typing import NamedTuple

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    Momentum,
    Network,
    backprop,
    convolution,
    guards,
    plans,
    softmax,
    train,
)
from nnlib.checks import MOST
from nnlib.losses import loss_for

NET = Network((2, 3, 1), output="logistic", loss="cross_entropy")
WIDE, LOW, FED = Network((2, 4, 1)), Network((2, 1)), Network((3, 3, 1))
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
THETA, STACK = NET.init(7), NET.init(7, stack=(3,))
MASKS = NET.dropout_masks(7, 4, 0.5)
MANY_X, MANY_Y = np.stack([X, X + 0.5, X - 1]), np.stack([Y] * 3)
PICTURES = np.arange(32.0).reshape(2, 4, 4, 1)


def refused(error, sentence, function, *arguments, **settings):
    with pytest.raises(error) as caught:
        function(*arguments, **settings)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) <= 300


# Arguments


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NET.init(), "Network.init() missing 1 required positional argument: 'rng'"),
        (lambda: NET.loss_and_grad(THETA, X), "Network.loss_and_grad() missing 1 required"),
        (lambda: softmax(), "softmax() missing 1 required positional argument: 'z'"),
        (lambda: train(NET, THETA, X, Y, SGD(1), rng=7, epoch=3), "train() got an unexpected"),
        (lambda: SGD(1).step(THETA), "SGD.step() missing 1 required positional argument"),
    ],
)
def test_what_python_says_of_arguments_names_what_was_called(call, words):
    refused(TypeError, words, call)


def test_a_check_takes_the_arguments_of_what_it_is_around():
    found = [*guards._INSIDE.items()]
    assert len(found) > 25
    for outside, inside in found:
        check, function = map(inspect.signature, (of_check(outside), inside))
        for name, argument in function.parameters.items():
            own = check.parameters[name]
            assert (own.default, own.kind) == (argument.default, argument.kind), (inside, name)


def of_check(outside):
    return inspect.getclosurevars(outside).nonlocals["named"]


# Networks


def test_each_network_of_a_stack_has_its_own_samples_masks_and_way_back():
    masks = [np.stack([MASKS[0], 1 - MASKS[0], 2 * MASKS[0]])]
    trace = NET.forward(STACK, MANY_X, masks)
    slopes = NET.backward(STACK, trace, MANY_Y)
    for i in range(3):
        alone = NET.forward(STACK[i], MANY_X[i], [masks[0][i]])
        np.testing.assert_allclose(trace.A[-1][i], alone.A[-1], rtol=1e-12)
        np.testing.assert_allclose(
            slopes[i], NET.backward(STACK[i], alone, Y), rtol=1e-9, atol=1e-12
        )


def test_the_way_back_of_one_layer_shares_its_samples():
    theta = LOW.init(7, stack=(3,))
    slopes = LOW.backward(theta, LOW.forward(theta, X), Y)
    for one, expected in zip(theta, slopes):
        np.testing.assert_allclose(LOW.backward(one, LOW.forward(one, X), Y), expected)


@pytest.mark.parametrize(
    "trace",
    [
        WIDE.forward(WIDE.init(7), X),
        FED.forward(FED.init(7), np.ones((4, 3))),
        Network((2, 3, 2)).forward(Network((2, 3, 2)).init(7), X),
        NET.forward(STACK, X),
        NET.forward(THETA.astype(np.float32), X),
    ],
    ids=["more units", "more inputs", "more outputs", "a stack", "single precision"],
)
def test_a_trace_of_another_forward_pass_is_refused(trace):
    refused(ValueError, "take that of net.forward(theta, X)", NET.backward, THETA, trace, Y)


def test_a_trace_of_a_stack_is_of_as_many_networks():
    trace = NET.forward(STACK, X)
    refused(ValueError, "which does not fit a (2, 3, 1) network with theta (2, 13)",
            NET.backward, STACK[:2], trace, Y)  # fmt: skip


@pytest.mark.parametrize("masks", [[], MASKS * 2, [MASKS[0][:3]], [MASKS[0].T]])
def test_masks_are_one_for_each_hidden_layer(masks):
    for function, arguments in ((NET.forward, (THETA, X)), (NET.loss_and_grad, (THETA, X, Y))):
        refused(ValueError, "expected [(4, 3)]: one for each hidden layer",
                function, *arguments, masks=masks)  # fmt: skip


def test_masks_of_too_many_numbers_are_refused():
    net = Network((2, 5, 1))
    n = MOST // 5 + 1
    refused(ValueError, f"n={n}: that makes more than {MOST:,} numbers", net.dropout_masks, 7, n, 0)
    assert guards.masks_of(net, 7, MOST // 5, 0)["n"] == MOST // 5


def test_one_network_does_not_learn_from_the_samples_of_several():
    refused(ValueError, "X has shape (3, 4, 2), own samples for a stack of (3,)",
            NET.loss_and_grad, THETA, MANY_X, Y)  # fmt: skip


@pytest.mark.parametrize(
    ("units", "hint"),
    [
        (1, "A list becomes a column by Y[:, None]"),
        (2, "Labels become targets by np.eye(2)[Y]"),
        (3, "Labels become targets by np.eye(3)[Y]"),
    ],
)
def test_a_list_of_targets_is_told_what_it_becomes(units, hint):
    net = Network((2, units))
    refused(ValueError, hint, net.loss_and_grad, net.init(7), X, [0, 1, 1, 0])


@pytest.mark.parametrize("z", [3.0, np.zeros((4, 0))])
def test_softmax_compares_at_least_one_number(z):
    refused(ValueError, "k numbers to compare, k >= 1", softmax, z)


def test_softmax_of_one_number_and_of_one_row():
    assert softmax(np.zeros((2, 1))).tolist() == [[1.0], [1.0]]
    assert softmax([0.0, 0.0]).tolist() == [0.5, 0.5]


# Layers without a network


def layered(theta=THETA, net=NET):
    """What backprop.backward takes, by name, and the gradient that is written into."""
    layers, gradient = net.layers(theta), np.zeros_like(theta)
    return dict(
        layers=layers, gradients=net.layers(gradient), trace=net.forward(theta, X), Y=Y,
        loss=loss_for("cross_entropy", "logistic"), slope=net.slope,
    ), gradient  # fmt: skip


def test_forward_and_backward_through_layers_are_those_of_the_network():
    for theta, x, masks in ((THETA, X, None), (THETA, X, MASKS), (STACK, MANY_X, None)):
        trace = backprop.forward(NET.layers(theta), x, NET.activations, masks)
        np.testing.assert_array_equal(trace.A[-1], NET.forward(theta, x, masks).A[-1])
        given, gradient = layered(theta)
        given |= dict(trace=trace, Y=np.broadcast_to(Y, trace.A[-1].shape))
        backprop.backward(**given)
        np.testing.assert_array_equal(gradient, NET.backward(theta, trace, Y))
    own = [np.stack([MASKS[0]] * 3)]
    trace = backprop.forward(NET.layers(STACK), MANY_X, NET.activations, own)
    np.testing.assert_array_equal(trace.A[-1], NET.forward(STACK, MANY_X, own).A[-1])


def test_masks_in_one_array_are_kept_as_a_list():
    trace = backprop.forward(NET.layers(THETA), X, NET.activations, np.stack(MASKS))
    assert isinstance(trace.masks, list)
    np.testing.assert_array_equal(trace.masks, MASKS)


def test_the_slopes_are_of_the_type_of_the_weights():
    theta = LOW.init(7)
    given, gradient = layered(theta, LOW)
    ((W, b),) = given["layers"]
    backprop.backward(**given | dict(layers=[(W, b.astype(np.float32))]))
    np.testing.assert_array_equal(gradient, LOW.backward(theta, given["trace"], Y))


def test_backward_through_one_layer_of_doubles_from_samples_in_singles():
    theta = LOW.init(7)
    given, gradient = layered(theta, LOW)
    given |= dict(trace=backprop.forward(LOW.layers(theta), X.astype(np.float32), LOW.activations),
                  Y=Y + 0.1, loss=loss_for("squared_error", "identity"))  # fmt: skip
    backprop.backward(**given)
    a = given["trace"].A[-1]
    np.testing.assert_allclose(gradient[-1], (a - (Y + 0.1)).mean(), rtol=1e-12)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (dict(X=[1.0, 2.0]), "X has shape (2,), expected (n, 2)"),
        (dict(X=np.ones((4, 3))), "X has shape (4, 3), expected (n, 2)"),
        (dict(activations=NET.activations[:1]), "give a list of 2 functions"),
        (dict(activations=[np.tanh, 3]), "give a list of 2 functions"),
        (dict(masks=[MASKS[0].T]), "masks have the shapes [(3, 4)]: expected (n, n_l)"),
        (dict(masks=[np.ones((4, 2))]), "masks have the shapes [(4, 2)]: expected (n, n_l)"),
        (dict(layers=[]), "say net.layers(theta)"),
    ],
)
def test_what_does_not_go_forward_through_layers_is_refused(changes, sentence):
    given = dict(layers=NET.layers(THETA), X=X, activations=NET.activations) | changes
    refused(ValueError, sentence, backprop.forward, **given)


def ones(*shapes):
    return [(np.ones(W), np.ones(b)) for W, b in shapes]


@pytest.mark.parametrize(
    "layers",
    [
        ones(((3,), (1, 3)), ((3, 1), (1, 1))),
        ones(((2, 3), (3,)), ((3, 1), (1, 1))),
        ones(((2, 3), (1, 2)), ((3, 1), (1, 1))),
        ones(((2, 3), (1, 3)), ((4, 1), (1, 1))),
        ones(((2, 3), (1, 3)), ((3, 2), (1, 2)), ((4, 1), (1, 1))),
        ones(((2, 3), (1, 3)), ((4, 2), (1, 2)), ((2, 1), (1, 1))),
        [(np.ones((2, 3)), np.ones((1, 3)), np.ones((1, 3)))],
    ],
)
def test_layers_that_do_not_fit_each_other_are_refused(layers):
    refused(ValueError, "W[l] (n_l, n_l+1) and b[l] (1, n_l+1)",
            backprop.forward, layers, X, [np.tanh] * len(layers))  # fmt: skip


def read_only(layers):
    for array in layers[-1]:
        array.flags.writeable = False
    return layers


class Own:
    """A loss of somebody's own."""

    value = delta = staticmethod(lambda z, a, y: a - y)


class Fields(NamedTuple):
    Z: list
    A: list
    mask: list


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        (dict(gradients=WIDE.layers(WIDE.init(7))), ValueError, "give arrays like those of layers"),
        (dict(gradients=read_only(NET.layers(THETA.copy()))), ValueError, "they are written into"),
        (dict(gradients=NET.layers(THETA.astype(np.float32))), ValueError, "they are written into"),
        (dict(trace=Fields([], [], [])), TypeError, "give what forward(layers, X, ...) returned"),
        (dict(trace=WIDE.forward(WIDE.init(7), X)), ValueError, "it is of other layers"),
        (dict(Y=Y[:3]), ValueError, "Y has shape (3, 1), expected that of the outputs, (4, 1)"),
        (dict(loss="cross_entropy"), TypeError, "give a Loss, say loss_for("),
        (dict(slope=lambda z: z), TypeError, "it does not take arrays (TypeError)"),
        (dict(slope=lambda z, a: z.T), ValueError, "gives an array of shape (3, 4), expected"),
    ],
)  # fmt: skip
def test_what_does_not_go_backward_through_layers_is_refused(changes, error, sentence):
    given, gradient = layered()
    refused(error, sentence, backprop.backward, **given | changes)
    assert not gradient.any()


def test_a_loss_of_somebodys_own_has_a_delta():
    given, gradient = layered()
    backprop.backward(**given | dict(loss=Own()))
    np.testing.assert_allclose(gradient, len(X) * NET.backward(THETA, given["trace"], Y))


# Optimizers


@pytest.mark.parametrize(
    ("theta", "rate"),
    [((4,), (1, 1)), ((3, 4), (2, 1)), ((3, 4), (3, 1, 1)), ((2, 3, 4), (2, 2, 1))],
)
def test_a_learning_rate_is_one_number_or_one_for_each_network(theta, rate):
    refused(ValueError, f"learning_rate has shape {rate} and theta {theta}",
            SGD(np.ones(rate)).step, np.ones(theta), np.ones(theta))  # fmt: skip


def test_each_network_of_a_stack_takes_its_own_step():
    rates = np.array([[1.0], [2.0], [3.0]])
    moved = SGD(rates).step(np.zeros((3, 4)), np.ones((3, 4)))
    np.testing.assert_array_equal(moved, np.broadcast_to(-rates, (3, 4)))


@pytest.mark.parametrize("optimizer", [Momentum(0.1), Adam(0.1)])
def test_a_step_of_another_shape_than_the_last_is_refused_until_reset(optimizer):
    optimizer.step(np.ones((3, 4)), np.ones((3, 4)))
    refused(ValueError, "the step before was of shape (3, 4): call reset() first",
            optimizer.step, np.ones((2, 4)), np.ones((2, 4)))  # fmt: skip
    optimizer.reset()
    assert optimizer.step(np.ones((2, 4)), np.ones((2, 4))).shape == (2, 4)


# Windows of pictures


@pytest.mark.parametrize(
    ("shape", "size", "padding"),
    [((2, 5, 1), 3, 0), ((5, 2, 1), 3, 0), ((2, 2, 1), 5, 1), ((4, 4, 1), 2, 2), ((4, 4, 9), 5, 0)],
)
def test_a_window_that_does_not_fit_is_refused(shape, size, padding):
    sentence = f"a window does not fit into pictures of {shape[0]} x {shape[1]}"
    for pictures in (np.ones(shape), np.ones((9, *shape))):
        refused(ValueError, sentence, convolution.windows, pictures, size, padding=padding)


@pytest.mark.parametrize(("size", "padding"), [(4, 0), (6, 1), (2, 1), (3, 2)])
def test_the_largest_window_and_the_largest_padding_fit(size, padding):
    cut = convolution.windows(PICTURES, size, padding=padding)
    n = 4 + 2 * padding - size + 1
    assert cut.shape == (2, n, n, size * size)


def test_windows_of_too_many_numbers_are_refused():
    large = np.broadcast_to(0.0, (7, 100, 100, 3))  # 51² windows of 50² x 3 numbers, seven times
    refused(ValueError, f"size=50: that makes more than {MOST:,}", convolution.windows, large, 50)
    fits = np.broadcast_to(0.0, (2, 100, 100, 3))  # 39 million, which need not be made here
    assert plans.windows(fits, 50)["size"] == 50
    stacks = np.broadcast_to(0.0, (10, 10, 40, 40, 3))  # a hundred pictures
    refused(ValueError, f"size=20: that makes more than {MOST:,}", convolution.windows, stacks, 20)
    assert plans.windows(stacks[:9], 20)["size"] == 20
    large = np.broadcast_to(0.0, (1, 3000, 3000, 1))  # with its padding, 9000 x 9000
    refused(ValueError, f"padding=3000: that makes more than {MOST:,}",
            convolution.windows, large, 3001, stride=3000, padding=3000)  # fmt: skip
    assert plans.windows(np.broadcast_to(0.0, (1, 5, 5, 1)), 3500, stride=3500, padding=3499)
    long = np.broadcast_to(0.0, (1, 1, 700_000, 1))  # the padding is at all four sides
    refused(ValueError, f"padding=36: that makes more than {MOST:,}",
            convolution.windows, long, 37, stride=37, padding=36)  # fmt: skip
    assert plans.windows(long, 36, stride=36, padding=35)["padding"] == 35


@pytest.mark.parametrize("shape", [(4, 5, 1), (5, 4, 1)])
def test_blocks_that_do_not_fill_a_picture_are_refused(shape):
    sentence = f"size=2: blocks do not fill pictures of {shape[0]} x {shape[1]}"
    for pictures in (np.ones(shape), np.ones((2, *shape))):
        refused(ValueError, sentence, convolution.blocks, pictures, 2)


def test_slopes_of_blocks_are_one_for_each():
    refused(ValueError, "delta has shape (2, 2, 1), expected (2, 2, 2, 1): a slope for each block",
            convolution.to_the_largest, np.ones((2, 2, 1)), PICTURES, 2)  # fmt: skip
