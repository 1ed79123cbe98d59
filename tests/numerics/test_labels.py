"""One rule for labels: scores are scikit-learn's, and what was given is given back."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn import metrics as peer
from thorough import cases

from nnlib import (
    NeuralNetwork,
    accuracy,
    class_report,
    confusion_matrix,
    hold_out,
    labels,
)
from nnlib.estimators import NetworkClassifier
from nncourse import plots
from nncourse.widgets import Playground

doors = pytest.mark.doors

# What people call their classes, three of each kind in sorted order, and the types they come in.
KINDS = {
    "from 0": ([0, 1, 2], [int, np.int8, np.uint8, np.float32, float, object]),
    "from 1": ([1, 2, 3], [int, np.int16, np.uint64, float, object]),
    "signs": ([-1, 1], [int, np.int8, np.float32, float, object]),
    "gaps": ([-7, 3, 500], [int, np.int16, float, object]),
    "strings": (["a b", "no", "yes"], [str, object, np.dtypes.StringDType()]),
    "letters": (["A", "b", "ä"], [str, object]),
    "bytes": ([b"x", b"y"], [bytes, object]),
    "booleans": ([False, True], [bool, object]),
}
# In what they come: what numpy and pandas make of (n,) labels.
FORMS = {
    "array": lambda y: y,
    "list": lambda y: y.tolist(),
    "tuple": lambda y: tuple(y.tolist()),
    "column": lambda y: y[:, None],
    "column in a list": lambda y: y[:, None].tolist(),
    "Series": lambda y: pd.Series(y.tolist(), index=np.arange(len(y)) + 5),
    "DataFrame": lambda y: pd.DataFrame({"label": y.tolist()}),
    "Categorical": lambda y: pd.Categorical(y.tolist()),
    "Series of categories": lambda y: pd.Series(y.tolist(), dtype="category"),
    "Index": lambda y: pd.Index(y.tolist()),
    "nullable": lambda y: pd.Series(y.tolist()).convert_dtypes(),
    "masked, nothing behind it": lambda y: np.ma.masked_array(y),
}


@st.composite
def labelled(draw, least=1):
    """(classes, true, predicted, dtype): samples of up to three classes, some of them missing."""
    classes, dtypes = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    one = st.lists(st.sampled_from(classes), min_size=least, max_size=12)
    true = draw(one)
    said = draw(st.lists(st.sampled_from(classes), min_size=len(true), max_size=len(true)))
    return classes, true, said, draw(st.sampled_from(dtypes))


forms = st.sampled_from(sorted(FORMS))


def numbered(classes, some):
    """The labels as numbers, which scikit-learn takes of every kind."""
    return [classes.index(label) for label in some]


def formed(values, dtype, form):
    y = np.array(values, dtype)
    assume(form != "masked, nothing behind it" or y.dtype.kind != "T")
    return FORMS[form](y)


@doors
@pytest.mark.filterwarnings("ignore:A single label was found")
@given(labelled(), forms, forms)
@settings(max_examples=cases(500, 100))
def test_scores_of_any_labels_are_those_of_scikit_learn(case, form, other):
    classes, true, said, dtype = case
    Y, P = formed(true, dtype, form), formed(said, dtype, other)
    before = repr((Y, P))
    # A column of 0.0 and 1.0 beside other labels may be outputs as well, and is taken for them.
    assume(form != "nullable" or np.ndim(P) == 1 or np.array(said, dtype).dtype.kind != "f")
    a, b = numbered(classes, true), numbered(classes, said)
    assert accuracy(Y, P) == peer.accuracy_score(a, b)
    M = confusion_matrix(Y, P)
    each = sorted({*a, *b})
    np.testing.assert_array_equal(M, peer.confusion_matrix(a, b, labels=each))
    assert M.class_names == tuple(str(classes[i]) for i in each)
    report = class_report(M)
    theirs = peer.precision_recall_fscore_support(a, b, labels=each, zero_division=0)
    for ours, its in zip(report[:4], theirs):
        np.testing.assert_allclose(ours, its, rtol=0, atol=1e-15)
    assert report.class_names == M.class_names
    assert repr((Y, P)) == before


@doors
@pytest.mark.filterwarnings("ignore:A single label was found")
@given(labelled(), forms, st.integers(0, 2**32 - 1))
@settings(max_examples=cases(500, 100))
def test_outputs_mean_the_labels_in_their_order(case, form, seed):
    """Rows of outputs, one-hot rows and the column of a single output beside labels of any kind."""
    classes, true, said, dtype = case
    k, rng = len(classes), np.random.default_rng(seed)
    occur_or_numbers = {*true} == {*classes} or classes == [0, 1, 2] or classes == [False, True]
    assume(occur_or_numbers)
    a, number = numbered(classes, true), np.array(numbered(classes, said))
    Y = formed(true, dtype, form)
    rows = [np.eye(k)[number], rng.uniform(0, 0.4, (len(said), k)) + 0.5 * np.eye(k)[number]]
    if k == 2:
        rows += [np.where(number, 0.7, 0.3)[:, None], rng.uniform(0.01, 0.49, (len(said), 1))
                 + 0.5 * number[:, None]]  # fmt: skip
    for P in rows:
        assert accuracy(Y, P) == peer.accuracy_score(a, number)
        M = confusion_matrix(Y, P)
        np.testing.assert_array_equal(M, peer.confusion_matrix(a, number, labels=range(k)))
        np.testing.assert_array_equal(confusion_matrix(P, Y), M.T)
        assert M.class_names == tuple(map(str, classes))


@doors
@given(labelled(), forms)
@settings(max_examples=cases(500, 60))
def test_the_classes_may_be_named_where_labels_do_not_hold_them_all(case, form):
    classes, true, said, dtype = case
    turned, Y = classes[::-1], formed(true, dtype, form)
    a, b = numbered(turned, true), numbered(turned, said)
    M = confusion_matrix(Y, np.eye(len(turned))[b], turned)
    np.testing.assert_array_equal(M, peer.confusion_matrix(a, b, labels=range(len(turned))))
    assert M.class_names == tuple(map(str, turned))
    assert accuracy(Y, np.eye(len(turned))[b], classes=turned) == peer.accuracy_score(a, b)


# A network gives back what it was given


def assert_same(given_back, values, y):
    """The labels of y, each equal, and of its type, or of objects and data frames of numpy's."""
    assert given_back.tolist() == values
    kind = np.asarray(y).dtype.kind
    assert given_back.dtype.kind == kind or kind in "OT"


