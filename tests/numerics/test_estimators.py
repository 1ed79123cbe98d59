"""Networks as scikit-learn estimators: its own checks, and its own networks as the oracle."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.utils import check_random_state
from sklearn.utils.estimator_checks import parametrize_with_checks

import nnlib.estimators as module
from nnlib import Network
from nnlib.estimators import NetworkClassifier, NetworkRegressor

ESTIMATORS = [NetworkClassifier(), NetworkRegressor()]
STOPPING = [NetworkClassifier(early_stopping=True), NetworkRegressor(early_stopping=True)]


@pytest.fixture(autouse=True)
def array_api(monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # otherwise scikit-learn skips one of its checks


@parametrize_with_checks(ESTIMATORS + STOPPING)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


# The same numbers as MLPClassifier and MLPRegressor


iris, labels = scale(load_iris().data)[::3], load_iris().target[::3]
names = np.array(["setosa", "versicolor", "virginica"])
TASKS = {
    "two classes": (NetworkClassifier, iris, np.where(labels == 1, "yes", "no")),
    "three classes": (NetworkClassifier, iris, names[labels]),
    "several labels": (NetworkClassifier, iris, (iris[:, :3] > 0.1).astype(int)),
    "one number": (NetworkRegressor, iris[:, :3], iris[:, 3]),
    "two numbers": (NetworkRegressor, iris[:, :2], iris[:, 2:]),
}
THEIRS = {NetworkClassifier: MLPClassifier, NetworkRegressor: MLPRegressor}
OPTIMIZERS = {
    "sgd": dict(solver="sgd", momentum=0.0, nesterovs_momentum=False),
    "momentum": dict(solver="sgd", momentum=0.9, nesterovs_momentum=False),
    "nesterov": dict(solver="sgd", momentum=0.9, nesterovs_momentum=True),
    "adam": dict(solver="adam"),
}


def both(task, optimizer, activation, l2, batch):
    """Our estimator, set to 50 updates, and scikit-learn's with the same initial weights."""
    make, X, y = TASKS[task]
    ours = make(
        (6, 4), activation, optimizer=optimizer, learning_rate=0.05, momentum=0.9, l2=l2,
        batch_size=batch, epochs=50, random_state=7,
    )  # fmt: skip
    # scikit-learn divides its penalty, alpha / 2 Σ w², by the samples of a batch.
    theirs = THEIRS[make](
        hidden_layer_sizes=(6, 4), activation=activation, alpha=l2 * batch, learning_rate_init=0.05,
        batch_size=batch, warm_start=True, max_iter=1, shuffle=False, tol=0, n_iter_no_change=1000,
        **OPTIMIZERS[optimizer],
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, y)  # creates coefs_ and intercepts_, whose numbers are replaced below
    net = Network((X.shape[1], 6, 4, theirs.n_outputs_), activation)
    for (W, b), V, c in zip(start(net), theirs.coefs_, theirs.intercepts_):
        V[...], c[...] = W, b.ravel()
    return ours, theirs, X, y


def start(net):
    return net.layers(net.init(np.random.default_rng(7)))


def assert_same_weights(ours, theirs):
    for (W, b), V, c in zip(
        ours.network_.layers(ours.theta_), theirs.coefs_, theirs.intercepts_, strict=True
    ):
        np.testing.assert_allclose(W, V, rtol=0, atol=1e-8)
        np.testing.assert_allclose(b.ravel(), c, rtol=0, atol=1e-8)


