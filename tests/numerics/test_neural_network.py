"""The class of the 2013 post: its two scripts still run, and what is new works."""

import copy
import pickle
import re
import sys
import time
from itertools import islice

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelBinarizer

import nnlib.neural_network as module
from nnlib import SGD, Network, NeuralNetwork, accuracy, gradient_error, train, xor
from nnlib.saved import FORMAT

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])


def test_the_posts_xor_script_runs_and_learns():
    nn = NeuralNetwork([2, 2, 1], "tanh", rng=7)
    nn.fit(X, y)
    answers = [nn.predict(i) for i in [[0, 0], [0, 1], [1, 0], [1, 1]]]
    assert [answer.shape for answer in answers] == [(1,)] * 4
    np.testing.assert_allclose(np.ravel(answers), y, atol=0.1)


@pytest.mark.no_cover  # thousands of steps through lines that others trace
def test_the_posts_digits_script_runs_and_reads():
    digits = load_digits()
    X, y = digits.data, digits.target
    X -= X.min()
    X /= X.max()
    scores = []
    for seed in range(5):
        nn = NeuralNetwork([64, 100, 10], "tanh", rng=seed)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
        labels_train = LabelBinarizer().fit_transform(y_train)
        nn.fit(X_train, labels_train, learning_rate=0.02, steps=30000)
        predictions = [np.argmax(nn.predict(X_test[i])) for i in range(X_test.shape[0])]
        scores.append(accuracy(y_test, predictions))
    assert np.mean(scores) >= 0.95


@pytest.mark.no_cover  # thousands of steps through lines that others trace
@pytest.mark.parametrize("hidden, at_least", [(2, 880), (4, 995)])
def test_the_posts_call_solves_xor_from_most_starts(hidden, at_least):
    """The same updates as fit, for 1000 networks at once, which see the samples in one order."""
    rng, net = np.random.default_rng(7), Network((2, hidden, 1), "tanh", "tanh")
    theta, optimizer = net.init(rng, stack=(1000,)), SGD(0.2)
    for i in rng.integers(4, size=10_000):
        theta = optimizer.step(theta, net.loss_and_grad(theta, X[[i]], y[[i], None])[1])
    right = (net.predict(theta, X) > 0.5) == (y[:, None] > 0.5)
    assert right.all(axis=(-2, -1)).sum() >= at_least


def test_fit_makes_the_same_updates_as_train_in_the_same_bits():
    data, net = xor(), Network((2, 3, 1), "tanh", "tanh")
    for batch_size in (1, 3):
        nn = NeuralNetwork([2, 3, 1], rng=7).fit(data.X, data.Y, epochs=9, batch_size=batch_size)
        rng = np.random.default_rng(7)
        *_, step = train(net, net.init(rng), data.X, data.Y, SGD(0.2), rng=rng, epochs=9,
                         batch_size=batch_size)  # fmt: skip
        np.testing.assert_array_equal(nn.theta, step.theta)


class Doubled(Network):
    """A network whose loss counts twice."""

    def loss_and_grad(self, theta, X, Y, **settings):
        loss, gradient = super().loss_and_grad(theta, X, Y, **settings)
        return 2 * loss, 2 * gradient