POINTS = np.eye(
    12
)  # each sample has an input of its own: a network without hidden units learns all


@doors
@given(labelled(), forms, st.sampled_from(["tanh", "logistic", "softmax", "relu"]))
@settings(max_examples=cases(500, 60))
def test_a_network_gives_back_the_labels_that_it_was_given(case, form, output):
    classes, true, _, dtype = case
    occur_or_numbers = {*true} == {*classes} or classes == [0, 1, 2] or classes == [False, True]
    assume(occur_or_numbers)
    y, X, k = formed(true, dtype, form), POINTS[: len(true), : len(true)], len(classes)
    for outputs in {k, 1} if k == 2 and output != "softmax" else {k}:
        loss = "cross_entropy" if output == "softmax" else "squared_error"
        nn = NeuralNetwork([len(X), outputs], output=output, loss=loss, rng=7)
        nn.theta[:] = 0.3  # relu: every unit is alive
        nn.fit(X, y, 1.0 if output != "relu" else 0.2, epochs=40)
        assert_same(nn.predict(X, output="label"), true, y)
        assert nn.predict(X[0], output="label") == true[0]
        assert accuracy(y, nn.predict(X)) == accuracy(y, nn.predict(X, output="label")) == 1
        again = nn.fit(X[:1], y[:1] if form != "DataFrame" else y.iloc[:1], epochs=1)
        assert_same(again.predict(X[:1], output="label"), true[:1], y)