@pytest.mark.parametrize("l2", [0.0, 0.01])
@pytest.mark.parametrize("activation", ["tanh", "logistic", "relu"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("task", TASKS)
def test_fifty_full_batches_end_where_scikit_learns_network_ends(task, optimizer, activation, l2):
    ours, theirs, X, y = both(task, optimizer, activation, l2, batch=len(TASKS[task][1]))
    theirs.set_params(max_iter=50)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, y)
    ours.fit(X, y)
    assert ours.n_iter_ == theirs.n_iter_ == 50
    assert_same_weights(ours, theirs)
    moved = [np.abs(V - W).max() for V, (W, _) in zip(theirs.coefs_, start(ours.network_))]
    assert min(moved) > 1e-3  # equal weights prove something only if they have changed
    if isinstance(ours, NetworkClassifier):
        assert (ours.predict(X) == theirs.predict(X)).all()
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-8)
        assert (ours.classes_ == theirs.classes_).all()
    else:
        assert ours.predict(X).shape == theirs.predict(X).shape == y.shape
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=0, atol=1e-7)


@pytest.mark.parametrize("l2", [0.0, 0.01])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("task", TASKS)
def test_fifty_small_batches_end_where_scikit_learns_network_ends(task, optimizer, l2):
    """By partial_fit, so that both get the same batches in the same order."""
    ours, theirs, X, y = both(task, optimizer, "tanh", l2, batch=10)
    theirs.set_params(warm_start=False)
    del theirs._optimizer  # it has the velocity of the fit that created the weights
    rng = np.random.default_rng(7)
    announced = {"classes": np.unique(y)} if y.ndim == 1 and "classes" in task else {}
    for _ in range(50):
        some = rng.choice(len(X), 10, replace=False)
        ours.partial_fit(X[some], y[some], **announced)
        theirs.partial_fit(X[some], y[some])
    assert ours.n_iter_ == len(ours.loss_curve_) == 50
    assert_same_weights(ours, theirs)


# With other tools of scikit-learn


def test_a_pipeline_with_cross_validation_and_a_grid_search():
    model = make_pipeline(StandardScaler(), NetworkClassifier((10,), epochs=30, random_state=7))
    X, y = load_iris(return_X_y=True)
    assert cross_val_score(model, X, y, cv=5).mean() > 0.9
    grid = {"networkclassifier__hidden_units": [(), 5], "networkclassifier__l2": [0, 0.01]}
    search = GridSearchCV(model, grid, cv=3).fit(X, y)
    assert search.best_score_ > 0.9 and len(search.cv_results_["params"]) == 4
    assert search.predict(X).shape == y.shape


def test_a_regression_explains_most_of_diabetes_that_a_network_can():
    X, y = load_diabetes(return_X_y=True)
    model = NetworkRegressor((5,), optimizer="sgd", l2=0.01, epochs=60, random_state=7)
    assert cross_val_score(model, scale(X), scale(y), cv=5).mean() > 0.4


@pytest.mark.parametrize("model", [*ESTIMATORS, *STOPPING])
def test_a_clone_learns_the_same_and_a_pickle_predicts_the_same(model):
    X, y = iris, labels
    model = clone(model).set_params(random_state=np.random.default_rng(7), epochs=5, dropout=0.1)
    first = model.fit(X, y).theta_
    assert (clone(model).fit(X, y).theta_ == first).all()
    assert (model.fit(X, y).theta_ == first).all()
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    a, b = (clone(model).set_params(random_state=check_random_state(7)) for _ in range(2))
    assert (a.fit(X, y).theta_ == b.fit(X, y).theta_).all()
    other = clone(model).set_params(random_state=8).fit(X, y)
    assert (other.theta_ != first).any()


@pytest.mark.parametrize("make", [NetworkClassifier, NetworkRegressor])
def test_early_stopping_keeps_the_network_that_was_best_on_the_held_out(make):
    # Shuffled labels: there is nothing to learn, and the held-out loss soon rises.
    noise = np.random.default_rng(7).permutation(labels)
    model = make((50,), learning_rate=0.05, early_stopping=True, validation_fraction=0.3,
                 patience=4, random_state=7).fit(iris, noise)  # fmt: skip
    curve = model.validation_loss_curve_
    assert model.n_iter_ == len(curve) == int(np.argmin(curve)) + 1 + 4 < 100
    best = clone(model).set_params(epochs=int(np.argmin(curve)) + 1).fit(iris, noise)
    np.testing.assert_array_equal(best.theta_, model.theta_)


