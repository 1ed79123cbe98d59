"""Convolution and pooling: their slopes, their meaning, and what is refused."""

import itertools
import pickle
from functools import partial

import numpy as np
import pytest
from scipy.signal import correlate2d

from nnlib import (
    SGD,
    Convolution,
    ConvolutionalNetwork,
    Network,
    NeuralNetwork,
    Pooling,
    gradient_error,
    saved,
    train,
    windows,
)
from nnlib.convolution import add_windows, largest, to_the_largest

C, P = Convolution, Pooling


# Slope


def checked(net, stack=(), dropout=0.0, seed=7):
    """The gradient error of a network, at a theta and pictures with no kink nearby."""
    rng = np.random.default_rng(seed)
    Y = rng.random((3, net.sizes[-1]))
    Y /= Y.sum(axis=1, keepdims=True)
    while True:
        theta, X = net.init(rng, scale=0.7, stack=stack), rng.normal(size=(3, net.sizes[0]))
        masks = net.dropout_masks(rng, 3, dropout) if dropout else None
        trace = net.forward(theta, X, masks)
        if min(np.abs(z).min() for z in trace.Z if z is not None) > 1e-4:
            f = partial(net.loss_and_grad, X=X, Y=Y, l2=0.1, masks=masks)
            return gradient_error(f, theta)


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_gradient_agrees_with_finite_differences(size, channels):
    for stride, padding in itertools.product([1, 2, 3], range(size)):
        layers = [C(2, size, stride, padding), C(3, 2, 1, 1), 3]  # on pictures that are not square
        net = ConvolutionalNetwork((6, 5, channels), layers, "tanh")
        assert checked(net) < 1e-7, (stride, padding)


@pytest.mark.parametrize(
    "layers",
    [
        [C(2), P(2), 3],
        [C(2), P(3), 3],
        [C(2), P(1), 4, 3],
        [C(2), C(3, padding=0), P(2), 4, 3],
        [C(2), P(2), C(2), 3],
        [P(2), C(2), 4, 3],
        [P(2), P(3), 3],
        [4, 3],
        [3],
    ],
    ids=str,
)
@pytest.mark.parametrize("hidden", ["tanh", "relu"])
def test_the_gradient_is_right_with_pooling_dense_layers_stacks_and_dropout(layers, hidden):
    net = ConvolutionalNetwork((6, 6), layers, hidden)
    for stack, dropout in itertools.product([(), (2,)], [0, 0.4]):
        assert checked(net, stack, dropout) < 1e-7, (stack, dropout)


@pytest.mark.parametrize("output, loss", [("logistic", "cross_entropy"), ("tanh", "squared_error")])
def test_the_gradient_is_right_for_other_outputs(output, loss):
    assert checked(ConvolutionalNetwork((4, 4), [C(2), P(2), 2], "gelu", output, loss)) < 1e-7


def test_equal_pixels_share_a_slope_which_stays_what_it_was():
    flat = np.ones((1, 4, 4, 1))
    share = to_the_largest(np.full((1, 2, 2, 1), 8.0), flat, 2)
    assert (share == 2).all()
    single = to_the_largest(np.ones((1, 2, 2, 1), np.float32), flat.astype(np.float32), 2)
    assert single.dtype == np.float32
    net, Y = ConvolutionalNetwork((4, 4), [C(2), P(2), 2], "tanh"), np.array([[0.0, 1.0]])
    blank = np.zeros((1, 16))  # every window of which is the same: all maps are flat
    assert gradient_error(lambda t: net.loss_and_grad(t, blank, Y), net.init(7, scale=1.0)) < 1e-7


# Meaning


@pytest.mark.parametrize("padding, mode", [(0, "valid"), (1, "same"), (2, "full")])
def test_windows_times_a_kernel_are_scipys_correlation(padding, mode):
    rng = np.random.default_rng(7)
    A, kernel = rng.normal(size=(6, 5)), rng.normal(size=(3, 3))
    theirs = correlate2d(A, kernel, mode)
    np.testing.assert_allclose(windows(A[..., None], 3, 1, padding) @ kernel.ravel(), theirs)
    some = windows(A[..., None], 3, 2, padding) @ kernel.ravel()
    np.testing.assert_allclose(some, theirs[::2, ::2])