def test_fit_follows_the_loss_and_grad_of_a_subclass_as_train_does():
    data, net = xor(), Doubled((2, 3, 1), "tanh", "tanh")
    for network in (net, copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        nn = NeuralNetwork(network, rng=7).fit(data.X, data.Y, epochs=9)
        rng = np.random.default_rng(7)
        *_, step = train(net, net.init(rng), data.X, data.Y, SGD(0.2), rng=rng, epochs=9,
                         batch_size=1)  # fmt: skip
        np.testing.assert_array_equal(nn.theta, step.theta)


def test_its_gradient_is_right_unlike_the_posts():
    nn = NeuralNetwork([2, 2, 1], rng=7, scale=2.0)
    assert gradient_error(lambda t: nn.network.loss_and_grad(t, X, y[:, None]), nn.theta) < 1e-7


def test_a_network_without_hidden_layer_learns_a_linearly_separable_gate():
    nn = NeuralNetwork([2, 1], "logistic", rng=7).fit(X, [0, 1, 1, 1], 1.0)  # or
    assert nn.predict(X, output="step").ravel().tolist() == [0, 1, 1, 1]


def test_a_seed_gives_the_same_network_twice():
    a, b, c = (NeuralNetwork([2, 2, 1], rng=seed).fit(X, y, steps=50) for seed in (1, 1, 2))
    assert (a.theta == b.theta).all() and (a.theta != c.theta).any()


def test_an_epoch_is_a_full_pass():
    nn = NeuralNetwork([2, 2, 1], rng=7).fit(X, y, epochs=10)
    assert nn.history.last.index == 40 and nn.history.last.epoch == 10


def test_samples_are_drawn_with_replacement_and_keep_their_targets():
    X = np.arange(100.0)[:, None]
    passed = list(islice(module.picks(X, 2 * X, 1, np.random.default_rng(7)), 100))
    assert all((y == 2 * x).all() for x, y in passed)
    assert 50 < len({x.item() for x, _ in passed}) < 80  # about 1 - 1/e of 100
    sizes = [len(x) for x, _ in islice(module.picks(X, X, 30, np.random.default_rng(7)), 70)]
    assert set(sizes) == {30}


def test_more_than_ten_million_updates_are_refused_before_starting():
    nn = NeuralNetwork([64, 10], rng=7)
    before = nn.theta.copy()
    with pytest.raises(ValueError, match=r"40,410,000\s+updates.*write steps=30000"):
        nn.fit(np.zeros((1347, 64)), np.zeros((1347, 10)), epochs=30000)
    assert (nn.theta == before).all() and nn.history is None


def test_a_step_for_prediction_gives_exact_zeros_and_ones():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, y)
    assert set(nn.predict(X).ravel()) - {0.0, 1.0}
    assert nn.predict(X, output="step").tolist() == [[0], [1], [1], [0]]
    assert nn.predict([1, 0], output="step").tolist() == [1]


@pytest.mark.parametrize(
    "labels",
    [
        np.array([3, 5, 8, 3, 5, 8]),
        np.array(list("abcabc")),
        np.array(list("abcabc"), dtype=object),
    ],
    ids=["numbers", "strings", "objects"],
)
def test_labels_of_any_kind_are_learned_and_given_back(labels):
    points = np.array([[0.0, 1], [1, 0], [-1, -1], [0.1, 1], [1, 0.1], [-1, -0.9]])
    nn = NeuralNetwork([2, 5, 3], rng=7).fit(points, labels)
    assert nn.predict(points, output="label").tolist() == labels.tolist()
    assert nn.predict(points[0], output="label") == labels[0]
    assert nn.predict(points).shape == (6, 3)


def test_two_strings_share_one_output():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, np.where(y == 1, "yes", "no"))
    assert nn.predict(X, output="label").tolist() == ["no", "yes", "yes", "no"]


def test_of_two_numbers_the_nearer_is_the_label():
    x = np.linspace(-2, 2, 41)[:, None]
    for labels in ([-1, 1], [2, 5]):
        nn = NeuralNetwork([1, 1], output="identity", rng=7).fit(
            x, np.where(x > 0, *labels[::-1])[:, 0]
        )
        answers = nn.predict(x)[:, 0]
        nearer = np.where(abs(answers - labels[1]) < abs(answers - labels[0]), *labels[::-1])
        assert len(set(nearer)) == 2
        np.testing.assert_array_equal(nn.predict(x, output="label"), nearer)


def test_without_labels_a_class_is_named_by_its_number():
    nn = NeuralNetwork([2, 4, 2], rng=7).fit(X, np.eye(2)[y])
    assert nn.classes is None
    assert nn.predict(X, output="label").tolist() == [0, 1, 1, 0]
    assert nn.predict(X[1], output="label") == 1


def test_the_labels_0_and_1_are_given_back():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, y)
    assert nn.classes.tolist() == [0, 1]
    assert nn.predict(X, output="label").tolist() == [0, 1, 1, 0]


def test_fitting_again_goes_on():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, y, steps=10)
    once = nn.theta.copy()
    nn.fit(X, y, steps=10)
    assert nn.history.series("theta")[0].tolist() == once.tolist() != nn.theta.tolist()