def test_several_labels_at_once():
    X, Y = make_multilabel_classification(200, 8, n_classes=4, random_state=7)
    model = NetworkClassifier((20,), epochs=60, random_state=7).fit(scale(X), Y)
    assert model.predict(scale(X)).shape == model.predict_proba(scale(X)).shape == (200, 4)
    always_the_commoner = np.maximum(Y.mean(axis=0), 1 - Y.mean(axis=0)).mean()
    assert always_the_commoner < 0.7 < 0.85 < (model.predict(scale(X)) == Y).mean()
    assert model.network_.output == "logistic"


def test_labels_announced_and_seen_later():
    model = NetworkClassifier((5,), random_state=7)
    model.partial_fit(iris[labels < 2], labels[labels < 2], classes=[0, 1, 2])
    assert model.classes_.tolist() == [0, 1, 2] and model.predict_proba(iris).shape[1] == 3
    model.partial_fit(iris, labels)
    with pytest.raises(ValueError, match="classes=.* is not what the first call gave"):
        model.partial_fit(iris, labels, classes=[0, 1])
    with pytest.raises(ValueError, match=r"labels \[9\], not among \[0, 1, 2\]: give all labels"):
        model.partial_fit(iris[:2], [0, 9])
    assert model.n_iter_ == 2
    assert NetworkClassifier().partial_fit(iris, labels).classes_.tolist() == [0, 1, 2]


def test_dropout_and_l2_reach_the_network():
    plain, dropped, penalised = (
        NetworkClassifier((8,), random_state=7, epochs=20, **extra).fit(iris, labels)
        for extra in ({}, {"dropout": 0.5}, {"l2": 1.0})
    )
    assert (plain.theta_ != dropped.theta_).any()
    assert np.abs(penalised.theta_).sum() < 0.5 * np.abs(plain.theta_).sum()
    once = NetworkClassifier((8,), random_state=7, dropout=0.5).partial_fit(iris, labels)
    assert (once.theta_ == clone(once).set_params(epochs=1).fit(iris, labels).theta_).all()


def test_a_training_that_diverges_keeps_its_last_finite_network():
    model = NetworkRegressor((), optimizer="sgd", learning_rate=50.0, random_state=7)
    with pytest.warns(RuntimeWarning, match="smaller learning rate than 50"):
        model.fit(iris, labels)
    assert np.isfinite(model.theta_).all() and np.isfinite(model.predict(iris)).all()
    before = model.predict(iris)
    with pytest.raises(ValueError, match="not finite at step 0"):
        model.fit(np.full((4, 1), 1e200), np.full(4, 1e200))
    np.testing.assert_array_equal(model.predict(iris), before)
    model = clone(model)
    with pytest.raises(ValueError, match="not finite any more.*smaller learning_rate than 50"):
        for _ in range(200):
            model.partial_fit(iris, labels)
    assert np.isfinite(model.theta_).all()


def test_each_class_is_held_out_in_the_same_share(monkeypatch):
    held = []
    monkeypatch.setattr(NetworkClassifier, "_descend", lambda self, X, Y, out: held.append(out[1]))
    rare = np.repeat(["a", "b"], [180, 20])
    for seed in range(5):
        NetworkClassifier(early_stopping=True, random_state=seed).fit(np.ones((200, 1)), rare)
    assert [Y.sum() for Y in held] == [2] * 5 and [len(Y) for Y in held] == [20] * 5


def test_a_batch_of_one_more_pass_is_a_whole_number():
    model = NetworkRegressor(epochs=1).fit(iris, labels).set_params(batch_size=None)
    with pytest.raises(ValueError, match="batch_size=None"):
        model.partial_fit(iris, labels)