def test_a_forward_pass_is_what_loops_over_every_number_give():
    rng, net = np.random.default_rng(7), ConvolutionalNetwork((4, 6, 2), [C(3), P(2), 2], "tanh")
    theta, X = net.init(rng, scale=0.5), rng.normal(size=(2, 48))
    (W1, b1), (W2, b2) = net.layers(theta)
    kernels = W1.reshape(3, 3, 2, 3)
    for x, answer in zip(X, net.predict(theta, X)):
        x, maps = np.pad(x.reshape(4, 6, 2), [(1, 1), (1, 1), (0, 0)]), np.empty((4, 6, 3))
        for i, j, k in np.ndindex(maps.shape):
            z = b1[0, k] + sum(
                x[i + di, j + dj, c] * kernels[di, dj, c, k]
                for di, dj, c in np.ndindex(3, 3, 2)
            )  # fmt: skip
            maps[i, j, k] = np.tanh(z)
        pooled = [
            max(maps[2 * i + di, 2 * j + dj, k] for di in (0, 1) for dj in (0, 1))
            for i, j, k in np.ndindex(2, 3, 3)
        ]
        e = np.exp(pooled @ W2 + b2[0])
        np.testing.assert_allclose(answer, e / e.sum())


def test_a_window_is_the_block_of_the_picture_in_a_row():
    A = np.random.default_rng(7).normal(size=(2, 3, 7, 6, 2))
    cut = windows(A, 3, stride=2)
    assert cut.shape == (2, 3, 3, 2, 18)
    for s, n, i, j in np.ndindex(cut.shape[:-1]):
        block = A[s, n, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3]
        np.testing.assert_array_equal(cut[s, n, i, j], block.ravel())


@pytest.mark.parametrize("size, stride, padding", [(3, 1, 1), (2, 2, 0), (3, 2, 2), (1, 3, 0)])
def test_adding_windows_is_the_transpose_of_cutting_them(size, stride, padding):
    rng, shape = np.random.default_rng(7), (6, 5, 2)
    A = rng.normal(size=(3, *shape))
    rows = windows(A, size, stride, padding)
    slopes = rng.normal(size=rows.shape)
    back = add_windows(slopes, shape, size, stride, padding)
    assert back.shape == A.shape
    np.testing.assert_allclose((rows * slopes).sum(), (A * back).sum())


def test_the_slope_of_a_block_goes_to_its_largest_pixel():
    A = np.array([[1.0, 5, 2, 2], [3, 4, 9, 0]]).reshape(1, 2, 4, 1)
    assert largest(A, 2).ravel().tolist() == [5, 9]
    down = to_the_largest(np.array([10.0, 20]).reshape(1, 1, 2, 1), A, 2)
    assert down.reshape(2, 4).tolist() == [[0, 10, 0, 0], [0, 0, 20, 0]]


def test_a_shifted_picture_has_shifted_maps():
    net, rng = ConvolutionalNetwork((8, 8), [C(3), 2]), np.random.default_rng(7)
    picture = np.zeros((8, 8))
    picture[2:5, 2:5] = rng.random((3, 3))
    pair = np.stack([picture, np.roll(picture, (1, 2), axis=(0, 1))]).reshape(2, 64)
    maps = net.forward(net.init(rng), pair).A[1]
    np.testing.assert_allclose(maps[1], np.roll(maps[0], (1, 2), axis=(0, 1)))


def test_without_kernels_it_is_the_dense_network():
    rng, Y = np.random.default_rng(7), np.eye(3)[[0, 1, 2, 0]]
    same = Network((16, 5, 3), "relu", "softmax", "cross_entropy")
    net, theta, X = ConvolutionalNetwork((4, 4), [5, 3]), same.init(7), rng.normal(size=(4, 16))
    np.testing.assert_array_equal(net.init(7), theta)
    np.testing.assert_array_equal(net.is_weight, same.is_weight)
    masks = same.dropout_masks(7, 4, 0.5)
    for a, b in zip(net.dropout_masks(7, 4, 0.5), masks, strict=True):
        np.testing.assert_array_equal(a, b)
    ours = net.loss_and_grad(theta, X, Y, l1=0.1, masks=masks)
    for a, b in zip(ours, same.loss_and_grad(theta, X, Y, l1=0.1, masks=masks)):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