@doors
@given(labelled(), forms)
@settings(max_examples=cases(500, 25))
def test_an_estimator_gives_back_the_labels_that_it_was_given(case, form):
    classes, true, _, dtype = case
    assume(dtype not in (np.dtypes.StringDType(),) and not isinstance(classes[0], bytes))
    y, X = formed(true, dtype, form), POINTS[: len(true), : len(true)]
    y = y.to_numpy().ravel() if form == "DataFrame" else y
    assume("column" not in form)  # scikit-learn warns: it wants (n,)
    model = NetworkClassifier((), learning_rate=0.5, epochs=40, random_state=7).fit(X, y)
    assert_same(model.predict(X), true, y)
    assert model.classes_.tolist() == sorted({*true})
    assert model.predict_proba(X).shape == (len(true), len({*true}))
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@doors
@given(labelled(least=2), forms, st.integers(0, 99), st.sampled_from([0, 0.1, 0.25, 0.5]))
@settings(max_examples=cases(500, 60))
def test_every_class_is_held_out_in_its_share_but_for_one_to_train_on(case, form, seed, share):
    classes, true, _, dtype = case
    occur_or_numbers = {*true} == {*classes} or classes in ([0, 1, 2], [False, True])
    assume(occur_or_numbers)
    X, y = np.arange(float(len(true)))[:, None], formed(true, dtype, form)
    names = tuple(map(str, classes))
    try:
        data = hold_out(X, y, share, rng=seed, class_names=names)
    except ValueError as error:
        assert "to train on: hold out fewer" in str(error)
        assert len(true) - np.ceil(len(true) * share) < len({*true})
        return
    back = np.concatenate([data.X, data.X_test])[:, 0].astype(int)
    assert sorted(back) == list(range(len(true))) and data.class_names == names
    number = np.concatenate([labels(data.Y), labels(data.Y_test)] if share else [labels(data.Y)])
    assert [classes[i] for i in number] == [true[i] for i in back]
    assert data.Y.shape[1] == (1 if len(classes) == 2 else len(classes))
    for i, label in enumerate(classes):
        held = int((labels(data.Y_test) == i).sum()) if share else 0
        assert abs(held - true.count(label) * share) <= 1.5  # the last one of a class may stay
        assert held < true.count(label) or not true.count(label)


# One case each of what is refused, and of what a matrix does with its names


X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
masked = np.ma.masked_array([0, 1, 1, 0], [0, 0, 1, 0])


@pytest.mark.parametrize(
    "y, sentence",
    [
        (["a", "b", "a", None], r"\[3\] is None: labels are whole numbers, strings or booleans"),
        (["a", "b", "a", np.nan], r"\[3\] is nan"),
        (np.array(["a", "b", "a", np.nan]), r"\[3\] is 'nan', which numpy makes of a missing"),
        (pd.Series(["a", "b", "a", None]), r"\[3\] is (nan|None)"),
        (pd.Series([0, 1, 1, None], dtype="Int64"), r"\[3\] is (<NA>|nan)"),
        (pd.Categorical(["a", "b", "a", None]), r"\[3\] is nan"),
        ([0, 1, 1, np.nan], r"\[3\] is nan"),
        ([0, 1, 1, np.inf], r"\[3\] is inf"),
        ([1, "a", "a", 1], "holds numbers and other labels, say 1 and 'a'"),
        ([True, "a", "a", True], "holds booleans and other labels, say True and 'a'"),
        (["a", b"b", "a", "a"], "holds strings and other labels, say 'a' and b'b'"),
        (masked, "is a masked array, and 1 of 4 entries are masked"),
        (csr_array([[0, 1], [1, 0], [1, 0], [0, 1]]), r"sparse csr_array of shape \(4, 2\)"),
        ([1j, 0, 0, 1j], "holds complex128: labels are whole numbers, strings"),
        (np.array(["2026-11-27"] * 4, "M8[D]"), r"holds datetime64\[D\]: labels are"),
        ([2**80, 1, 1, 2**80], r"\[0\] is 120892"),
        ([["a"], ["a", "b"], ["a"], ["a"]], "rows are not of one length"),
        ([("a", "b")] * 4, r"has shape \(4, 2\)"),
        (iter([0, 1, 1, 0]), "expected labels"),
        ({0, 1}, "expected labels"),
        ("abba", "='abba': expected labels"),
        (7, "=7: expected labels"),
        (None, "=None: expected labels"),
    ],
)
def test_what_is_no_label_is_refused_in_words_wherever_labels_are_taken(y, sentence):
    takes = [
        lambda: accuracy(y, [0, 1, 1, 0]),
        lambda: confusion_matrix([0, 1, 1, 0], y),
        lambda: labels(y),
        lambda: NeuralNetwork([2, 2]).fit(X, y),
        lambda: hold_out(X, y, class_names=["0", "1"], rng=7),
    ]
    if y is not None:  # which leaves it out
        takes += [lambda: plots.digits(np.zeros((4, 64)), y), lambda: Playground(X, y)]
    for take in takes:
        with pytest.raises(ValueError, match=sentence) as caught:
            take()
        assert len(str(caught.value)) <= 300


