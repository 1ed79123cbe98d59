"""Whatever a public function of nnlib is given: a true result, or a sentence that helps.

CALLS is the table: for each public function and method a call that is right, of which one argument
or several are then exchanged for what a person may give by mistake.
"""

import importlib
import inspect
import itertools
import pkgutil
import re
import resource
import time
import warnings
from contextlib import contextmanager
from functools import cache

import numpy as np
import pytest
from hostile_values import ANYTHING, forms, twisted
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import issparse
from thorough import cases

import nnlib
from nnlib import (
    SGD,
    Adam,
    Convolution,
    ConvolutionalNetwork,
    Momentum,
    Nesterov,
    Network,
    NeuralNetwork,
    Pooling,
    Step,
    estimators,
    experiments,
)

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
NET = Network((2, 3, 1), output="logistic", loss="cross_entropy")
THETA = NET.init(7)
PICTURES = np.arange(32.0).reshape(2, 16) / 32
CONV = ConvolutionalNetwork((4, 4), [Convolution(2), Pooling(2), 3, 2])
CONV_THETA, ONE_HOT = CONV.init(7), np.eye(2)
MAPS = np.arange(32.0).reshape(2, 4, 4, 1)


def run(**settings):
    return dict(net=NET, theta=THETA, X=X, Y=Y, optimizer=SGD(0.5), rng=7, **settings)


def steps():
    return [Step(i, i, THETA, np.array(0.5), THETA) for i in range(4)]


@cache
def grid():
    return experiments.Grid(X, Y, **GRID)


@cache
def swept():
    return experiments.sweep(X, Y, progress=False, **GRID)


def fitted(make, y):
    return make((3,), epochs=2, batch_size=2, random_state=7).fit(X, y)