def test_the_history_is_the_loss_over_all_samples_as_it_went():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, y)
    loss = nn.history.series("loss")
    assert 50 <= len(nn.history) <= 102 and loss[-1] < 0.01 < loss[0]
    assert loss[-1] == nn.network.loss_and_grad(nn.theta, X, y[:, None])[0]


def test_weights_and_biases_are_views():
    nn = NeuralNetwork([2, 3, 1], rng=7)
    assert [W.shape for W in nn.weights] == [(2, 3), (3, 1)]
    assert [b.shape for b in nn.biases] == [(1, 3), (1, 1)]
    nn.biases[1][:] = 5
    assert nn.theta[-1] == 5


@pytest.mark.filterwarnings("error")
def test_ctrl_c_leaves_a_network_trained_so_far(monkeypatch):
    nn, quiet = (NeuralNetwork([2, 2, 1], rng=7) for _ in range(2))
    picks = module.picks

    def interrupted(*arguments):  # a real signal could be swallowed by coverage's own code
        yield from islice(picks(*arguments), 1234)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "picks", interrupted)
    with pytest.warns(RuntimeWarning, match="stopped by hand after 1234 of 500000 steps"):
        nn.fit(X, y, steps=500_000, progress=False)
    monkeypatch.undo()
    np.testing.assert_array_equal(nn.theta, quiet.fit(X, y, steps=1234).theta)
    assert len(nn.history) >= 1


def test_a_diverging_fit_warns_and_keeps_finite_numbers():
    nn = NeuralNetwork([2, 1], "identity", rng=7)
    with pytest.warns(RuntimeWarning, match="left the finite numbers.*smaller learning rate"):
        nn.fit(X, y, learning_rate=100.0)
    assert np.isfinite(nn.theta).all() and "smaller learning rate" in nn.history.diverged


def test_a_run_too_large_from_the_start_leaves_the_network_as_it_was():
    nn = NeuralNetwork([1, 1], "identity", rng=7)
    before = nn.theta.copy()
    with pytest.warns(RuntimeWarning, match="at step 0.*smaller inputs"), np.errstate(all="ignore"):
        nn.fit([[1e200]], [1e200])
    assert (nn.theta == before).all() and len(nn.history) == 0


def test_a_long_run_shows_the_time_left_and_a_short_one_nothing(monkeypatch, capsys):
    nn, clock = NeuralNetwork([2, 2, 1], rng=7), time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)  # no time passes on a slow machine
    nn.fit(X, y, steps=20_000)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(time, "monotonic", lambda: 100 * clock())  # time passes 100 times as fast
    nn.fit(X, y, steps=20_000, progress=False)
    assert capsys.readouterr().err == ""
    nn.fit(X, y, steps=20_000)
    shown = capsys.readouterr().err
    assert "training" in shown and "20000/20000" in shown
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d,.* steps/s\]", shown)  # elapsed < remaining


def test_without_tqdm_a_long_run_shows_nothing_and_learns_the_same(monkeypatch, capsys):
    shown, quiet = (NeuralNetwork([2, 2, 1], rng=7) for _ in range(2))
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: 100 * clock())  # time passes 100 times as fast
    shown.fit(X, y, steps=5000)
    assert "training" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    quiet.fit(X, y, steps=5000)
    assert capsys.readouterr().err == ""
    np.testing.assert_array_equal(quiet.theta, shown.theta)


def test_a_saved_network_is_loaded_unchanged(tmp_path):
    nn = NeuralNetwork([2, 4, 2], "relu", output="softmax", loss="cross_entropy", rng=7)
    nn.fit(X, np.where(y == 1, "one", "zero"), 0.1, steps=200)
    nn.save(tmp_path / "xor.npz")
    again = NeuralNetwork.load(tmp_path / "xor.npz")
    assert again.network == nn.network
    np.testing.assert_array_equal(again.predict(X), nn.predict(X))
    assert (again.predict(X, output="label") == nn.predict(X, output="label")).all()
    assert [path.name for path in tmp_path.iterdir()] == ["xor.npz"]


def saved(folder, **changes):
    arrays = dict(format=FORMAT, layers=(2, 1), hidden="tanh", output="tanh",
                  loss="squared_error", theta=np.zeros(3)) | changes  # fmt: skip
    np.savez(folder / "nn.npz", **{name: a for name, a in arrays.items() if a is not None})
    return folder / "nn.npz"