@pytest.mark.parametrize(
    "Y, P, sentence",
    [
        ([0, 1], [[0.2], [np.nan]], r"P\[1, 0\] is nan"),
        ([0, 1], [[0.2, 0.8], [np.inf, 0]], r"P\[1, 0\] is inf"),
        (["a", "b"], [0, 1], "Y holds strings, say 'a', and P numbers, say 0"),
        ([1, 5], np.eye(3)[:2], r"2 different labels, \[1, 5\], for 3 classes"),
        (["a", "a"], [[0.3], [0.7]], r"1 different labels, \['a'\], for 2 classes"),
        ([[1, 1, 0], [0, 1, 0]], [0, 1], r"Y\[0\] is \[1, 1, 0\]: the largest of a row"),
        (np.eye(3), np.eye(4)[:3], r"Y has shape \(3, 3\) and P \(3, 4\), for"),
        ([1, 2], [[1.1], [1.9]], "a column runs from 1.1 to 1.9"),
        ([[1], [2], [1]], [1, 2], r"3 targets and 2 predictions.*Y has shape \(3, 1\), P \(2,\)"),
        ([0.5, 1], [0, 1], r"Y has shape \(2,\) and holds 0.5: expected labels"),
    ],
)  # fmt: skip
def test_labels_and_outputs_that_do_not_go_together_are_refused(Y, P, sentence):
    for score in (accuracy, confusion_matrix):
        with pytest.raises(ValueError, match=sentence):
            score(Y, P)


@pytest.mark.parametrize(
    "classes, sentence",
    [
        (0, "classes=0: it must be a whole number"),
        (4, r"Y has shape \(3, 3\).*for 4 classes"),
        (["a", "b", "b"], "give each label once"),
        (["a", "b"], "for 2 classes"),
        ([1, 2, 3], "P holds 0, not|P holds .0., not among the 3 classes"),
    ],
)
def test_classes_that_do_not_go_with_the_labels_are_refused(classes, sentence):
    with pytest.raises(ValueError, match=sentence):
        confusion_matrix(np.eye(3), [0, 1, 2], classes)


def test_a_saturated_output_is_no_label_and_a_label_no_saturated_output():
    saturated = np.array([[-1.0], [1], [1], [-1]])
    assert accuracy([0, 1, 1, 0], saturated) == accuracy([-1, 1, 1, -1], saturated) == 1
    assert accuracy(["a", "b", "b", "a"], saturated) == accuracy([1, 2, 2, 1], saturated) == 1
    ones = np.ones((4, 1))  # all of the second class, whose number is 1 too
    assert accuracy([1, 2, 2, 2], ones) == 0.75 and accuracy([2] * 4, ones, classes=[1, 2]) == 1
    assert accuracy([[1.0], [2], [2], [1]], [[1.0], [2], [3], [1]]) == 0.75


