"""Training as a sequence of steps."""

import functools
import itertools
import os
import pickle
import platform
import subprocess
import sys

import numpy as np
import pytest

from nnlib import (
    SGD,
    Adam,
    Diverged,
    Momentum,
    Network,
    accuracy,
    digits,
    record,
    train,
    xor,
)
from nnlib.training import batches

net = Network((2, 3, 1))


def run(seed=7, network=net, data=None, optimizer=None, **settings):
    rng, data = np.random.default_rng(seed), data or xor()
    settings = settings or {"steps": 5}
    optimizer = optimizer or SGD(0.1)
    return train(network, network.init(rng), data.X, data.Y, optimizer, rng=rng, **settings)


def test_step_zero_comes_before_any_update():
    first, second, *_ = run()
    assert first.index == first.epoch == 0
    assert (first.theta == net.init(np.random.default_rng(7))).all()
    np.testing.assert_array_equal(second.theta, first.theta - 0.1 * first.grad)


def test_an_epoch_is_a_full_pass_and_a_step_is_one_update():
    kept = list(run(epochs=3, batch_size=3))  # 4 samples: a batch of 3 and one of 1
    assert [step.index for step in kept] == [0, 1, 2, 3, 4, 5, 6]
    assert [step.epoch for step in kept] == [0, 0, 1, 1, 2, 2, 3]
    assert len(list(run(steps=5))) == 6


def test_each_epoch_has_every_sample_once_with_its_own_target():
    X = np.arange(10.0)[:, None]
    source = batches(X, 2 * X, 4, np.random.default_rng(7))
    orders = []
    for _ in range(2):
        passed = list(itertools.islice(source, 3))
        assert [len(x) for _, x, _ in passed] == [4, 4, 2]
        assert all((y == 2 * x).all() for _, x, y in passed)
        orders.append(np.vstack([x for _, x, _ in passed]).ravel())
        assert sorted(orders[-1]) == list(range(10))
    assert (orders[0] != orders[1]).any()


def test_two_kept_steps_are_two_arrays():
    kept = list(run(steps=4, optimizer=Momentum(0.1)))
    for a, b in itertools.combinations(kept, 2):
        assert not np.shares_memory(a.theta, b.theta) and not np.shares_memory(a.grad, b.grad)
        assert (a.theta != b.theta).any()


@pytest.mark.parametrize("settings", [{}, {"batch_size": 3}, {"dropout": 0.3, "l2": 0.1}])
def test_the_same_seed_gives_the_same_bits_twice(settings):
    settings = {"steps": 30, **settings}
    adam = Adam(0.05)  # used twice: each run resets it
    one, two = (list(run(optimizer=adam, **settings))[-1] for _ in range(2))
    assert (one.theta == two.theta).all() and one.loss == two.loss
    other = list(run(seed=8, **settings))[-1]
    assert (one.theta != other.theta).any()


def test_the_learning_rate_can_change_while_training():
    optimizer = SGD(0.1)
    steps = run(optimizer=optimizer, steps=2)
    first = next(steps)
    optimizer.learning_rate = 0.0001
    np.testing.assert_array_equal(next(steps).theta, first.theta - 0.0001 * first.grad)


@pytest.mark.no_cover  # thousands of steps through lines that others trace
def test_the_settings_that_notebook_06_recommends_solve_xor_from_nearly_every_start():
    data, recommended = xor(), Network((2, 8, 1), output="logistic", loss="cross_entropy")
    rng = np.random.default_rng(2026)
    starts = recommended.init(rng, stack=(1000,))
    steps = train(recommended, starts, data.X, data.Y, SGD(1.0), rng=rng, steps=2000)
    theta = record(steps, every=2000).last.theta  # a list of all would take 700 MB
    right = (recommended.predict(theta, data.X) > 0.5) == (data.Y > 0.5)
    assert right.all(axis=(-2, -1)).sum() >= 999


def one_hidden_layer(seed, shuffle=False):
    """Held-out accuracy, 0 to 1, of the plain network of notebook 06 on one stratified split."""
    rng = np.random.default_rng(seed)
    data = digits(rng)
    Y = rng.permutation(data.Y) if shuffle else data.Y
    network = Network((64, 100, 10), "tanh", "softmax", "cross_entropy")
    steps = train(network, network.init(rng), data.X, Y, Momentum(0.1), rng=rng, epochs=60,
                  batch_size=32)  # fmt: skip
    return accuracy(data.Y_test, network.predict(record(steps, 5000).last.theta, data.X_test))


@pytest.mark.no_cover  # thousands of steps through lines that others trace
def test_handwriting_is_read_to_97_percent_over_ten_splits():
    assert np.mean([one_hidden_layer(seed) for seed in range(10)]) >= 0.97


def test_shuffled_labels_are_not_learned():
    assert one_hidden_layer(7, shuffle=True) < 0.2