GRID = dict(
    hidden_units=2, learning_rate=0.5, seeds=2, steps=3, batch_size=2, l1=0.25, l2=0.25,
    optimizer="momentum", momentum=0.5, hidden="tanh", output="logistic", loss="cross_entropy",
    dropout=0.25, scale=0.5, dtype=float, order=1, keep=2, solved_below=0.25,
)  # fmt: skip
ESTIMATOR = dict(
    hidden_units=(3,), activation="tanh", optimizer="momentum", learning_rate=0.5, momentum=0.5,
    l2=0.25, dropout=0.25, batch_size=2, epochs=2, early_stopping=True, validation_fraction=0.25,
    patience=2, random_state=7,
)  # fmt: skip
POINTS = dict(rng=7, n=8, noise=0.25, test_share=0.25)
NETWORK = {
    "layers": lambda: dict(self=NET, theta=THETA),
    "init": lambda: dict(self=NET, rng=7, scale=0.5, stack=(2,), dtype=float),
    "forward": lambda: dict(self=NET, theta=THETA, X=X, masks=[np.ones((4, 3))]),
    "backward": lambda: dict(self=NET, theta=THETA, trace=NET.forward(THETA, X), Y=Y),
    "loss_and_grad": lambda: dict(
        self=NET, theta=THETA, X=X, Y=Y, l1=0.5, l2=0.25, masks=[np.ones((4, 3))]
    ),
    "predict": lambda: dict(self=NET, theta=THETA, X=X),
    "dropout_masks": lambda: dict(self=NET, rng=7, n=4, dropout=0.5, dtype=float),
}
PICTURED = {
    "layers": lambda: dict(self=CONV, theta=CONV_THETA),
    "init": lambda: dict(self=CONV, rng=7, scale=0.5, stack=(2,), dtype=float),
    "forward": lambda: dict(
        self=CONV, theta=CONV_THETA, X=PICTURES, masks=[np.ones((2, 8)), np.ones((2, 3))]
    ),
    "backward": lambda: dict(
        self=CONV, theta=CONV_THETA, trace=CONV.forward(CONV_THETA, PICTURES), Y=ONE_HOT
    ),
    "loss_and_grad": lambda: dict(
        self=CONV, theta=CONV_THETA, X=PICTURES, Y=ONE_HOT, l1=0.5, l2=0.25, masks=None
    ),
    "predict": lambda: dict(self=CONV, theta=CONV_THETA, X=PICTURES),
    "dropout_masks": lambda: dict(self=CONV, rng=7, n=4, dropout=0.5, dtype=float),
}
CALLS = {
    "activations.logistic": lambda: dict(z=X),
    "activations.softmax": lambda: dict(z=X),
    "losses.loss_for": lambda: dict(loss="cross_entropy", output="softmax"),
    "regularization.l1_penalty": lambda: dict(theta=THETA, is_weight=NET.is_weight, l1=0.5),
    "regularization.l2_penalty": lambda: dict(theta=THETA, is_weight=NET.is_weight, l2=0.5),
    "regularization.dropout_mask": lambda: dict(rng=7, shape=(2, 4), dropout=0.5, dtype=float),
    "backprop.forward": lambda: dict(
        layers=NET.layers(THETA), X=X, activations=NET.activations, masks=[np.ones((4, 3))]
    ),
    "backprop.backward": lambda: dict(
        layers=NET.layers(THETA), gradients=NET.layers(np.zeros_like(THETA)),
        trace=NET.forward(THETA, X), Y=Y, loss=NET.loss_function, slope=NET.slope,
    ),
    "network.Network": lambda: dict(
        sizes=(2, 3, 1), hidden="relu", output="logistic", loss="cross_entropy"
    ),
    **{f"network.Network.{name}": call for name, call in NETWORK.items()},
    "gradient_check.numerical_gradient": lambda: dict(f=square, theta=THETA, step=2.0**-12),
    "gradient_check.gradient_error": lambda: dict(f=square, theta=THETA, step=2.0**-12),
    "optimizers.SGD": lambda: dict(learning_rate=0.5),
    "optimizers.Momentum": lambda: dict(learning_rate=0.5, momentum=0.5),
    "optimizers.Nesterov": lambda: dict(learning_rate=0.5, momentum=0.5),
    "optimizers.Adam": lambda: dict(learning_rate=0.5, beta1=0.5, beta2=0.75, epsilon=0.25),
    **{
        f"optimizers.{kind.__name__}.step": lambda kind=kind: dict(
            self=kind(0.5), theta=THETA, gradient=THETA
        )
        for kind in (SGD, Momentum, Nesterov, Adam)
    },
    "optimizers.optimizer_for": lambda: dict(name="nesterov", learning_rate=0.5, momentum=0.5),
    "training.train": lambda: run(steps=3, epochs=None, batch_size=2, l1=0.5, l2=0.5, dropout=0.5),
    "training.train by epochs": lambda: run(epochs=2, steps=None, batch_size=2),
    "training.batches": lambda: dict(X=X, Y=Y, batch_size=2, rng=7),
    "training.History.series": lambda: dict(self=nnlib.History(steps()), name="loss"),
    "training.record": lambda: dict(steps=steps(), every=2),
    "convolution.windows": lambda: dict(A=MAPS, size=2, stride=1, padding=1),
    "convolution.add_windows": lambda: dict(
        rows=np.ones((2, 5, 5, 4)), shape=(4, 4, 1), size=2, stride=1, padding=1
    ),
    "convolution.blocks": lambda: dict(A=MAPS, size=2),
    "convolution.largest": lambda: dict(A=MAPS, size=2),
    "convolution.to_the_largest": lambda: dict(delta=np.ones((2, 2, 2, 1)), A=MAPS, size=2),
    "convolution.Convolution": lambda: dict(kernels=2, size=3, stride=1, padding=1),
    "convolution.Convolution.after": lambda: dict(self=Convolution(2), shape=(4, 4, 1)),
    "convolution.Pooling": lambda: dict(size=2),
    "convolution.Pooling.after": lambda: dict(self=Pooling(2), shape=(4, 4, 1)),
    "convolution.ConvolutionalNetwork": lambda: dict(
        image_shape=(4, 4, 1), layers=[Convolution(2), Pooling(2), 3, 2], hidden="relu",
        output="softmax", loss="cross_entropy",
    ),
    **{f"convolution.ConvolutionalNetwork.{name}": call for name, call in PICTURED.items()},
    **{
        f"datasets.{name}": lambda: dict(POINTS)
        for name in ("circles", "moons", "quadrants", "plane", "hills", "sine")
    },
    "datasets.blobs": lambda: POINTS | dict(classes=3),
    "datasets.spirals": lambda: POINTS | dict(turns=1.5),
    "datasets.digits": lambda: dict(rng=7, test_share=0.25),
    "datasets.features": lambda: dict(X=X, names=["x1", "x1 x2"]),
    "datasets.shifted_copies": lambda: dict(X=PICTURES, Y=ONE_HOT, image_shape=(4, 4)),
    "datasets.hold_out": lambda: dict(
        X=X, Y=Y, test_share=0.25, rng=7, name="own", class_names=("no", "yes"), image_shape=(1, 2)
    ),
    "classes.labels": lambda: dict(Y=X, name="Y"),
    "classes.class_numbers": lambda: dict(A=X),
    "metrics.ConfusionMatrix": lambda: dict(counts=np.eye(2, dtype=int), class_names=["a", "b"]),
    "metrics.accuracy": lambda: dict(Y=Y, P=Y, classes=2),
    "metrics.confusion_matrix": lambda: dict(Y=Y, P=Y, classes=2, class_names=["a", "b"]),
    "metrics.class_report": lambda: dict(matrix=np.array([[2, 0], [1, 1]]), class_names=["a", "b"]),
    "metrics.wilson_interval": lambda: dict(successes=3, trials=4, z=1.5),
    "neural_network.NeuralNetwork": lambda: dict(
        sizes=(2, 3, 1), activation="tanh", output="logistic", loss="cross_entropy", scale=0.5,
        rng=7,
    ),
    "neural_network.NeuralNetwork.fit": lambda: dict(
        self=NeuralNetwork([2, 3, 1], rng=7), X=X, y=Y, learning_rate=0.5, epochs=None, steps=3,
        batch_size=2, progress=False,
    ),
    "neural_network.NeuralNetwork.fit by epochs": lambda: dict(
        self=NeuralNetwork([2, 3, 1], rng=7), X=X, y=Y, learning_rate=0.5, epochs=2, batch_size=2,
        progress=False,
    ),
    "neural_network.NeuralNetwork.predict": lambda: dict(
        self=NeuralNetwork([2, 3, 1], rng=7), x=X, output="step"
    ),
    "neural_network.picks": lambda: dict(X=X, Y=Y, batch_size=2, rng=7),
    **{f"experiments.{name}": call for name, call in {
        "Grid": lambda: dict(X=X, Y=Y) | GRID,
        "Grid.network": lambda: dict(self=grid(), i=1),
        "Grid.run": lambda: dict(self=grid(), i=1),
        "Grid.stacks": lambda: dict(self=grid(), most=2),
        "Grid.start": lambda: dict(self=grid(), i=1),
        "Grid.training": lambda: dict(self=grid(), runs=[0, 1]),
        "Grid.which": lambda: dict(self=grid(), i=1),
        "Sweep.rerun": lambda: dict(self=swept(), row=1, every=2),
        "Sweep.where": lambda: dict(self=swept(), hidden_units=2, seed=1),
        "sweep": lambda: dict(X=X, Y=Y, n_jobs=1, progress=False) | GRID,
        "luck_map": lambda: dict(result=swept(), rows="hidden_units", columns="learning_rate"),
    }.items()},
    "estimators.NetworkClassifier": lambda: dict(ESTIMATOR),
    "estimators.NetworkRegressor": lambda: dict(ESTIMATOR),
    **{f"estimators.{name}": call for name, call in {
        "NetworkClassifier.fit": lambda: dict(
            self=estimators.NetworkClassifier(**ESTIMATOR), X=X, y=Y.ravel()
        ),
        "NetworkClassifier.partial_fit": lambda: dict(
            self=estimators.NetworkClassifier(random_state=7), X=X, y=Y.ravel(), classes=[0, 1]
        ),
        "NetworkClassifier.predict": lambda: dict(
            self=fitted(estimators.NetworkClassifier, Y.ravel()), X=X
        ),
        "NetworkClassifier.predict_proba": lambda: dict(
            self=fitted(estimators.NetworkClassifier, Y.ravel()), X=X
        ),
        "NetworkRegressor.fit": lambda: dict(
            self=estimators.NetworkRegressor(**ESTIMATOR), X=X, y=Y.ravel()
        ),
        "NetworkRegressor.partial_fit": lambda: dict(
            self=estimators.NetworkRegressor(random_state=7), X=X, y=Y.ravel()
        ),
        "NetworkRegressor.predict": lambda: dict(
            self=fitted(estimators.NetworkRegressor, Y.ravel()), X=X
        ),
    }.items()},
}  # fmt: skip


