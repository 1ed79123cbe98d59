"""The network: forward and backward pass, initial weights, and what is refused."""

import inspect
import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from nnlib import ACTIVATIONS, SGD, Network, gradient_error, train, xor
from nnlib.convolution import Convolution, ConvolutionalNetwork

TRAINABLE = [name for name in ACTIVATIONS if name != "step"]
PAIRS = [(name, "squared_error") for name in TRAINABLE]
PAIRS += [("logistic", "cross_entropy"), ("softmax", "cross_entropy")]
SHAPES = [(3, 2), (3, 4, 2), (3, 4, 3, 2)]


def far_from_kinks(net, stack, penalty, dropout, rng):
    """A theta, and loss_and_grad of it, with every |z| above 1e-3: a relu has a kink at 0."""
    while True:
        theta, X = net.init(rng, scale=1.5, stack=stack), rng.normal(size=(5, 3))
        masks = net.dropout_masks(rng, 5, 0.4) if dropout else None
        Z = net.forward(theta, X, masks).Z
        if min(np.abs(z).min() for z in Z) > 1e-3:
            Y = rng.random((5, 2))
            Y /= Y.sum(axis=1, keepdims=True)
            return theta, partial(net.loss_and_grad, X=X, Y=Y, l1=penalty, l2=penalty, masks=masks)


@pytest.mark.parametrize("output, loss", PAIRS)
@pytest.mark.parametrize("hidden", TRAINABLE)
def test_the_gradient_agrees_with_finite_differences(hidden, output, loss):
    rng = np.random.default_rng(7)
    for sizes, stack, penalty, dropout in itertools.product(
        SHAPES, [(), (3,)], [0, 0.1], [False, True]
    ):
        net = Network(sizes, hidden, output, loss)
        theta, f = far_from_kinks(net, stack, penalty, dropout, rng)
        assert gradient_error(f, theta) < 1e-7, (sizes, stack, penalty, dropout)


def test_forward_by_hand():
    """The notebooks' nine numbers: OR and NAND, then AND, make XOR."""
    theta = np.array([1, -1, 1, -1, -0.5, 1.5, 1, 1, -1.5])
    net = Network((2, 2, 1), hidden="step", output="step")
    Z, A, _ = net.forward(theta, xor().X)
    np.testing.assert_array_equal(Z[0], [[-0.5, 1.5], [0.5, 0.5], [0.5, 0.5], [1.5, -0.5]])
    np.testing.assert_array_equal(A[1], [[0, 1], [1, 1], [1, 1], [1, 0]])
    np.testing.assert_array_equal(A[2], xor().Y)


def test_backward_by_hand():
    """One sample, one unit a layer: the gradient is a product of local factors."""
    net, x, y = Network((1, 1, 1)), 3.0, 2.0
    w1, b1, w2, b2 = theta = np.array([0.5, -1.0, 2.0, 0.25])
    a = np.tanh(w1 * x + b1)
    error = w2 * a + b2 - y
    down = error * w2 * (1 - a**2)
    gradient = net.loss_and_grad(theta, [[x]], [[y]])[1]
    np.testing.assert_allclose(gradient, [down * x, down, error * a, error])


def test_backward_from_a_trace_is_the_gradient_of_the_loss():
    net, rng = Network((2, 3, 1)), np.random.default_rng(7)
    theta, masks = net.init(rng), net.dropout_masks(rng, 4, 0.5)
    trace = net.forward(theta, xor().X, masks)
    gradient = net.loss_and_grad(theta, xor().X, xor().Y, masks=masks)[1]
    np.testing.assert_array_equal(net.backward(theta, trace, xor().Y), gradient)