def test_a_kernel_as_large_as_the_picture_is_a_dense_unit():
    rng = np.random.default_rng(7)
    whole, dense = (ConvolutionalNetwork((4, 4), [one, 3]) for one in (C(5, 4, 1, 0), 5))
    theta, X = whole.init(rng), rng.normal(size=(6, 16))
    np.testing.assert_allclose(whole.predict(theta, X), dense.predict(theta, X))


@pytest.mark.parametrize("own_data", [False, True])
def test_stacked_networks_equal_each_alone(own_data):
    rng, net = np.random.default_rng(7), ConvolutionalNetwork((4, 4), [C(3), C(2), P(2), 4, 2])
    theta, rates = net.init(rng, stack=(3,)), np.array([[0.1], [0.2], [0.3]])
    X = rng.normal(size=(3, 5, 16) if own_data else (5, 16))
    Y = np.eye(2)[[0, 1, 0, 1, 1]]
    Y = np.broadcast_to(Y, (3, 5, 2)) if own_data else Y

    def last(theta, X, Y, rate):
        return list(train(net, theta, X, Y, SGD(rate), rng=1, steps=9, batch_size=2, l2=0.01,
                          dropout=0.3))[-1]  # fmt: skip

    together, answers = last(theta, X, Y, rates), net.predict(theta, X)
    for i in range(3):
        x, y = (X[i], Y[i]) if own_data else (X, Y)
        alone = last(theta[i], x, y, float(rates[i, 0]))
        np.testing.assert_allclose(together.theta[i], alone.theta, rtol=0, atol=1e-12)
        np.testing.assert_allclose(together.loss[i], alone.loss, rtol=0, atol=1e-12)
        np.testing.assert_allclose(answers[i], net.predict(theta[i], x), rtol=0, atol=1e-12)


def test_float32_stays_float32():
    net, rng = ConvolutionalNetwork((4, 4), [C(2), C(2, 2), P(5), 2]), np.random.default_rng(7)
    X, Y = rng.normal(size=(4, 16)), np.eye(2)[[0, 1, 0, 1]]
    theta = net.init(rng, dtype=np.float32)
    trace = net.forward(theta, X)
    assert {a.dtype for a in [*trace.A[1:], trace.rows[0], trace.Z[0]]} == {np.dtype("float32")}
    for step in train(net, theta, X, Y, SGD(0.1), rng=rng, steps=3, dropout=0.2, l2=0.1):
        assert step.theta.dtype == step.grad.dtype == step.loss.dtype == np.float32


def test_predicting_many_pictures_is_predicting_each():
    net, rng = ConvolutionalNetwork((4, 4), [C(2), 2]), np.random.default_rng(7)
    theta, X = net.init(rng, stack=(2,)), rng.normal(size=(600, 16))
    np.testing.assert_allclose(net.predict(theta, X)[:, [0, 599]], net.predict(theta, X[[0, 599]]))


def test_a_trace_holds_pictures_and_dropout_leaves_feature_maps_alone():
    net = ConvolutionalNetwork((8, 8), [C(3), C(4, padding=0), P(2), 6, 2])
    trace = net.forward(net.init(7), np.zeros((5, 64)))
    shapes = [(5, 64), (5, 8, 8, 3), (5, 6, 6, 4), (5, 3, 3, 4), (5, 6), (5, 2)]
    assert [a.shape for a in trace.A] == shapes and trace.Z[2] is trace.rows[2] is None
    assert [mask.shape for mask in net.dropout_masks(7, 5, 0.5)] == [(5, 36), (5, 6)]