def square(theta):
    with np.errstate(all="ignore"):
        return (theta**2).sum(axis=-1), 2 * theta


# What is not in the table, and why.
RECORDS = """activations.Activation losses.Loss backprop.Trace convolution.PictureTrace
    datasets.Dataset metrics.ClassReport training.Step training.History training.Diverged
    experiments.SuccessRates""".split()  # hold whatever they are given
LEFT_OUT = {
    "experiments.Sweep.column",  # luck_map and where go through it
    *RECORDS,
    *("neural_network.NeuralNetwork.save", "neural_network.NeuralNetwork.load"),  # files: their own
    # A file, and what is in it: likewise.
    *("files.name_of", "files.quoted", "files.opened", "files.write", "saved.described"),
    *("saved.rebuilt", "saved.packed", "saved.read", "saved.together", "saved.Entry"),
    # The rule for labels, piece by piece: accuracy, fit and hold_out go through it.
    *(f"classes.{name}" for name in ["of_numbers", "targets_of", "same_kind", "one_or_many"]),
    *(f"classes.{name}" for name in ["plain", "read", "names", "numbers", "ordered"]),
    *("classes.together", "classes.class_by_class", "metrics.ConfusionMatrix.copy"),
    "neural_network.progress_bar",  # all its options are tqdm's
    "experiments.Sweep",  # made by sweep, of what training hands on
}


