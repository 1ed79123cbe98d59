"""The same networks as scikit-learn estimators: for pipelines, cross-validation, grid searches.

    cross_val_score(NetworkClassifier(hidden_units=(30,)), X, labels)

Here is only what scikit-learn wants to know about samples, labels and settings; the mathematics is
in `network`, `optimizers` and `training`. Importing this brings scikit-learn: import it by name.
"""

from __future__ import annotations

import copy
import warnings
from contextlib import contextmanager
from itertools import islice

import numpy as np

from nnlib import checks
from nnlib.classes import MOST, class_by_class, class_numbers, numbers, plain, same_kind
from nnlib.network import Network
from nnlib.notation import Array
from nnlib.optimizers import optimizer_for
from nnlib.training import Diverged, batches, train

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.metaestimators import available_if
    from sklearn.utils.multiclass import check_classification_targets, type_of_target
    from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data
except ModuleNotFoundError as error:
    raise checks.missing("nnlib.estimators", "scikit-learn") from error


def _makes_single_passes(estimator) -> bool:
    """Whether the estimator has partial_fit: with early stopping it has not."""
    if checks.flag(estimator.early_stopping, "early_stopping"):
        raise AttributeError("partial_fit makes one pass: it needs early_stopping=False")
    return True


class _NetworkEstimator(BaseEstimator):
    """The base class of both estimators: settings, `fit`, `partial_fit`, and the raw outputs."""

    def __init__(
        self, hidden_units=(100,), activation="tanh", *, optimizer="adam", learning_rate=0.01,
        momentum=0.9, l2=0.0, dropout=0.0, batch_size=32, epochs=100, early_stopping=False,
        validation_fraction=0.1, patience=10, random_state=None,
    ):  # fmt: skip
        self.hidden_units = hidden_units
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.l2 = l2
        self.dropout = dropout
        self.batch_size = batch_size
        self.epochs = epochs
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.random_state = random_state

    def fit(self, X, y):
        """Start anew and train for `epochs` passes over X (n, n_0) and y (n,) or (n, k).

        With `early_stopping` a share of the samples, `validation_fraction`, is held out, the same
        of each class; training ends when their loss has not fallen for `patience` passes, and the
        best network is kept. A training that diverges or is stopped by Ctrl-C warns and keeps what
        it has learned.

        Raises ValueError, before any work, for samples, labels or settings that do not fit, and
        where the loss is not finite at the start: then the estimator is as it was before.
        """
        with self._as_before_if_refused():
            X, y = self._validated(X, y, reset=True)
            self._learn_labels(y)
            held, Y = None, self._targets(y)
            self._begin(X, Y)
            if checks.flag(self.early_stopping, "early_stopping"):
                checks.whole(self.patience, "patience")
                X, Y, held = self._hold_out(X, Y)
            self._descend(X, Y, held)
        return self

    @contextmanager
    def _as_before_if_refused(self):
        """What was learned before stays whole where new samples, labels or settings are refused."""
        before = vars(self).copy()
        try:
            yield
        except Exception:
            vars(self).clear()
            vars(self).update(before)
            raise

    def _descend(self, X, Y, held) -> None:
        """Run `train`; after each pass, keep its mean loss and the loss of the samples held out."""
        best, losses = self.theta_, []
        steps = train(
            self.network_, self.theta_, X, Y, self.optimizer_, rng=self.rng_, epochs=self.epochs,
            batch_size=self.batch_size, l2=self.l2, dropout=self.dropout,
        )  # fmt: skip
        try:
            for step in steps:
                self.theta_ = step.theta
                if step.epoch > self.n_iter_:
                    self._pass_is_over(losses)
                    losses = []
                    if held is not None:
                        curve = self.validation_loss_curve_
                        loss, _ = self.network_.loss_and_grad(step.theta, *held)
                        curve.append(float(loss) if np.isfinite(loss) else np.inf)
                        since_best = len(curve) - 1 - int(np.argmin(curve))
                        if since_best == 0:
                            best = step.theta
                        elif since_best >= self.patience:
                            break
                losses.append(step.loss)
        except Diverged as error:
            if error.step is None:
                raise ValueError(str(error)) from error
            warnings.warn(str(error), RuntimeWarning, stacklevel=3)
        except KeyboardInterrupt:
            warnings.warn(f"stopped by hand after {self.n_iter_} of {self.epochs} passes: the"
                          " network keeps what it has learned so far",
                          RuntimeWarning, stacklevel=3)  # fmt: skip
        if held is not None:
            self.theta_ = best

    @available_if(_makes_single_passes)
    def partial_fit(self, X, y):
        """One more pass over these samples, going on from what was learned before.

        The optimizer keeps its velocity and averages from call to call. Raises ValueError as `fit`
        does; not there with `early_stopping`, for which one pass has no use.
        """
        return self._one_pass(X, y)

    def _one_pass(self, X, y):
        with self._as_before_if_refused():
            X, Y = self._made_ready(X, y, first=not hasattr(self, "theta_"))
        net, n = self.network_, len(X)
        size, losses = min(checks.whole(self.batch_size, "batch_size"), n), []
        with np.errstate(over="ignore", invalid="ignore"):
            for _, x, y in islice(batches(X, Y, size, self.rng_), -(-n // size)):
                masks = net.dropout_masks(self.rng_, len(x), self.dropout) if self.dropout else None
                loss, gradient = net.loss_and_grad(self.theta_, x, y, l2=self.l2, masks=masks)
                if not np.isfinite(loss):
                    raise ValueError(
                        "the numbers are not finite any more: start anew with a smaller"
                        f" learning_rate than {self.learning_rate}, or scale X"
                    )
                self.theta_ = self.optimizer_.step(self.theta_, gradient)
                losses.append(loss)
        self._pass_is_over(losses)
        return self

    def _made_ready(self, X, y, first: bool):
        """Samples and targets for one more pass, the first of which begins with a network."""
        X, y = self._validated(X, y, reset=first)
        if first:
            self._learn_labels(y)
        Y = self._targets(y)
        if first:
            self._begin(X, Y)
        if Y.shape[1] != self.network_.sizes[-1]:
            raise ValueError(
                f"y has {Y.shape[1]} columns, and at the first call it had"
                f" {self.network_.sizes[-1]}: each call needs the same ones"
            )
        return X, Y

    def _begin(self, X, Y) -> None:
        """A network with its first theta, from `random_state`, and an optimizer at rest."""
        checks.whole(self.batch_size, "batch_size")
        checks.whole(self.epochs, "epochs")
        checks.penalties(l2=self.l2, dropout=self.dropout)
        rate = checks.above_zero(self.learning_rate, "learning_rate", "0.01")
        sizes = [X.shape[1], *checks.entries(self.hidden_units), Y.shape[1]]
        self.network_ = Network(sizes, self.activation, *self._output(Y))
        self.optimizer_ = optimizer_for(self.optimizer, rate, self.momentum)
        self.rng_ = _generator(self.random_state)
        self.theta_ = self.network_.init(self.rng_)
        self.n_iter_, self.loss_curve_, self.validation_loss_curve_ = 0, [], []

    def _pass_is_over(self, losses) -> None:
        self.n_iter_ += 1
        self.loss_curve_.append(float(np.mean(losses)))

    def _hold_out(self, X, Y):
        """Samples and targets to train on, and (X, Y) of those that are held out."""
        share, n = checks.share(self.validation_fraction, "validation_fraction"), len(X)
        if share == 0 or n < 2:
            raise ValueError(
                f"validation_fraction={share:g} of {n} samples: there must be one to hold out, and"
                " one to learn from"
            )
        order, n_held = self.rng_.permutation(n), min(max(round(share * n), 1), n - 1)
        held, rest = np.split(self._spread(order, Y, n_held), [n_held])
        return X[rest], Y[rest], (X[held], Y[held])

    def _spread(self, order, Y, n_held: int) -> Array:
        """The order of the samples, of which the first `n_held` are held out."""
        return order

    def _raw(self, X) -> Array:
        check_is_fitted(self)
        X = _validated(self, _unmasked(X), dtype=float, reset=False)
        return self.network_.predict(self.theta_, X)


class NetworkClassifier(ClassifierMixin, _NetworkEstimator):
    """A network that predicts labels, as a scikit-learn classifier.

    Two classes share one logistic output, more get one softmax output each, and y (n, k) of zeros
    and ones, several labels at once, k logistic outputs; the loss is cross-entropy. `hidden_units`
    are the units of the hidden layers, `optimizer` one of sgd, momentum, nesterov and adam; `l2` is
    that of `train` (scikit-learn divides its alpha by the samples of a batch: l2 = alpha / batch).

    After `fit`: `classes_`, `n_iter_` passes made, `loss_curve_` with a mean loss for each,
    `validation_loss_curve_`, `network_` and `theta_`.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = NetworkClassifier(hidden_units=(10,), random_state=7).fit(X, y)
    >>> bool(model.score(X, y) > 0.95), model.predict_proba(X[:2]).shape, model.n_iter_
    (True, (2, 3), 100)
    """

    @available_if(_makes_single_passes)
    def partial_fit(self, X, y, classes=None):
        """One more pass over these samples, going on from what was learned before.

        The first call says in `classes` which labels there will be, unless y (n,) holds them all or
        y is (n, k). The optimizer keeps its velocity and averages from call to call. Raises
        ValueError as `fit` does, and for a label that was not announced.
        """
        if classes is not None:
            classes = np.unique(plain(classes, "classes"))
        if hasattr(self, "theta_"):
            if classes is not None and not np.array_equal(classes, self.classes_):
                raise ValueError(
                    f"classes={checks.shown(classes.tolist())} is not what the first call gave,"
                    f" {checks.shown(self.classes_.tolist())}: leave it out, or fit anew"
                )
            classes = None
        with self._as_before_if_refused():
            self._announced = classes
            return self._one_pass(X, y)

    def predict(self, X) -> Array:
        """The label of each row of X (n, n_0): (n,), or (n, k) of zeros and ones."""
        a = self._raw(X)
        if self._several:
            return (a > 0.5).astype(int)
        return self.classes_[np.minimum(class_numbers(a), len(self.classes_) - 1)]

    def predict_proba(self, X) -> Array:
        """The probability of each class, (n, k), in the order of `classes_`."""
        a = self._raw(X)
        if not self._several and len(self.classes_) == 1:
            return np.ones_like(a)
        return np.hstack([1 - a, a]) if a.shape[1] == 1 and not self._several else a

    def _validated(self, X, y, reset):
        A = checks.dense(y, "y")  # None and what is no label: scikit-learn has its own words
        y = y if not A.ndim or A.dtype.kind == "c" else plain(y, "y")
        X, y = _validated(self, _unmasked(X), y, multi_output=True, dtype=float, reset=reset)
        y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
        with np.errstate(invalid="ignore"):  # numbers that fit no int
            check_classification_targets(y)
        return X, y

    def _learn_labels(self, y) -> None:
        with np.errstate(invalid="ignore"):
            kind = type_of_target(y)
        if kind == "multiclass-multioutput":
            raise ValueError(
                "y (n, k) holds more than 0 and 1: give (n,) labels, or zeros and ones"
            )
        announced, self._announced = getattr(self, "_announced", None), None
        self._several = y.ndim == 2
        every = np.arange(y.shape[1]) if self._several else y if announced is None else announced
        self.classes_ = np.unique(every)
        if len(self.classes_) > MOST:
            raise ValueError(
                f"{len(self.classes_):,} different labels, and a network has one output for each:"
                f" give at most {MOST:,} classes, or numbers to a NetworkRegressor"
            )

    def _targets(self, y) -> Array:
        if self._several != (y.ndim == 2):
            raise ValueError(
                f"y has shape {y.shape}, and at the first call it was"
                f" {'(n, k)' if self._several else '(n,)'}: each call needs the same"
            )
        if self._several:
            return y.astype(float)
        same_kind(y, self.classes_, "y", "classes")
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(
                f"y holds labels {checks.shown(unknown.tolist())}, not among"
                f" {checks.shown(self.classes_.tolist())}: give all labels as classes at the first"
                " call of partial_fit"
            )
        number, k = numbers(y, self.classes_), len(self.classes_)
        return (number[:, None] == (np.arange(k) if k > 2 else 1)).astype(float)

    def _spread(self, order, Y, n_held: int) -> Array:
        return order if self._several else class_by_class(order, class_numbers(Y), n_held)

    def _output(self, Y):
        one_of_many = not self._several and len(self.classes_) > 2
        return "softmax" if one_of_many else "logistic", "cross_entropy"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


class NetworkRegressor(RegressorMixin, _NetworkEstimator):
    """A network that predicts numbers, as a scikit-learn regressor.

    The output is linear, one for each column of y (n,) or (n, k), and the loss squared error;
    settings and what is there after `fit` are those of `NetworkClassifier`. Scale X and y to about
    one, by a StandardScaler in a pipeline say: the first weights expect it.

    >>> x = np.linspace(-3, 3, 100)[:, None]
    >>> model = NetworkRegressor(hidden_units=(20,), epochs=300, random_state=7)
    >>> bool(model.fit(x, np.sin(x).ravel()).score(x, np.sin(x)) > 0.99)
    True
    """

    def predict(self, X) -> Array:
        """The outputs for X (n, n_0): (n,) or (n, k), as was the y that `fit` was given."""
        a = self._raw(X)
        return a.ravel() if self._flat else a

    def _validated(self, X, y, reset):
        return _validated(
            self,
            _unmasked(X),
            _unmasked(y, "y"),
            multi_output=True,
            y_numeric=True,
            dtype=float,
            reset=reset,
        )

    def _learn_labels(self, y) -> None:
        self._flat = y.ndim == 1

    def _targets(self, y) -> Array:
        return np.asarray(y, float).reshape(len(y), -1)

    def _output(self, Y):
        return "identity", "squared_error"

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


def _unmasked(X, name: str = "X"):
    """X itself; ValueError for a masked array of which something is masked."""
    return checks.dense(X, name) if isinstance(X, np.ma.MaskedArray) else X


def _validated(estimator, *samples, **rules):
    """Samples as scikit-learn validates them; ValueError also where an object in them raises."""
    try:
        with np.errstate(all="ignore"):  # too large for a float: infinite, and refused
            return validate_data(estimator, *samples, **rules)
    except (OverflowError, RuntimeError) as error:  # 10**400, or somebody's own __array__
        raise ValueError(
            f"{' or '.join('Xy'[: len(samples)])} holds what is no number that fits a float"
            f" ({checks.shown(str(error))}): give arrays of numbers"
        ) from error


def _generator(random_state) -> np.random.Generator:
    """A numpy Generator from what scikit-learn calls a random_state: None, a seed, or either kind.

    A Generator is copied, so that the same estimator fitted twice gives the same network twice.
    Raises TypeError for anything else.
    """
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(2**31))
    if random_state is None:
        return np.random.default_rng()
    return checks.generator(copy.deepcopy(random_state), "random_state")