@pytest.mark.parametrize("stack", [(), (4,)])
def test_results_are_not_overwritten_by_the_next_pass(stack):
    net, rng = Network((3, 4, 2), "relu", "softmax", "cross_entropy"), np.random.default_rng(7)
    X, Y = rng.normal(size=(5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]
    theta, other = net.init(rng, stack=stack), net.init(rng, stack=stack)
    loss, gradient = net.loss_and_grad(theta, X, Y)
    before = loss.copy(), gradient.copy()
    net.loss_and_grad(other, X, Y)
    np.testing.assert_array_equal(loss, before[0])
    np.testing.assert_array_equal(gradient, before[1])


def test_training_uses_the_loss_and_grad_of_a_subclass():
    class Constant(Network):
        def loss_and_grad(self, theta, X, Y, **settings):
            return np.float64(1.0), np.zeros_like(theta)

    net, rng = Constant((2, 1)), np.random.default_rng(7)
    *_, step = train(net, net.init(rng), xor().X, xor().Y, SGD(0.1), rng=rng, steps=3)
    assert step.loss == 1.0 and (step.theta == net.init(np.random.default_rng(7))).all()


def test_layers_are_views_of_theta():
    net = Network((2, 3, 1))
    theta = np.arange(26.0).reshape(2, 13)
    (W1, b1), (W2, b2) = net.layers(theta)
    assert [v.shape for v in (W1, b1, W2, b2)] == [(2, 2, 3), (2, 1, 3), (2, 3, 1), (2, 1, 1)]
    assert all(np.shares_memory(theta, view) for view in (W1, b1, W2, b2))
    np.testing.assert_array_equal(W1[1], [[13, 14, 15], [16, 17, 18]])
    b2[1] = -1
    assert theta[1, 12] == -1
    assert net.is_weight.sum() == W1[0].size + W2[0].size and not net.is_weight[[6, 7, 8, 12]].any()


@pytest.mark.parametrize("own_data", [False, True])
@pytest.mark.parametrize("batch_size", [None, 3])
def test_stacked_networks_equal_each_alone(own_data, batch_size):
    rng = np.random.default_rng(7)
    net = Network((3, 4, 2), "tanh", "softmax", "cross_entropy")
    theta = net.init(rng, stack=(5,))
    X = rng.normal(size=(5, 7, 3) if own_data else (7, 3))
    Y = np.eye(2)[np.arange(7) % 2]
    Y = np.broadcast_to(Y, (5, 7, 2)) if own_data else Y
    rates = np.array([[0.1], [0.2], [0.3], [0.4], [0.5]])

    def last(theta, X, Y, rate):
        run = train(net, theta, X, Y, SGD(rate), rng=np.random.default_rng(1), steps=20,
                    batch_size=batch_size, l2=0.01, dropout=0.3)  # fmt: skip
        return list(run)[-1]

    together = last(theta, X, Y, rates)
    for i in range(5):
        x, y = (X[i], Y[i]) if own_data else (X, Y)
        alone = last(theta[i], x, y, float(rates[i, 0]))
        # Not the same bits: for a stack numpy sums the products in another order.
        np.testing.assert_allclose(together.theta[i], alone.theta, rtol=0, atol=1e-12)
        np.testing.assert_allclose(together.loss[i], alone.loss, rtol=0, atol=1e-12)


def test_a_stack_of_one_gives_the_same_bits_as_the_network():
    """In the forward pass; in the backward pass numpy may multiply in another way."""
    net, rng = Network((2, 8, 1), output="logistic", loss="cross_entropy"), np.random.default_rng(7)
    theta = net.init(rng)
    X, Y = rng.normal(size=(16, 2)), rng.integers(0, 2, (16, 1)).astype(float)
    alone, stacked = net.forward(theta, X), net.forward(theta[None], X)
    for a, b in zip(alone.Z + alone.A[1:], stacked.Z + stacked.A[1:]):
        np.testing.assert_array_equal(a, b[0])
    a, b = net.loss_and_grad(theta, X, Y)[1], net.loss_and_grad(theta[None], X, Y)[1]
    np.testing.assert_allclose(b[0], a, rtol=0, atol=1e-12)


@pytest.mark.parametrize("output, loss", PAIRS)
@pytest.mark.parametrize("hidden", TRAINABLE)
def test_loss_and_gradient_are_finite_when_z_is_a_thousand(hidden, output, loss):
    net = Network((1, 1, 1), hidden, output, loss)
    for x in (1000.0, -1000.0):
        loss_value, gradient = net.loss_and_grad(np.array([1.0, 0, 1, 0]), [[x]], [[1.0]])
        assert np.isfinite(loss_value) and np.isfinite(gradient).all()


def test_zero_weights_have_a_perfect_gradient_and_do_not_learn():
    data, rng = xor(), np.random.default_rng(7)
    net = Network((2, 4, 1), output="logistic", loss="cross_entropy")
    zeros = np.zeros(net.n_parameters)
    assert gradient_error(lambda t: net.loss_and_grad(t, data.X, data.Y), zeros) < 1e-7
    *_, step = train(net, zeros, data.X, data.Y, SGD(1.0), rng=rng, steps=500)
    assert step.loss == pytest.approx(np.log(2))  # as at the start: every output is one half


def test_initial_weights_have_variance_gain_over_inputs():
    rng = np.random.default_rng(7)
    for hidden, gain in [("tanh", 1), ("relu", 2), ("leaky_relu", 2)]:
        net = Network((400, 300, 1), hidden)
        (W1, b1), (W2, b2) = net.layers(net.init(rng))
        fills(W1, np.sqrt(3 * gain / 400))
        assert W2.var() == pytest.approx(1 / 300, rel=0.3)
        assert (b1 == 0).all() and (b2 == 0).all()
    theta = net.init(rng, scale=0.25, stack=(3,))
    assert theta.shape == (3, net.n_parameters)
    fills(theta, 0.25)
    assert net.init(rng, dtype=np.float32).dtype == np.float32


def fills(numbers, r):
    """Assert that many numbers are drawn uniformly from -r to r."""
    assert -r <= numbers.min() < -0.99 * r and 0.99 * r < numbers.max() <= r
    assert numbers.var() == pytest.approx(r**2 / 3, rel=0.02)
    assert abs(numbers.mean()) < 0.01 * r


PICTURED = ConvolutionalNetwork((3, 3), [Convolution(2), 4, 2], "tanh")


@pytest.mark.parametrize(
    "net",
    [Network((3, 4, 2), "tanh", "softmax", "cross_entropy"), PICTURED],
    ids=["dense", "kernels"],
)
def test_a_stack_may_have_several_axes(net):
    rng = np.random.default_rng(7)
    theta, X = net.init(rng, stack=(2, 3)), rng.normal(size=(2, 3, 5, net.sizes[0]))
    Y, masks = np.eye(2)[[0, 1, 1, 0, 1]], net.dropout_masks(rng, 5, 0.4)
    loss, gradient = net.loss_and_grad(theta, X, Y, l2=0.1, masks=masks)
    answers = net.predict(theta, X)
    assert theta.shape == gradient.shape == (2, 3, net.n_parameters) and loss.shape == (2, 3)
    for s in np.ndindex(2, 3):
        one, slopes = net.loss_and_grad(theta[s], X[s], Y, l2=0.1, masks=masks)
        np.testing.assert_allclose(loss[s], one, rtol=1e-12)
        np.testing.assert_allclose(gradient[s], slopes, rtol=0, atol=1e-12)
        np.testing.assert_allclose(answers[s], net.predict(theta[s], X[s]), rtol=0, atol=1e-12)


def test_the_same_seed_gives_the_same_start():
    net = Network((2, 3, 1))
    a, b, c = (net.init(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert (a == b).all() and (a != c).any()


def test_float32_stays_float32():
    net = Network((2, 3, 2), "relu", "softmax", "cross_entropy")
    rng = np.random.default_rng(7)
    theta, X = net.init(rng, dtype=np.float32), rng.normal(size=(4, 2)).astype(np.float32)
    Y = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]
    for step in train(net, theta, X, Y, SGD(0.1), rng=rng, steps=3, dropout=0.2, l2=0.1):
        assert step.theta.dtype == step.grad.dtype == step.loss.dtype == np.float32


def test_float32_stays_float32_whatever_type_the_settings_have():
    net, X, Y = Network((2, 3, 1)), xor().X, xor().Y
    theta, tenth = net.init(7, stack=(2,), dtype=np.float32), np.float64(0.1)
    for rate in (tenth, np.array([[0.1], [0.2]])):
        for step in train(net, theta, X, Y, SGD(rate), rng=7, steps=3, l1=tenth, l2=tenth,
                          dropout=tenth):  # fmt: skip
            assert step.theta.dtype == step.grad.dtype == step.loss.dtype == np.float32


def test_integers_and_lists_are_accepted():
    net = Network((2, 1))
    loss, gradient = net.loss_and_grad([1, 10, 0], [[1, 2]], [[20]])
    assert loss == 0.5 and gradient.tolist() == [1, 2, 1]
    assert gradient_error(lambda t: net.loss_and_grad(t, [[1, 2]], [[20]]), [1, 10, 0]) < 1e-7
    *_, step = train(net, [1, 10, 0], [[1, 2]], [[20]], SGD(0.5), rng=np.random.default_rng(7),
                     steps=1)  # fmt: skip
    assert step.theta.tolist() == [0.5, 9, -0.5]


def test_a_network_can_be_compared_and_pickled():
    import pickle

    net = Network([2, 3, 1], "relu")
    assert net == Network((2, 3, 1), "relu") != Network((2, 3, 1), "tanh")
    again = pickle.loads(pickle.dumps(Network((2, 2))))
    assert again == Network((2, 2))


@pytest.mark.parametrize(
    "settings, sentence",
    [
        (dict(sizes=[5]), "at least 2 layers"),
        (dict(sizes=5), "sizes=5: a network has at least 2 layers"),
        (dict(sizes=[2, [3], 1]), "whole number of units, at least 1"),
        (dict(sizes="2-3-1"), "whole number of units, at least 1"),
        (dict(sizes=[2, 0, 1]), "whole number of units, at least 1"),
        (dict(sizes=[2, 2.5, 1]), "whole number of units, at least 1"),
        (dict(sizes=[2, 1], hidden="sigmoid"), "unknown hidden activation 'sigmoid'.*logistic"),
        (dict(sizes=[2, 1], output="sigmoid"), "unknown output activation 'sigmoid'.*softmax"),
        (
            dict(sizes=[2, 1], output="tanh", loss="cross_entropy"),
            "cross_entropy with logistic, softmax",
        ),
    ],
)
def test_an_impossible_network_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Network(**settings)


def arguments(method):
    value = vars(Network)[method]
    return [*inspect.signature(value).parameters] if callable(value) else []


@pytest.mark.parametrize("method", ["forward", "backward", "loss_and_grad", "predict"])
def test_every_method_checks_the_shapes_of_its_arguments(method):
    """There is no second, unchecked version of a method."""
    public = {name for name in vars(Network) if not name.startswith("_") and name != "layers"}
    taking = {name for name in public if "theta" in arguments(name)}
    assert taking == {"forward", "backward", "loss_and_grad", "predict"}
    net, X, Y = Network((2, 3, 1)), xor().X, xor().Y
    theta = net.init(7)
    right = {"theta": theta, "X": X, "Y": Y, "trace": net.forward(theta, X)}
    wrong = {"theta": theta[:-1], "X": X[:, :1], "Y": Y[:-1]}
    names = [name for name in arguments(method) if name in right]
    getattr(net, method)(**{name: right[name] for name in names})
    for name in set(names) & set(wrong):
        with pytest.raises(ValueError, match=rf"{name} has shape"):
            getattr(net, method)(**{n: right[n] for n in names} | {name: wrong[name]})


def test_a_wrong_shape_is_named_beside_the_expected_one():
    net, X = Network((2, 3, 1)), np.zeros((4, 2))
    theta = net.init(np.random.default_rng(7))
    with pytest.raises(ValueError, match=r"has 13 parameters; theta has shape \(12,\)"):
        net.predict(theta[:12], X)
    with pytest.raises(ValueError, match=r"X has shape \(4, 3\), expected \(n, 2\).*2 inputs"):
        net.predict(theta, np.zeros((4, 3)))
    with pytest.raises(ValueError, match=r"X has shape \(2,\).*one sample x is x\[None\]"):
        net.predict(theta, np.zeros(2))
    with pytest.raises(ValueError, match=r"Y has shape \(3, 1\), expected \(4, 1\)"):
        net.loss_and_grad(theta, X, np.zeros((3, 1)))
    with pytest.raises(ValueError, match=r"A list becomes a column by Y\[:, None\]"):
        net.loss_and_grad(theta, X, np.zeros(4))
    wide = Network((2, 3))
    with pytest.raises(ValueError, match=r"Labels become targets by np.eye\(3\)\[Y\]"):
        wide.loss_and_grad(wide.init(np.random.default_rng(7)), X, np.array([0, 1, 2, 0]))


def test_a_stack_shares_its_samples_or_has_one_set_for_each_network():
    net = Network((2, 3, 1))
    theta, X, Y = net.init(np.random.default_rng(7), stack=(3,)), np.zeros((4, 2)), np.zeros((4, 1))
    with pytest.raises(ValueError, match=r"X has shape \(2, 4, 2\).*stack of \(2,\).*\(3, 13\)"):
        net.predict(theta, np.stack([X, X]))
    with pytest.raises(ValueError, match=r"Y has shape \(2, 4, 1\).*share one Y of 2 axes"):
        net.loss_and_grad(theta, X, np.stack([Y, Y]))
    with pytest.raises(ValueError, match=r"theta has shape \(13,\), a stack of \(\)"):
        net.loss_and_grad(theta[0], np.stack([X, X]), np.stack([Y, Y]))


def test_a_step_predicts_but_is_refused_for_training():
    net = Network((2, 2, 1), hidden="step")
    theta = net.init(np.random.default_rng(7))
    assert net.predict(theta, xor().X).shape == (4, 1)
    with pytest.raises(ValueError, match="slope is 0 and nothing is learned; train with logistic"):
        net.loss_and_grad(theta, xor().X, xor().Y)
    with pytest.raises(ValueError, match="slope is 0"):
        net.backward(theta, net.forward(theta, xor().X), xor().Y)


def test_init_refuses_an_impossible_scale():
    for scale in ("xavier", -1, np.inf, None):
        with pytest.raises(ValueError, match="give 'auto', or a number r"):
            Network((2, 1)).init(np.random.default_rng(7), scale=scale)


def test_threads_do_not_overwrite_each_others_results():
    net, rng = Network((8, 64, 2)), np.random.default_rng(7)
    thetas = [net.init(rng) for _ in range(4)]
    X, Y = rng.normal(size=(200, 8)), rng.normal(size=(200, 2))
    alone = [net.loss_and_grad(theta, X, Y)[1] for theta in thetas]

    def again(theta):
        return [net.loss_and_grad(theta, X, Y)[1] for _ in range(50)]

    with ThreadPoolExecutor(4) as pool:
        for gradients, expected in zip(pool.map(again, thetas), alone):
            for gradient in gradients:
                np.testing.assert_array_equal(gradient, expected)