def public():
    """(name, function or class) of all that nnlib offers and that takes an argument."""
    for module in pkgutil.iter_modules(nnlib.__path__):
        if module.name in ("checks", "plans", "guards", "nudges"):
            continue  # the refusals themselves
        for name, thing in vars(importlib.import_module(f"nnlib.{module.name}")).items():
            ours = getattr(thing, "__module__", None) == f"nnlib.{module.name}"
            if name.startswith("_") or not ours or not callable(thing):
                continue
            if takes_something(thing):
                yield f"{module.name}.{name}", thing
            for method, function in inspect.getmembers(thing, callable) * inspect.isclass(thing):
                own = str(getattr(function, "__module__", None)).startswith("nnlib.")
                if own and not method.startswith("_") and takes_something(function):
                    yield f"{module.name}.{name}.{method}", function


def takes_something(function):
    return bool(set(inspect.signature(function).parameters) - {"self"})


PUBLIC = dict(public())


def test_every_public_function_is_in_the_table_with_every_argument():
    entries = {name.split(" ")[0] for name in CALLS}
    assert entries | LEFT_OUT == set(PUBLIC)
    for name, call in CALLS.items():
        parameters = inspect.signature(PUBLIC[name.split(" ")[0]]).parameters.values()
        wanted = {p.name for p in parameters if p.kind != p.VAR_KEYWORD}
        missing = wanted - set(call()) - {"classes"}
        assert not missing or " by " in name, f"{name}: {missing}"
    exported = {name for name in nnlib.__all__ if callable(getattr(nnlib, name))}
    assert exported <= {name.split(".")[1] for name in PUBLIC} | {"xor", "and_", "or_"}


# What is done with a result, so that what was accepted is used


def a_step(optimizer):
    return optimizer.step(THETA, THETA)


def trained(estimator):
    return estimator.fit(X, Y.ravel()).predict(X)


THEN = {
    "network.Network": lambda net: net.init(7),
    "convolution.ConvolutionalNetwork": lambda net: net.init(7),
    "neural_network.NeuralNetwork": lambda nn: (nn.theta, nn.predict(np.ones(nn.network.sizes[0]))),
    "neural_network.NeuralNetwork.fit": lambda nn: nn.theta,
    "experiments.Grid": lambda grid: [sweep.curves for sweep in grid.slices()][-1],
    "experiments.sweep": lambda sweep: sweep.curves,
    "losses.loss_for": lambda loss: loss.delta(ONE_HOT, ONE_HOT, ONE_HOT),
    "experiments.Sweep.rerun": lambda history: history.series("loss"),
    "estimators.NetworkClassifier": trained,
    "estimators.NetworkRegressor": trained,
    "estimators.NetworkClassifier.fit": lambda model: model.theta_,
    "estimators.NetworkRegressor.fit": lambda model: model.theta_,
    "estimators.NetworkClassifier.partial_fit": lambda model: model.theta_,
    "estimators.NetworkRegressor.partial_fit": lambda model: model.theta_,
} | {f"optimizers.{name}": a_step for name in ("SGD", "Momentum", "Nesterov", "Adam")}
THEN["optimizers.optimizer_for"] = a_step