def test_divergence_raises_and_keeps_the_last_finite_step():
    linear = Network((2, 1))
    with pytest.raises(Diverged, match=r"at step \d+, .* layer 1 are.*rate than 50") as caught:
        for step in run(network=linear, optimizer=SGD(50.0), steps=1000):
            assert np.isfinite(step.loss)
    error = caught.value
    assert error.step.index == step.index and np.isfinite(error.step.theta).all()
    assert (error.index, error.layer, error.learning_rate) == (step.index + 1, 1, 50.0)
    again = pickle.loads(pickle.dumps(error))  # as when it comes from another process
    assert str(again) == str(error) and again.index == error.index
    with pytest.warns(RuntimeWarning, match="left the finite numbers"):
        history = record(run(network=linear, optimizer=SGD(50.0), steps=1000))
    assert "smaller learning rate than 50" in history.diverged
    assert history.last.index == step.index and np.isfinite(history.last.theta).all()


def test_divergence_names_the_layer_with_the_largest_slopes():
    rng, deep = np.random.default_rng(7), Network((1, 1, 1), "identity")
    for theta, layer in ([1.0, 0, 1e160, 0], 1), ([1e160, 0, 1.0, 0], 2):
        steps = train(deep, np.array(theta), [[1.0]], [[0.0]], SGD(1.0), rng=rng, steps=3)
        with pytest.raises(Diverged) as caught:
            next(steps)
        assert (caught.value.layer, caught.value.step) == (layer, None)


def test_overflow_gives_no_warning_and_the_callers_errstate_is_not_changed():
    with np.errstate(all="raise"):
        with pytest.raises(Diverged):
            for _ in run(network=Network((2, 1)), optimizer=SGD(50.0), steps=1000):
                assert np.geterr()["over"] == np.geterr()["invalid"] == "raise"


def test_divergence_at_the_very_first_step_keeps_an_empty_history():
    rng, big = np.random.default_rng(7), np.full((1, 1), 1e200)
    steps = train(Network((1, 1)), np.array([1e200, 0.0]), big, big, SGD(1.0), rng=rng, steps=3)
    with pytest.warns(RuntimeWarning, match="at step 0"):
        assert len(record(steps)) == 0


def test_a_network_that_diverges_does_not_change_the_rest_of_its_stack():
    linear, data, rng = Network((2, 1)), xor(), np.random.default_rng(7)
    theta = linear.init(rng, stack=(2,))
    rates = np.array([[0.1], [50.0]])
    *_, step = train(linear, theta, data.X, data.Y, SGD(rates), rng=rng, steps=1000)
    assert np.isfinite(step.loss[0]) and not np.isfinite(step.loss[1])


@pytest.mark.parametrize(
    "output, Y, sentence",
    [
        ("logistic", [[-1], [1], [1], [-1]], "Y runs from -1 to 1: .* from 0 to 1"),
        ("softmax", np.ones((4, 2)), r"sums to 1.*np.eye\(2\)\[labels\]"),
    ],
)
def test_targets_that_are_not_probabilities_are_refused(output, Y, sentence):
    network = Network((2, np.shape(Y)[1]), output=output, loss="cross_entropy")
    with pytest.raises(ValueError, match=sentence):
        run(network=network, data=xor()._replace(Y=np.array(Y, dtype=float)))


def test_any_network_with_loss_and_grad_can_be_trained():
    class Bowl:
        def loss_and_grad(self, theta, X, Y, **settings):
            return (theta**2).sum(), 2 * theta

    *_, step = train(Bowl(), np.ones(3), [[0]], [[0]], SGD(0.4), rng=np.random.default_rng(7),
                     steps=50)  # fmt: skip
    assert np.abs(step.theta).max() < 1e-9


def test_a_network_and_an_optimizer_that_know_no_more_than_they_have_to():
    class Cliff:
        def loss_and_grad(self, theta, X, Y):
            return float(theta @ theta), 2 * theta

    class Away:
        def reset(self):
            pass

        def step(self, theta, gradient):
            return theta + 1e60 * gradient

    steps = train(Cliff(), np.ones(3), [[0]], [[0]], Away(), rng=7, steps=50)
    with pytest.warns(RuntimeWarning) as warned:
        history = record(steps)
    assert len(history) == 3
    assert str(warned[0].message) == (
        "training left the finite numbers at step 3; the last finite step is kept. Try a smaller"
        " learning rate, or smaller inputs or initial weights"
    )


def counted(calls):
    """A decorator such as people write: it counts calls."""

    def around(function):
        @functools.wraps(function)
        def counting(*args, **kwargs):
            calls.append(1)
            return function(*args, **kwargs)

        return counting

    return around


def test_what_somebody_puts_around_a_method_is_called_at_each_step():
    steps, slopes = [], []

    class Own(SGD):
        step = counted(steps)(SGD.step)

    class OwnNetwork(Network):
        loss_and_grad = counted(slopes)(Network.loss_and_grad)

    ours = record(run(optimizer=SGD(0.1)))
    own = record(run(network=OwnNetwork((2, 3, 1)), optimizer=Own(0.1)))
    np.testing.assert_array_equal(own.last.theta, ours.last.theta)
    assert len(steps) == 5 and len(slopes) >= 6


