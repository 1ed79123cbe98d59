"""The datasets."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from nnlib import (
    and_,
    blobs,
    circles,
    digits,
    features,
    hills,
    hold_out,
    labels,
    moons,
    or_,
    plane,
    quadrants,
    shifted_copies,
    sine,
    spirals,
    xor,
)

TWO_CLASSES = {"blobs": blobs, "circles": circles, "moons": moons, "spirals": spirals}
each = pytest.mark.parametrize("make", TWO_CLASSES.values(), ids=list(TWO_CLASSES))


def test_the_gates_have_their_truth_tables():
    for gate, truth in [(and_, int.__and__), (or_, int.__or__), (xor, int.__xor__)]:
        data = gate()
        assert [truth(int(a), int(b)) for a, b in data.X] == data.Y.ravel().tolist()
        assert data.X_test.shape == (0, 2) and data.Y_test.shape == (0, 1)


@each
def test_the_same_seed_gives_the_same_points_and_another_seed_other_points(make):
    a, b, c = (make(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all((x == y).all() for x, y in zip(a[1:5], b[1:5]))
    assert (a.X != c.X).any()


@each
def test_samples_are_split_and_both_classes_held_out_alike(make):
    data = make(np.random.default_rng(7), n=80, test_share=0.25)
    assert data.X.shape == (60, 2) and data.Y_test.shape == (20, 1)
    assert data.Y.mean() == data.Y_test.mean() == 0.5
    together = np.vstack([data.X, data.X_test])
    assert len(np.unique(together, axis=0)) == 80


@each
def test_without_noise_the_nearest_neighbour_is_of_the_same_class(make):
    data = make(np.random.default_rng(7), n=400, noise=0.0, test_share=0.25)
    nearest = ((data.X_test[:, None] - data.X[None]) ** 2).sum(axis=-1).argmin(axis=1)
    assert (data.Y[nearest] == data.Y_test).mean() > 0.97


def test_three_blobs_have_one_hot_targets():
    data = blobs(np.random.default_rng(7), n=90, classes=3, noise=0.0)
    assert data.Y.shape[1] == 3 and (data.Y.sum(axis=1) == 1).all()
    centres = data.X[data.Y[:, 1] == 1]
    assert np.abs(centres - [np.cos(2 * np.pi / 3), np.sin(2 * np.pi / 3)]).max() < 1e-12


def test_sine_is_a_regression():
    data = sine(np.random.default_rng(7), n=2000, noise=0.1)
    assert data.class_names is None and data.X.shape == (1500, 1)
    assert (data.Y - np.sin(data.X)).std() == pytest.approx(0.1, rel=0.1)


def test_digits_are_those_of_scikit_learn_each_once_scaled_to_one():
    data = digits(np.random.default_rng(7))
    assert data.X.shape == (1347, 64) and data.X_test.shape == (450, 64)
    assert data.X.min() == 0 and data.X.max() == 1 and data.image_shape == (8, 8)
    pixels, label = load_digits(return_X_y=True)
    ours = np.hstack([np.vstack([data.X, data.X_test]) * 16,
                      np.vstack([data.Y, data.Y_test]).argmax(axis=1)[:, None]])  # fmt: skip
    theirs = np.hstack([pixels, label[:, None]])
    as_set = lambda rows: sorted(map(tuple, rows.astype(int).tolist()))  # noqa: E731
    assert as_set(ours) == as_set(theirs)


def test_every_digit_is_held_out_in_the_same_share():
    data = digits(np.random.default_rng(7), test_share=0.25)
    whole = data.Y.sum(axis=0) + data.Y_test.sum(axis=0)
    assert np.abs(data.Y_test.sum(axis=0) - whole / 4).max() <= 1
    nothing_held_out = digits(np.random.default_rng(7), test_share=0.0)
    assert len(nothing_held_out.X) == 1797 and len(nothing_held_out.X_test) == 0


def test_samples_are_not_sorted_by_class():
    data = digits(np.random.default_rng(7))
    for Y in (data.Y, data.Y_test):
        steps = np.diff(Y.argmax(axis=1))
        assert len(np.unique(steps)) > 15  # samples sorted by class would repeat one pattern


@pytest.mark.parametrize(
    "settings",
    [dict(n=3), dict(n=10.5), dict(noise=-1), dict(noise=np.inf), dict(test_share=1.0)],
)
@pytest.mark.parametrize("make", [blobs, circles, moons, spirals, quadrants, plane, hills, sine])
def test_impossible_settings_are_refused(make, settings):
    name, value = next(iter(settings.items()))
    with pytest.raises(ValueError, match=rf"{name}={value}: it must be .*at least"):
        make(np.random.default_rng(7), **settings)
    with pytest.raises(ValueError, match="classes=1: it must be a whole number, at least 2"):
        blobs(np.random.default_rng(7), classes=1)


def test_a_share_of_the_digits_is_below_1():
    with pytest.raises(ValueError, match="test_share=1: it must be at least 0 and below 1"):
        digits(7, test_share=1)


def test_quadrants_are_parted_by_the_sign_of_x1_x2_alone():
    data = quadrants(np.random.default_rng(7), 400, noise=0.0)
    product = features(data.X, ["x1 x2"])
    assert ((product > 0) == (data.Y == 1)).all() and abs(data.Y.mean() - 0.5) < 0.01


def test_a_plane_is_linear_and_hills_are_not():
    rng = np.random.default_rng(7)
    for make, explained in ((plane, 0.99), (hills, 0.1)):
        data = make(rng, 400, noise=0.01)
        X = np.column_stack([data.X, np.ones(len(data.X))])
        _, rest, *_ = np.linalg.lstsq(X, data.Y)
        share = 1 - rest[0] / ((data.Y - data.Y.mean()) ** 2).sum()
        assert share > explained if make is plane else share < explained


def test_impossible_features_are_refused():
    points = np.zeros((3, 2))
    with pytest.raises(ValueError, match="unknown feature 'x3': choose one of x1, x2, x1²"):
        features(points, ["x3"])
    for X, names in ((points, []), (np.zeros((3, 3)), ["x1"]), (np.zeros(2), ["x1"])):
        with pytest.raises(ValueError, match=r"expected points \(n, 2\)"):
            features(X, names)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        (dict(test_share=0.9), "test_share=0.9 of 6 samples leaves none to train on"),
        (dict(test_share=1.0), "test_share=1.0: it must be at least 0 and below 1"),
        (dict(test_share=-0.2), "test_share=-0.2: it must be at least 0"),
        (dict(Y=np.zeros((7, 1))), "X has 6 samples .* and Y has 7"),
        (dict(Y=["a", None] * 3), r"Y\[1\] is None: labels are whole numbers, strings"),
        (dict(Y=[0, np.nan] * 3), r"Y\[1\] is nan"),
        (dict(X=np.full((6, 2), np.nan)), r"X\[0, 0\] is nan"),
        (dict(Y=[1, 2, 4] * 2, class_names="ab"), "Y holds 3 different labels, .* for 2 classes"),
        (dict(Y=[0, 0.5] * 3, class_names="ab"), "Y has shape .* holds 0.5: expected labels"),
        (dict(Y=[[0], [0.5]] * 3, class_names="ab"), "0.5: the labels of classes are whole"),
        (dict(Y=np.eye(3)[[0, 1, 2] * 2], class_names="ab"), "there are 2 class names"),
        (
            dict(Y=[0, 1, 2] * 2, class_names="abc", test_share=0.6),
            "leaves 2 for 3 classes",
        ),
    ],
)
def test_samples_that_cannot_be_held_out_are_refused(changes, sentence):
    right = dict(X=np.zeros((6, 2)), Y=np.array([[0.0], [1]] * 3), test_share=0.5, rng=7)
    assert len(hold_out(**right).X) == 3
    with pytest.raises(ValueError, match=sentence):
        hold_out(**right | changes)


def test_of_a_rare_class_one_sample_is_left_to_train_on():
    for seed in range(20):
        for y in (["a"] * 9 + ["b"], ["a"] * 7 + ["b", "b", "c"]):
            data = hold_out(np.arange(10.0)[:, None], y, 0.7, rng=seed)
            k = len(data.class_names)
            assert data.Y.shape == (3, 1 if k == 2 else 3) and len(data.X_test) == 7
            assert len(np.unique(labels(data.Y))) == k


def test_shifted_copies_are_the_pictures_and_their_eight_moves_each_with_its_target():
    rng = np.random.default_rng(7)
    pictures, Y = rng.random((5, 6, 4)), rng.random((5, 3))
    X, Y_copies = shifted_copies(pictures.reshape(5, 24), Y, image_shape=(6, 4))
    assert X.shape == (45, 24) and Y_copies.shape == (45, 3)
    assert (X[:5] == pictures.reshape(5, 24)).all()
    assert (Y_copies.reshape(9, 5, 3) == Y).all()
    seen = set()
    for copies in X.reshape(9, 5, 6, 4):
        moved = []
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                # Move by hand: roll, then empty the edge over which ink came in again.
                by_hand = np.roll(pictures, (down, right), axis=(1, 2))
                by_hand[:, {1: slice(0, 1), -1: slice(-1, None), 0: slice(0, 0)}[down]] = 0
                by_hand[:, :, {1: slice(0, 1), -1: slice(-1, None), 0: slice(0, 0)}[right]] = 0
                moved += [(down, right)] * bool((copies == by_hand).all())
        assert len(moved) == 1
        seen.update(moved)
    assert len(seen) == 9


def test_shifted_copies_keep_the_type_and_move_the_channels_of_a_pixel_together():
    X = np.arange(2 * 3 * 3 * 2, dtype=np.float32).reshape(2, 18)
    copies, _ = shifted_copies(X, np.eye(2), image_shape=(3, 3, 2))
    each, _ = zip(*(shifted_copies(X[:, c::2], np.eye(2), (3, 3)) for c in (0, 1)))
    assert copies.dtype == np.float32
    assert (copies.reshape(18, 9, 2) == np.stack(each, axis=-1)).all()


@pytest.mark.parametrize(
    "changes, sentence",
    [
        (dict(image_shape=(8, 7)), r"X has shape \(2, 64\): expected \(n, 56\).*8 x 7 numbers"),
        (dict(image_shape=64), "image_shape=64: give rows and columns"),
        (dict(image_shape=(8, 8.5)), r"image_shape=\(8, 8.5\): give rows and columns"),
        (dict(image_shape=(-8, -8)), "give rows and columns"),
        (dict(X=np.zeros((1, 2, 64))), r"X has shape \(1, 2, 64\): expected \(n, 64\)"),
        (dict(X=np.full((2, 64), np.inf)), r"X\[0, 0\] is inf"),
        (dict(Y=np.zeros((3, 10))), "X has 2 samples .* and Y has 3"),
        (dict(Y=[0, 1]), r"Y has shape \(2,\).*becomes a column"),
    ],
)
def test_pictures_that_cannot_be_shifted_are_refused(changes, sentence):
    right = dict(X=np.zeros((2, 64)), Y=np.eye(2), image_shape=(8, 8))
    assert len(shifted_copies(**right)[0]) == 18
    with pytest.raises(ValueError, match=sentence):
        shifted_copies(**right | changes)