def test_a_held_out_loss_that_is_not_finite_is_never_the_best(monkeypatch):
    honest, seen = Network.loss_and_grad, []

    def spoiled(self, theta, X, Y, **settings):
        loss, gradient = honest(self, theta, X, Y, **settings)
        if len(X) == 5:  # the tenth of fifty samples that is held out
            seen.append(theta)
            loss = np.float64(np.nan) if len(seen) == 2 else loss
        return loss, gradient

    monkeypatch.setattr(Network, "loss_and_grad", spoiled)
    model = NetworkRegressor((), early_stopping=True, epochs=6, random_state=7).fit(iris, labels)
    curve = model.validation_loss_curve_
    assert curve[1] == np.inf and np.isfinite(curve).sum() == len(curve) - 1 == 5
    np.testing.assert_array_equal(model.theta_, seen[int(np.argmin(curve))])


def test_ctrl_c_keeps_what_has_been_learned(monkeypatch):
    def interrupted(*arguments, **settings):
        steps = train(*arguments, **settings)
        yield from (next(steps) for _ in range(25))
        raise KeyboardInterrupt

    train = module.train
    monkeypatch.setattr(module, "train", interrupted)
    model = NetworkClassifier((5,), batch_size=5, random_state=7)
    with pytest.warns(RuntimeWarning, match="by hand after 2 of 100 passes: the network keeps"):
        model.fit(iris, labels)
    monkeypatch.undo()
    *_, step = model.loss_curve_
    assert model.n_iter_ == 2 and step < np.log(3)


@pytest.mark.parametrize(
    "settings, sentence",
    [
        (dict(hidden_units=(0,)), "whole number of units, at least 1"),
        (dict(hidden_units=2.5), "whole number of units, at least 1"),
        (dict(activation="sigmoid"), "unknown hidden activation 'sigmoid'"),
        (dict(optimizer="lbfgs"), "unknown optimizer 'lbfgs': choose one of sgd, momentum"),
        (dict(learning_rate=0), "learning_rate=0: it must be a number above 0"),
        (dict(momentum=1.0, optimizer="nesterov"), "momentum=1.0: it must be at least 0"),
        (dict(l2=-1), "l2=-1: it must be a number, at least 0"),
        (dict(dropout=1.0), "dropout=1.0: it must be at least 0 and below 1"),
        (dict(batch_size=0), "batch_size=0: it must be a whole number"),
        (dict(epochs=0), "epochs=0: it must be a whole number"),
        (dict(early_stopping=True, patience=0), "patience=0: it must be a whole number"),
        (dict(early_stopping=True, validation_fraction="0.1"), "validation_fraction='0.1'"),
        (dict(early_stopping=True, validation_fraction=0.0), "validation_fraction=0 of 50 samples"),
        (dict(learning_rate=[[0.1], [0.2]]), "learning_rate=.*must be"),
        (
            dict(early_stopping=True, validation_fraction=1.0),
            "validation_fraction=1.0: it must be at least 0 and below 1",
        ),
    ],
)
@pytest.mark.parametrize("make", [NetworkClassifier, NetworkRegressor])
def test_impossible_settings_are_refused_by_fit(make, settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(**settings).fit(iris, labels)


def test_impossible_samples_are_refused():
    with pytest.raises(ValueError, match=r"more than 0 and 1: give \(n,\) labels"):
        NetworkClassifier().fit(iris, np.column_stack([labels, labels]))
    model = NetworkRegressor(epochs=1).partial_fit(iris, labels)
    with pytest.raises(ValueError, match="y has 2 columns, and at the first call it had 1"):
        model.partial_fit(iris, np.column_stack([labels, labels]))
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
        NetworkClassifier(early_stopping=True).partial_fit(iris, labels)
    with pytest.raises(ValueError, match="of 1 samples: there must be one to hold out"):
        NetworkRegressor(early_stopping=True).fit([[1.0]], [1.0])