def test_backward_from_a_trace_is_the_gradient_of_the_loss():
    net, rng = ConvolutionalNetwork((4, 4), [C(3), P(2), 4, 2]), np.random.default_rng(7)
    theta, X, Y = net.init(rng), rng.normal(size=(4, 16)), np.eye(2)[[0, 1, 0, 1]]
    masks = net.dropout_masks(rng, 4, 0.5)
    gradient = net.backward(theta, net.forward(theta, X, masks), Y)
    np.testing.assert_array_equal(net.loss_and_grad(theta, X, Y, masks=masks)[1], gradient)


def test_initial_weights_have_variance_two_over_what_a_kernel_sees():
    net = ConvolutionalNetwork((8, 8, 10), [C(300, 5, padding=2), 2])
    (W1, b1), (W2, _) = net.layers(net.init(7))
    assert W1.var() == pytest.approx(2 / 250, rel=0.02) and not b1.any()
    assert W2.var() == pytest.approx(1 / (64 * 300), rel=0.02)


def test_a_network_can_be_compared_and_pickled():
    net = ConvolutionalNetwork([8.0, 8], [C(3), P(2.0), 10.0])
    assert net == ConvolutionalNetwork((8, 8, 1), [C(3, 3, 1, 1), P(), 10])
    assert net != ConvolutionalNetwork((8, 8), [C(3, padding=0), P(), 10])
    assert net != Network(net.sizes, "relu", "softmax", "cross_entropy")
    again = pickle.loads(pickle.dumps(net))
    assert again == net and again.n_parameters == net.n_parameters == 30 + 490


# Contract


@pytest.mark.parametrize(
    "shape, layers, sentence",
    [
        (8, [3], r"image_shape=8: give rows and columns, say \(8, 8\)"),
        ((8, 8), [], "the last layer is dense, a whole number"),
        ((8, 8), [C(3)], "the last layer is dense, a whole number"),
        ((8, 8), ["16", 3], "'16' is no layer; give Convolution"),
        ((8, 8), [2.5, 3], "2.5 is no layer"),
        ((8, 8), [0], "0 is no layer"),
        ((8, 8), [5, C(3), 2], r"Convolution\(.*comes after a dense layer"),
        ((8, 8), [5, P(2), 2], r"Pooling\(size=2\) comes after a dense layer"),
        ((8, 8), [C(3, 9, padding=0), 2], "a window of 9 x 9 does not fit .* 8 x 8 with padding 0"),
        ((8, 8), [P(3), 2], "blocks of 3 x 3 do not fill .* 8 x 8, and its last rows"),
        ((8, 6), [C(3, padding=0), P(4), 2], "blocks of 4 x 4 do not fill .* 6 x 4"),
    ],
)
def test_an_impossible_network_is_refused(shape, layers, sentence):
    with pytest.raises(ValueError, match=sentence):
        ConvolutionalNetwork(shape, layers)


@pytest.mark.parametrize(
    "make, sentence",
    [
        (lambda: C(0), "kernels=0: it must be a whole number, at least 1"),
        (lambda: C(2, 2.5), "size=2.5"),
        (lambda: C(2, stride=0), "stride=0"),
        (lambda: C(2, padding=-1), "padding=-1: it must be a whole number, at least 0"),
        (lambda: C(2, 3, padding=3), "padding=3: it must be below size=3"),
        (lambda: P(0), "size=0"),
    ],
)
def test_an_impossible_layer_is_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_wrong_shape_is_named_beside_the_expected_one():
    net, X = ConvolutionalNetwork((4, 4), [C(2), 2]), np.zeros((3, 16))
    theta = net.init(7)
    with pytest.raises(ValueError, match=r"has 86 parameters; theta has shape \(85,\)"):
        net.predict(theta[1:], X)
    for wrong in (X[:, 1:], X[0], np.float64(0)):
        with pytest.raises(ValueError, match=r"X has shape .*, expected \(n, 16\)"):
            net.predict(theta, wrong)
    with pytest.raises(ValueError, match=r"Y has shape \(3,\), expected \(3, 2\)"):
        net.loss_and_grad(theta, X, np.zeros(3))


# The class of the 2013 post, with kernels