def outcome(name, arguments):
    """What the call gives; of a sequence its beginning."""
    name = name.split(" ")[0]
    # scikit-learn hands partial_fit out only where it finds the estimator in the first place.
    this = [arguments["self"]] if "self" in arguments else []
    result = PUBLIC[name](*this, **{key: arguments[key] for key in arguments if key != "self"})
    if inspect.isgenerator(result):
        result = list(itertools.islice(result, 4))
    return THEN.get(name, lambda result: result)(result)


# What must hold

INSIDE = re.compile(
    "broadcast|ufunc|truth value|array element|inhomogeneous|could not convert|unhashable"
    "|has no attribute|not iterable|not callable|Stop argument|interpreted as|not supported"
)
OURS = nnlib.__path__[0]
FREE = 500_000_000


def check(name, changes, may_refuse=True):
    """Call `name` with the arguments of the table, but for `changes`, {argument: what makes it}."""
    good = CALLS[name]()
    hostile = {argument: make() for argument, make in changes.items()}
    arguments = good | hostile
    before = fingerprint(list(arguments.items()))
    with warnings.catch_warnings(record=True) as said, at_most(2, FREE):
        warnings.simplefilter("always")
        try:
            result = outcome(name, arguments)
        except (ValueError, TypeError, FloatingPointError) as error:
            assert may_refuse, f"{name}({changes}): {error}"
            refused(error, ours=not name.startswith("estimators"))
            if not name.startswith("estimators"):
                assert named(arguments, str(error)), f"{name}({[*changes]}): {error}"
            result = None
    if result is not None:
        true(result, hostile.values())
    expected = re.compile(
        "training left the finite|column-vector y was passed|without feature names"
    )
    said = [w for w in said if not expected.search(str(w.message))]
    assert not said, f"warned: {said[0].message}"
    mine = {"self", "gradients"}  # an estimator is fitted, gradients are written into
    assert fingerprint([(k, v) for k, v in arguments.items() if k not in mine]) == [
        kept for kept, k in zip(before, arguments) if k not in mine
    ], "what was given has changed"
    return result


def refused(error, ours):
    """Assert that `error` is a sentence of ours.

    Estimators leave samples to scikit-learn, in whose words its own tests want them refused.
    """
    said = str(error)
    if isinstance(error, FloatingPointError):
        assert isinstance(error, nnlib.Diverged)
    if not ours:
        return
    assert len(said) <= 300, f"{len(said)} letters: {said[:400]}"
    assert not INSIDE.search(said), f"{type(error).__name__}: {said}"
    last = error.__traceback__
    while last.tb_next:
        last = last.tb_next
    assert raises(last), f"not ours, {type(error).__name__}: {said}"


def named(arguments, said):
    """Whether a sentence names one of the arguments, or what it is: an unknown optimizer."""
    if "name" in arguments:  # by which errors call it
        return True
    words = "|".join([*arguments, "^unknown", "^no column", "picture"])
    return re.search(rf"\b({words})\b", said)


def raises(traceback):
    """Whether the innermost line is a `raise` of nnlib."""
    path = traceback.tb_frame.f_code.co_filename
    if not path.startswith(OURS):
        return False
    with open(path, encoding="utf-8") as source:
        lines = source.read().splitlines()
    return "raise " in lines[traceback.tb_lineno - 1]


def true(result, hostile):
    """Assert that the numbers of a result are finite, if those that were given are."""
    if not any(map(wild, hostile)):
        for A in arrays(result):
            assert np.isfinite(A).all(), f"not finite: {A}"