def test_the_file_that_these_tests_change_can_be_loaded(tmp_path):
    assert NeuralNetwork.load(saved(tmp_path)).predict([0, 0]) == 0


@pytest.mark.parametrize(
    "changes, sentence",
    [
        (dict(format="another 2"), "its format is 'another 2'"),
        (dict(format=None), "it holds no format"),
        (dict(theta=np.zeros(4)), "has 3 parameters; it holds"),
        (dict(theta=np.array(["a", "b", "c"])), "it holds"),
        (dict(theta=np.array([0, np.nan, 0])), "must be finite"),
        (dict(theta=np.array([print, 1, 2], dtype=object)), "no array of plain numbers"),
        (dict(layers=(2, 0)), "at least 1"),
        (dict(hidden="evil"), "unknown hidden activation"),
        (dict(classes=np.arange(7)), "labels for 1 outputs"),
    ],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path, changes, sentence):
    with pytest.raises(ValueError, match=f"nothing was loaded|{sentence}") as caught:
        NeuralNetwork.load(saved(tmp_path, **changes))
    assert sentence in str(caught.value) and "nothing was loaded" in str(caught.value)


def test_a_damaged_file_is_refused_and_a_missing_one_is_missing(tmp_path):
    path = saved(tmp_path)
    whole = path.read_bytes()
    for part in (whole[:100], whole[: len(whole) // 2], b"", b"not a zip at all"):
        path.write_bytes(part)
        with pytest.raises(ValueError, match="is damaged"):
            NeuralNetwork.load(path)
    with pytest.raises(FileNotFoundError):
        NeuralNetwork.load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize(
    "arguments, sentence",
    [
        (dict(X=[[0, np.nan]], y=[1]), r"X\[0, 1\] is nan"),
        (dict(X=X, y=[0, 1, np.inf, 0]), r"y\[2\] is inf"),
        (dict(X=X, y=[0, 1]), "X has 4 samples .* and y has 2"),
        (dict(X=np.zeros((4, 3)), y=y), r"expected \(n, 2\)"),
        (dict(X=X, y=np.zeros((4, 2))), "each of the network's 1 outputs"),
        (dict(X=X, y=[[0.0], [1.0], [1.0]]), "X has 4 samples .* and y has 3"),
        (dict(X=X, y=list("abca")), "3 different labels and the network has 1 outputs"),
        (dict(X=X, y=y, learning_rate=0), "learning_rate=0: it must be a number above 0"),
        (dict(X=X, y=y, learning_rate=-0.1), "learning_rate=-0.1"),
        (dict(X=X, y=y, epochs=0), "epochs=0: it must be a whole number"),
        (dict(X=X, y=y, steps=0), "steps=0"),
        (dict(X=X, y=y, steps=2.5), "steps=2.5"),
        (dict(X=X, y=y, batch_size=0), "batch_size=0"),
        (dict(X=np.zeros((0, 2)), y=np.zeros((0, 1))), "at least one"),
    ],
)
def test_what_cannot_be_fitted_is_refused_and_nothing_is_lost(arguments, sentence):
    nn = NeuralNetwork([2, 2, 1], rng=7).fit(X, y, steps=20)
    before, history = nn.theta.copy(), nn.history
    with pytest.raises(ValueError, match=sentence):
        nn.fit(**arguments)
    assert (nn.theta == before).all() and nn.history is history


def test_labels_that_are_missing_are_no_class():
    with pytest.raises(ValueError, match=r"y\[3\] is nan"):
        NeuralNetwork([2, 2, 3], rng=7).fit(X, [0.0, 1.0, 1.0, np.nan])


def test_what_cannot_be_predicted_is_refused():
    nn = NeuralNetwork([2, 2, 1], rng=7)
    with pytest.raises(ValueError, match=r"expected \(n, 2\)"):
        nn.predict([1, 2, 3])
    with pytest.raises(ValueError, match="nan"):
        nn.predict([1, np.nan])
    with pytest.raises(ValueError, match="'step' or 'label'"):
        nn.predict([1, 0], output="argmax")
    with pytest.raises(ValueError, match="at least 2 layers"):
        NeuralNetwork([2])
    with pytest.raises(ValueError, match="slope is 0 and nothing is learned"):
        NeuralNetwork([2, 2, 1], output="step").fit(X, y)