@pytest.fixture(scope="module")
def bars():
    """A bar across or a bar down, anywhere in a picture of 5 x 5, and which of the two."""
    pictures = np.zeros((10, 5, 5))
    for i in range(5):
        pictures[i, i], pictures[5 + i, :, i] = 1, 1
    return pictures.reshape(10, 25), np.repeat(["across", "down"], 5)


@pytest.fixture(scope="module")
def reader(bars):
    net = ConvolutionalNetwork((5, 5), [C(4), C(4, 2, padding=0), P(2), 2])
    return NeuralNetwork(net, rng=7).fit(*bars, 0.05, steps=1000)


def test_it_fits_and_predicts(bars, reader):
    X, labels = bars
    assert (reader.predict(X, output="label") == labels).all()
    assert [W.shape for W in reader.weights] == [(9, 4), (16, 4), (16, 2)]


def test_fit_makes_the_same_updates_as_train(bars):
    X, labels = bars
    net, Y = ConvolutionalNetwork((5, 5), [C(4), 2]), np.eye(2)[np.repeat([0, 1], 5)]
    nn, rng = NeuralNetwork(net, rng=7).fit(X, labels, epochs=3, batch_size=4), 7
    rng = np.random.default_rng(7)
    *_, step = train(net, net.init(rng), X, Y, SGD(0.2), rng=rng, epochs=3, batch_size=4)
    np.testing.assert_array_equal(nn.theta, step.theta)


def test_a_saved_network_is_loaded_unchanged(tmp_path, bars, reader):
    reader.save(tmp_path / "bars.npz")
    again = NeuralNetwork.load(tmp_path / "bars.npz")
    assert again.network == reader.network
    np.testing.assert_array_equal(again.theta, reader.theta)
    assert (again.predict(bars[0], output="label") == bars[1]).all()


@pytest.mark.parametrize(
    "changes, sentence",
    [
        (dict(kinds=["evil", "pooling", "dense"]), "unknown kind of layer 'evil'"),
        (dict(kinds=["convolution", "dense"]), "2 kinds of layers"),
        (dict(kinds=None), "it holds no kinds"),
        (dict(image_shape=(10**6, 10**6)), "numbers in one array"),
        (dict(image_shape=(0, 4)), "give rows and columns"),
        (dict(layers=[[2, 3, 1, 10**9], [2, 0, 0, 0], [2, 0, 0, 0]]), "must be below size=3"),
        (dict(layers=[[2, 3, 0, 1], [2, 0, 0, 0], [2, 0, 0, 0]]), "stride=0"),
        (dict(layers=[[2, 3, 1, 1], [3, 0, 0, 0], [2, 0, 0, 0]]), "do not fill"),
        (dict(layers=[2, 2, 2]), "layers: it holds (3,)"),
        (dict(format=saved.FORMAT), "layers: it holds (3, 4)"),
        (dict(theta=np.zeros(39)), "it holds"),
        (dict(theta=np.array([print] * 38, dtype=object)), "no array of plain numbers"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path, changes, sentence):
    net = ConvolutionalNetwork((4, 4), [C(2), P(2), 2])
    arrays = saved.described(net) | {"theta": np.zeros(net.n_parameters)}
    np.savez(tmp_path / "right.npz", **arrays)
    assert NeuralNetwork.load(tmp_path / "right.npz").network == net
    changed = {name: a for name, a in (arrays | changes).items() if a is not None}
    np.savez(tmp_path / "wrong.npz", **changed)
    with pytest.raises(ValueError, match="nothing was loaded") as caught:
        NeuralNetwork.load(tmp_path / "wrong.npz")
    assert sentence in str(caught.value)


def test_beside_a_network_nothing_is_named_that_it_names_itself():
    net = ConvolutionalNetwork((4, 4), [C(2), 2])
    for settings in (dict(activation="relu"), dict(output="softmax"), dict(loss="cross_entropy")):
        with pytest.raises(ValueError, match="a network names its own activations and loss"):
            NeuralNetwork(net, **settings)
    assert NeuralNetwork(Network((2, 1), "relu"), rng=7).network.hidden == "relu"