@pytest.mark.parametrize(("rates", "stack"), [((2, 1), ()), ((3, 1), (2,)), ((1, 2, 1), (2,))])
def test_rates_are_one_or_one_for_each_network(rates, stack):
    theta = net.init(7, stack=stack)
    with pytest.raises(ValueError, match=r"learning_rate has shape .* and theta"):
        train(net, theta, xor().X, xor().Y, SGD(np.full(rates, 0.1)), rng=7, steps=2)


def test_an_optimizer_of_somebodys_own_may_have_a_list_of_rates():
    class Falling(SGD):
        def step(self, theta, gradient):
            return theta - self.rates.pop(0) * gradient

    optimizer = Falling(0.1)
    optimizer.rates = optimizer.learning_rate = [0.3, 0.2, 0.1]
    assert len(record(run(optimizer=optimizer, steps=3))) == 4


def test_record_keeps_every_nth_step_and_always_the_last():
    history = record(run(steps=25), every=10)
    assert history.series("index").tolist() == [0, 10, 20, 25] and len(history) == 4
    assert history.series("theta").shape == (4, net.n_parameters)
    assert history.last.index == 25 and history.diverged is None
    assert record(run(steps=20), every=10).series("index").tolist() == [0, 10, 20]
    with pytest.raises(ValueError, match="every=0: it must be a whole number, at least 1"):
        record(run(steps=20), every=0)


FAULTS = """
import resource
import numpy as np
from nnlib import SGD, Network, train
rng, net = np.random.default_rng(7), Network((16, 32, 1))
X, Y = np.ones((1000, 16)), np.ones((1000, 1))
faults = []
for step in train(net, net.init(rng), X, Y, SGD(0.1), rng=rng, steps=99):
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print(faults[-1] - faults[49])
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc reuses memory")
def test_memory_of_large_layers_is_reused_from_step_to_step():
    # With variables such as MALLOC_TRIM_THRESHOLD_, which dask sets, glibc returns it each time.
    env = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    done = subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, text=True, env=env)
    # Page faults of 50 steps; a single layer has 63 pages.
    assert int(done.stdout) < 50 * 10, done.stderr


@pytest.mark.parametrize(
    "settings, sentence",
    [
        (dict(), "epochs=None, steps=None: give one of the two"),
        (dict(epochs=1, steps=1), "epochs=1, steps=1: give one of the two"),
        (dict(steps=0), "steps=0: it must be a whole number, at least 1"),
        (dict(epochs=-1), "epochs=-1"),
        (dict(epochs=1.5), "epochs=1.5"),
        (dict(steps=1, batch_size=0), "batch_size=0"),
        (dict(steps=1, l2=-1), "l2=-1: it must be a number, at least 0"),
        (dict(steps=1, l1=-1), "l1=-1: it must be a number, at least 0"),
        (dict(steps=1, dropout=1.0), "dropout=1.0: it must be at least 0 and below 1"),
        (dict(steps=1, rng="7"), r"rng='7': give a whole number, .*np.random.default_rng\(7\)"),
        (dict(steps=1, X=np.full((4, 2), np.nan)), r"X\[0, 0\] is nan"),
        (dict(steps=1, Y=[[0], [1], [np.inf], [0]]), r"Y\[2, 0\] is inf"),
        (dict(steps=1, Y=np.zeros((3, 1))), r"X has 4 samples .* and Y has 3"),
        (dict(steps=1, Y=np.zeros((4, 2))), r"expected \(1, 1\)|expected \(4, 1\)"),
        (dict(steps=1, Y=np.zeros(4)), r"Y has shape \(4,\).*becomes a column"),
        (dict(steps=1, X=np.zeros((4, 3))), r"expected \(n, 2\)"),
        (dict(steps=1, X=np.zeros((0, 2)), Y=np.zeros((0, 1))), "at least one sample"),
        (dict(steps=1, theta=np.zeros(3)), "has 13 parameters"),
    ],
)
def test_impossible_settings_are_refused_before_the_first_step(settings, sentence):
    arguments = dict(
        theta=net.init(np.random.default_rng(7)), X=xor().X, Y=xor().Y, optimizer=SGD(0.1),
        rng=np.random.default_rng(7),
    )  # fmt: skip
    with pytest.raises((ValueError, TypeError), match=sentence):
        train(net, **arguments | settings)  # the call itself raises, not the iteration


def test_a_stack_that_diverges_tells_the_rates_of_all_and_says_the_largest():
    linear, rates = Network((2, 1)), np.array([[40.0], [50.0]])
    theta = linear.init(7, stack=(2,))
    with pytest.raises(Diverged, match="smaller learning rate than 50,") as caught:
        list(train(linear, theta, xor().X, xor().Y, SGD(rates), rng=7, steps=1000))
    np.testing.assert_array_equal(caught.value.learning_rate, rates)
    assert np.isfinite(caught.value.step.theta).all() and caught.value.step.theta.shape == (2, 3)