# What a column of whole numbers is where it is no label of Y: outputs, or labels that are wrong.
COLUMNS = [
    ([5, 5], [[1.0], [1]], [3, 5], ("3", "5"), 1),  # the classes are named: outputs
    ([[0.9, 0.1], [0.2, 0.8]], [[-1.0], [1]], None, ("0", "1"), 1),
    ([-1, 0, -1], [[1.0], [1], [1]], None, ("-1", "0", "1"), 0),
    ([-1, 0, -1], [[1.0], [0], [1]], None, ("-1", "0"), 0),
    ([-1, 0], [[-1.0], [0]], None, ("-1", "0"), 1),
    ([3, 5, 3], [[3.0], [5], [3]], None, ("3", "5"), 1),
    ([3, 5], [[0.0], [7]], None, ("0", "3", "5", "7"), 0),
    ([3, 5], [[0.0], [2]], None, ("0", "2", "3", "5"), 0),
    ([1, 1], [[-1.0], [1]], None, ("0", "1"), 0.5),
    ([0, 0], [[-1.0], [1]], None, ("0", "1"), 0.5),
    ([3, 3], [[0.0], [1]], None, ("0", "1", "3"), 0),
    ([0.0, 7.0], [[-1.0], [1]], None, ("-1", "0", "1", "7"), 0),
    (np.eye(3).tolist(), [[0.0], [1], [1]], None, ("0", "1", "2"), 2 / 3),
    ([[0.9, 0.1], [0.2, 0.8]], [[0.0], [2]], None, ("0", "2"), 1),
]


@pytest.mark.parametrize(("Y", "P", "classes", "names", "right"), COLUMNS)
def test_a_column_of_whole_numbers_is_labels_or_outputs(Y, P, classes, names, right):
    assert confusion_matrix(Y, P, classes).class_names == names
    assert accuracy(Y, P, classes) == right


# One half parts 0 and 1, so it should not be asked of a column that is near the labels.
@pytest.mark.parametrize("column", [[1.9, 2], [2.9, 1.1]])
def test_a_column_that_is_nearer_to_the_labels_is_refused(column):
    with pytest.raises(ValueError, match="a column runs from .* give labels"):
        accuracy([-50, 2], [[value] for value in column])


@pytest.mark.parametrize("column", [[0.1, 1.1], [1.4, 1.6], [0, 2, 2, 1.5]])
def test_a_column_that_is_as_near_to_0_and_1_is_of_outputs(column):
    true = [-50, *[2] * (len(column) - 1)]
    said = [2 if value > 0.5 else -50 for value in column]
    right = sum(map(int.__eq__, true, said)) / len(true)
    assert accuracy(true, [[value] for value in column]) == right


def test_labels_that_are_whole_floats_become_whole_numbers_as_long_as_these_are_exact():
    assert labels([0.0, 2.0**52]).dtype.kind == "i"
    assert labels([2.0**53]).dtype.kind == labels([1.0, 2.0**60]).dtype.kind == "f"


@pytest.mark.parametrize("name", [3, None, 61 * "x"])
def test_labels_are_called_by_a_word(name):
    with pytest.raises(TypeError, match="name=.*: give a word"):
        labels([0, 1], name)
    assert labels([0, 1], 60 * "x").tolist() == [0, 1]


def test_a_single_output_learns_any_number_that_it_can_reach():
    for output, y in {"logistic": [0, 0.5, 0.5, 1], "tanh": [-1, 0.5, 0.5, 1],
                      "relu": [0.5, 20, 3, 1]}.items():  # fmt: skip
        nn = NeuralNetwork([2, 3, 1], output=output, loss="squared_error", rng=7)
        assert np.isfinite(nn.fit(X, y, steps=5).theta).all()
    for y in ([0, 0.5, 0.5, 1.01], [-0.01, 0.5, 0.5, 1]):
        with pytest.raises(ValueError, match="y runs from .* from 0 to 1"):
            NeuralNetwork([2, 3, 1], output="logistic", loss="squared_error", rng=7).fit(X, y)