def wild(value):
    """Whether `value` holds numbers that are not finite, or so large that a sum of them may be."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a complex number loses its second part
            A = np.asarray(value).astype(float)
            return not (abs(A) < 1e30).all()
    except Exception:
        return False


def arrays(result, depth=5):
    """Every array or number of floats in a result."""
    if isinstance(result, np.ndarray | float) and np.asarray(result).dtype.kind == "f":
        yield np.asarray(result)
    elif isinstance(result, list | tuple) and depth:
        for part in result:
            yield from arrays(part, depth - 1)


def fingerprint(value, depth=8):
    """What is compared, before and after: the bytes, the type and the layout of all that is in."""
    if depth == 0:
        return id(value)
    if type(value) in (list, tuple):
        return [fingerprint(part, depth - 1) for part in value[:1000]]
    if type(value) is dict:
        return [fingerprint([*item], depth - 1) for item in value.items()]
    if issparse(value):
        return [fingerprint(part) for part in (value.data, value.indices, value.indptr)]
    if isinstance(value, np.ndarray):
        mask = np.ma.getmaskarray(value).tobytes() if np.ma.isMaskedArray(value) else b""
        return [id(value), value.dtype, value.shape, value.strides, value.flags.writeable,
                np.asarray(value).tobytes(), mask]  # fmt: skip
    return id(value)


@contextmanager
def at_most(seconds, memory):
    """A limit to the memory taken inside, and to the time of the processor."""
    with open("/proc/self/statm") as file:
        taken = int(file.read().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + memory, hard))
    start = time.process_time()
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    took = time.process_time() - start
    assert took < seconds, f"took {took:.1f} s"


# The tests

WHOLE = [(name, argument) for name in CALLS for argument in CALLS[name]() if argument != "self"]
# Views need an array of their own to look at.
ARRAYS_ONLY = {(f"{net}.layers", "theta") for net in ("network.Network",
               "convolution.ConvolutionalNetwork")}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_is_right_is_answered_and_so_is_the_same_in_other_forms(name):
    right = check(name, {})
    refusals = []
    for argument, value in CALLS[name]().items():
        for form, make in forms(value).items():
            if (name, argument) not in ARRAYS_ONLY or "as " not in form:
                answer = check(name, {argument: make}, may_refuse=False)
                if not same(answer, right):
                    refusals.append(f"{argument} {form}: {answer}")
    assert not refusals


def same(one, other):
    """Whether two results are the same, but for rounding."""
    if isinstance(other, np.ndarray | float):
        return np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-6, atol=1e-9)
    if isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in other)
    return one == other or type(one).__eq__ is object.__eq__


def given_by_mistake(name, argument, good):
    """{label: what makes it}, of everything that is a mistake."""
    kinds = ANYTHING | forms(good) | twisted(good)
    if name.startswith("gradient_check"):  # what f raises is its own; many slopes take their time
        for label in ("class", "raises at __call__", "raises at everything", "many"):
            del kinds[label]
    return kinds


@pytest.mark.doors
@settings(max_examples=cases(10_000, 800))
@given(data=st.data())
def test_whatever_is_given_the_answer_is_true_or_a_sentence_says_what_is_wrong(data):
    name, argument = data.draw(st.sampled_from(WHOLE))
    good = {key: value for key, value in CALLS[name]().items() if key != "self"}
    others = data.draw(st.lists(st.sampled_from(list(good)), max_size=2))
    changes = {}
    for key in {argument: None, **dict.fromkeys(others)}:
        kinds = given_by_mistake(name, key, good[key])
        changes[key] = kinds[data.draw(st.sampled_from(list(kinds)), label=f"{name}({key})")]
    check(name, changes)


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_keeps_what_it_is_given(name):
    record = PUBLIC[name]
    fields = list(inspect.signature(record).parameters)
    for make in ANYTHING.values():
        given = make()
        made = record(*[given] * len(fields))
        assert all(getattr(made, field) is given for field in fields)


def test_a_divergence_says_what_to_try_whatever_it_holds():
    for make in ANYTHING.values():
        assert 100 < len(str(nnlib.Diverged(None, make(), make(), make()))) <= 300


def test_what_is_quoted_is_short_whatever_it_is():
    quoted = [nnlib.checks.shown(make()) for make in ANYTHING.values()]
    assert max(map(len, quoted)) == nnlib.checks.LONGEST
    assert nnlib.checks.shown(ANYTHING["raises at __repr__"]()) == "<Moody>"
    assert nnlib.checks.shown(np.float32(0.5)) == "0.5"
