"""Scores, compared with scikit-learn's and with hand computations."""

import numpy as np
import pytest
from sklearn import metrics as peer

from nnlib import accuracy, class_report, confusion_matrix, labels, wilson_interval
from nnlib.metrics import ConfusionMatrix

rng = np.random.default_rng(7)
true, said = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
Y, P = np.eye(4)[true], np.eye(4)[said] + rng.uniform(0, 0.4, (200, 4))


def test_rows_are_true_and_columns_predicted():
    matrix = confusion_matrix([0, 0, 0, 1], [0, 1, 1, 1])
    np.testing.assert_array_equal(matrix, [[1, 2], [0, 1]])


def test_scores_agree_with_scikit_learn():
    assert accuracy(Y, P) == peer.accuracy_score(true, said)
    matrix = confusion_matrix(Y, P)
    np.testing.assert_array_equal(matrix, peer.confusion_matrix(true, said))
    report = class_report(matrix)
    theirs = peer.precision_recall_fscore_support(true, said)
    np.testing.assert_allclose(report[:4], theirs)


def test_labels_columns_and_one_hot_rows_give_the_same_scores():
    assert accuracy(true, said) == accuracy(Y, said) == accuracy(true, P)
    column = np.array([[0.2], [0.51], [0.5]])
    assert labels(column).tolist() == [0, 1, 0]
    assert labels([True, False]).tolist() == [1, 0]
    assert labels([0.0, 2.0]).tolist() == [0, 2]


def test_a_class_that_never_occurs_has_its_row_and_column():
    assert confusion_matrix([0, 1], [1, 1], classes=3).shape == (3, 3)
    assert confusion_matrix(Y[:1], said[:1]).shape == (4, 4)
    report = class_report(confusion_matrix([0, 1], [0, 1], classes=3))
    assert report.precision[2] == report.recall[2] == report.f1[2] == 0


def test_the_report_is_printed_as_a_table():
    table = str(class_report(confusion_matrix(Y, P), ["zero", "one", "two", "many more"]))
    lines = table.splitlines()
    assert len(lines) == 6 and len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["class", "precision", "recall", "F1", "samples"]
    assert lines[-1].split()[-1] == "200"


def test_the_last_line_weights_each_class_by_its_samples():
    report = class_report([[2, 0, 0], [1, 2, 0], [0, 0, 0]])
    assert report.class_names == ("0", "1", "2")
    assert str(report).splitlines()[-1].split() == ["mean", "0.87", "0.80", "0.80", "5"]
    assert "1.00    1.00  1.00" in str(class_report([[1, 0], [0, 0]])).splitlines()[-1]


def test_what_is_computed_from_a_matrix_has_no_names():
    matrix = confusion_matrix([0, 1, 1], [0, 1, 0])
    assert isinstance(matrix.sum(), np.integer) and matrix.sum() == 3
    turned = matrix.T
    for plain in (np.sqrt(matrix), turned + turned, turned.copy("F"), matrix + np.ones((3, 1, 1))):
        assert type(plain) is np.ndarray
    assert (turned.copy() == [[1, 1], [0, 1]]).all()


def test_the_interval_contains_the_true_value_in_95_of_100_experiments():
    share = 0.8
    successes = rng.binomial(20, share, size=20_000)
    low, high = wilson_interval(successes, 20)
    assert 0.93 < ((low <= share) & (share <= high)).mean() < 0.98
    assert ((low >= 0) & (high <= 1 + 1e-12)).all()
    low, high = wilson_interval([0, 20], 20)
    assert low[0] == pytest.approx(0, abs=1e-12) and high[0] == pytest.approx(0.161, abs=1e-3)


def test_the_ends_of_an_interval_lie_around_the_share_and_within_0_and_1():
    trials = np.arange(1, 400)
    for successes in (0 * trials, trials, trials // 2):
        low, high = wilson_interval(successes, trials)
        share = successes / trials
        assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: accuracy([0, 1], [0]), "2 targets and 1 predictions"),
        (lambda: accuracy([], []), "at least one"),
        (lambda: accuracy([0.5, 0.2], [0, 1]), r"expected labels \(n,\), whole numbers"),
        (lambda: labels(np.zeros((2, 3, 4))), r"or outputs \(n, k\)"),
        (lambda: confusion_matrix([0, 5], [0, 1], classes=3), "run from 0 to 2"),
        (lambda: class_report(np.zeros((2, 3))), r"expected a confusion matrix"),
        (lambda: class_report(np.eye(2), ["a"]), "class_names: 1 of them for 2 classes"),
        (lambda: ConfusionMatrix([[1, 2]], ["a"]), r"counts has shape \(1, 2\): expected a conf"),
        (lambda: ConfusionMatrix(np.eye(2), ["a"]), "class_names: 1 of them for 2 classes"),
        (lambda: confusion_matrix([0, 1], [0, 1], class_names=["a"]), "class_names: 1 of them"),
        *[
            (lambda counts=counts: class_report(counts), "expected counts, whole numbers")
            for counts in (
                [[1, 0.5], [0, 1]],
                [[1, -1], [0, 1]],
                [[1, 1.5e15], [0, 1]],
                [[1, 1e15], [0, 1]],
                [[1, np.nan], [0, 1]],
            )
        ],
        (lambda: wilson_interval([1, 2], [3, 3, 3]), "in arrays of one shape"),
        (lambda: wilson_interval(1, 2, z=1.5e9), "a width of some deviations"),
        *[(lambda n=n: wilson_interval(1, n), "from 0 to all") for n in (1e18, 1.5e18, 0.5)],
        (lambda: wilson_interval(0, 0), "0 successes of 0 trials"),
        (lambda: wilson_interval([3, 21], 20), "from 0 to all of at least one"),
    ],
)
def test_impossible_scores_are_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