def test_one_class_is_enough_and_classes_are_given_once_each():
    assert accuracy([0, 0], [0, 0], classes=1) == 1
    with pytest.raises(ValueError, match=r"run from 0 to 2 .* \[3\]"):
        confusion_matrix([0, 3], [0, 1], classes=3)
    with pytest.raises(ValueError, match="give each label once"):
        confusion_matrix([0, 1], [0, 1], classes=[[0.2, 0.8], [0.5, 0.5]])


# Fitting again


def test_fitting_again_with_other_labels_is_refused_and_nothing_is_lost():
    nn = NeuralNetwork([2, 4, 1], rng=7).fit(X, ["b", "a", "a", "b"], epochs=200)
    theta, history = nn.theta.copy(), nn.history
    for y in (["c", "a", "a", "c"], ["a", "b", "c", "a"], [0, 1, 1, 0], [False, True] * 2):
        with pytest.raises(ValueError, match="y holds"):
            nn.fit(X, y)
        assert (nn.theta == theta).all() and nn.history is history
        assert nn.classes.tolist() == ["a", "b"]
    nn.fit(X[:1], ["b"], steps=50)  # one of the classes is enough: it means what it meant
    assert nn.predict(X[0], output="label") == "b" and nn.classes.tolist() == ["a", "b"]


def test_after_loading_the_outputs_mean_the_same_labels(tmp_path):
    nn = NeuralNetwork([2, 2], "logistic", rng=7).fit(X, [7, 3, 3, 7], steps=10)
    nn.save(tmp_path / "it.npz")
    again = NeuralNetwork.load(tmp_path / "it.npz")
    with pytest.raises(ValueError, match=r"y holds \[4\], not among the 2 classes \[3, 7\]"):
        again.fit(X, [4, 3, 3, 4])
    assert again.fit(X, [3, 3, 3, 7], steps=10).classes.tolist() == [3, 7]


def test_rows_of_targets_leave_the_labels_that_are_known():
    nn = NeuralNetwork([2, 2], "logistic", rng=7).fit(X, list("abba"), epochs=300)
    nn.fit(X, np.eye(2)[[0, 1, 1, 1]], 1.0, epochs=300)
    assert nn.predict(X, output="label").tolist() == list("abbb")


def test_a_network_that_is_fitted_numbers_gives_numbers_and_no_labels():
    line = NeuralNetwork([1, 1], "identity", rng=7).fit([[0.0], [1]], [1, 2], epochs=400)
    np.testing.assert_allclose(line.predict([[0], [1]]), [[1], [2]], atol=0.01)
    assert line.predict([[0], [1]], output="label").tolist() == [1, 2]
    line.fit([[0.0], [1], [2]], [1, 2, 3.5], epochs=9)
    with pytest.raises(ValueError, match="fit was given numbers to reach, and no labels"):
        line.predict([0], output="label")


@pytest.mark.parametrize("y", [[1, 2, 3, 1], [0.5, 2.5, 1, 1], [2, 2, 2, 2], [-3, -2.5, 1, 1]])
def test_numbers_that_a_single_output_cannot_reach_are_refused(y):
    for output in ("tanh", "logistic"):
        with pytest.raises(ValueError, match=f"y runs from .* and a single {output} output from"):
            NeuralNetwork([2, 2, 1], output=output).fit(X, y)


def test_an_estimator_takes_the_classes_of_its_first_call_in_any_order():
    model = NetworkClassifier((), random_state=7).partial_fit(X, list("abca"), classes=list("cab"))
    model.partial_fit(X, list("abba"), classes=list("bac"))
    model.partial_fit(X, list("abba"), classes=pd.Index(list("abc")))
    assert model.n_iter_ == 3 and model.classes_.tolist() == list("abc")
    with pytest.raises(ValueError, match="is not what the first call gave"):
        model.partial_fit(X, list("abba"), classes=list("abd"))


def test_an_estimator_that_refuses_is_what_it_was():
    model = NetworkClassifier((), random_state=7).fit(X, list("abba"))
    before = model.predict_proba(X)
    with pytest.raises(ValueError, match="epochs=0"):
        model.set_params(epochs=0).fit(X[:, :1], [5, 6, 7, 5])
    with pytest.raises(ValueError, match="masked"):
        model.fit(np.ma.masked_greater(X, 0.5), list("abba"))
    with pytest.raises(ValueError, match="y holds numbers, say 0, and classes strings"):
        model.partial_fit(X, [0, 1, 1, 0])
    assert (model.predict_proba(X) == before).all() and model.classes_.tolist() == ["a", "b"]


# A confusion matrix and its names


def test_a_matrix_is_an_array_that_knows_its_names():
    M = confusion_matrix(list("abca"), list("abba"))
    assert isinstance(M, np.ndarray) and M[2, 1] == 1 and M.sum() == 4
    assert str(M).splitlines() == [
        "      predicted",
        "true  a  b  c",
        "   a  2  0  0",
        "   b  0  1  0",
        "   c  0  1  0",
    ]
    assert class_report(M).class_names == ("a", "b", "c") == sum([M, M]).class_names
    assert class_report(M, np.array(["x", "y", "z"])).class_names == ("x", "y", "z")
    assert "c read as b" in plots.alt(plots.confusion_matrix(M))
    for same in (copy.copy(M), copy.deepcopy(M), pickle.loads(pickle.dumps(M)), M.copy()):
        assert same.class_names == M.class_names and (same == M).all() and same is not M
    # Rows and columns that are moved or cut out have lost their names; none has a wrong one.
    for other in (M[::-1], M[:2, :2], M.T, np.roll(M, 1, axis=0), M / M.sum(), M.diagonal()):
        assert getattr(other, "class_names", None) is None and str(other)
        assert isinstance(pickle.loads(pickle.dumps(other)), np.ndarray)


def test_matrices_of_other_classes_are_not_added():
    M = confusion_matrix([0, 1], [1, 1])
    with pytest.raises(ValueError, match="one matrix counts .*, another .*: give all the same"):
        M + confusion_matrix([3, 4], [4, 4])
    assert (M + np.ones((2, 2), int)).class_names == ("0", "1")


@pytest.mark.parametrize(
    "names",
    [["a", "b"], ("a", "b"), np.array(["a", "b"]), pd.Index(["a", "b"]), "ab", np.array([1, 2])],
)
def test_names_may_come_in_an_array_or_an_index(names):
    M = confusion_matrix([0, 1], [1, 1], class_names=names)
    written = tuple(map(str, names))
    assert M.class_names == class_report([[0, 1], [0, 1]], names).class_names == written
    assert hold_out(X, [0, 1, 1, 0], 0.5, rng=7, class_names=names).class_names == written
    ticks = plots.confusion_matrix(np.eye(2), names).get_xticklabels()
    assert tuple(tick.get_text() for tick in ticks) == written
    for wrong, kind in ((["a"], ValueError), ({"a", "b"}, TypeError), (7, TypeError)):
        with pytest.raises(kind, match="class.names"):
            class_report(M, wrong)


@pytest.mark.parametrize(
    "true, said, words",
    [
        (["no", "yes"], ["yes", "yes"], "no read as yes"),
        ([1, 2], [[0.2], [0.3]], "2 read as 1"),
        (np.array([[True], [False]]), pd.Series([True, True]), "False read as True"),
    ],
)
def test_pictures_of_digits_name_what_was_misread(true, said, words):
    assert words in plots.alt(plots.digits(np.zeros((2, 64)), true, said))
