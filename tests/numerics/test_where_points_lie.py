"""Without noise, the points of each data set lie where its docstring says, all over that place."""

import numpy as np
import pytest

from nnlib import blobs, circles, hills, moons, plane, quadrants, sine, spirals


def of(make, n=4000, **settings):
    """(X of class 0, X of class 1), all points of both, without noise."""
    data = make(np.random.default_rng(7), n=n, noise=0.0, test_share=0.0, **settings)
    assert data.X.shape == (n, 2) and data.Y.shape == (n, 1) and data.Y.mean() == 0.5
    return data.X[data.Y[:, 0] == 0], data.X[data.Y[:, 0] == 1]


def evenly(angles, low, high):
    """Whether angles are spread evenly from `low` to `high`."""
    counts, _ = np.histogram(angles, 8, (low, high))
    return counts.sum() == len(angles) and counts.min() > 0.8 * len(angles) / 8


def test_circles_are_a_disc_inside_a_ring():
    ring, disc = of(circles)
    np.testing.assert_allclose(np.hypot(*ring.T), 1)
    assert evenly(np.arctan2(*ring.T), -np.pi, np.pi)
    radius = np.hypot(*disc.T)
    assert evenly((radius / 0.5) ** 2, 0, 1)  # as many points to every bit of its area
    assert evenly(np.arctan2(*disc.T), -np.pi, np.pi)


def test_moons_are_half_circles_and_the_end_of_each_lies_inside_the_other():
    first, second = of(moons)
    for moon, centre, up in ((first, (-0.5, -0.25), 1), (second, (0.5, 0.25), -1)):
        across, along = (up * (moon - centre)).T
        np.testing.assert_allclose(np.hypot(across, along), 1)
        assert evenly(np.arctan2(along, across), 0, np.pi)


@pytest.mark.parametrize("turns", [1.25, 2.0])
def test_spirals_are_two_arms_half_a_turn_apart(turns):
    for arm, first in zip(of(spirals, turns=turns), (0.0, np.pi)):
        t = np.hypot(*arm.T)
        angle = 2 * np.pi * turns * t + first
        np.testing.assert_allclose(arm, t[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))
        assert evenly(t**2, 0, 1)


def test_quadrants_fill_a_square_but_for_a_gap_along_the_axes():
    for points, same in zip(of(quadrants), (False, True)):
        assert ((points[:, 0] * points[:, 1] > 0) == same).all()
        assert evenly(np.abs(points[:, 0]), 0.06, 1) and evenly(np.abs(points[:, 1]), 0.06, 1)
        assert 0.4 < (points[:, 0] > 0).mean() < 0.6


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_the_centres_of_blobs_are_even_on_the_unit_circle(classes):
    data = blobs(7, n=20 * classes, classes=classes, noise=0.0, test_share=0.0)
    label = data.Y.argmax(axis=1) if classes > 2 else data.Y[:, 0]
    angle = 2 * np.pi * label / classes
    np.testing.assert_allclose(data.X, np.stack([np.cos(angle), np.sin(angle)], 1), atol=1e-12)
    assert (np.unique(label, return_counts=True)[1] == 20).all()


def test_hills_have_six_tops_by_turns_up_and_down():
    data = hills(7, n=4000, noise=0.0, test_share=0.0)
    assert evenly(data.X[:, 0], -1, 1) and evenly(data.X[:, 1], -1, 1)
    tops = [0.65 * np.array([np.cos(a), np.sin(a)]) for a in np.arange(6) * np.pi / 3]
    expected = sum(
        (-1) ** k * np.exp(-((data.X - top) ** 2).sum(axis=1) / 0.08) for k, top in enumerate(tops)
    )
    np.testing.assert_allclose(data.Y[:, 0], expected, atol=1e-12)


def test_a_plane_and_a_sine_are_what_they_are_called_over_all_of_their_range():
    flat = plane(7, n=4000, noise=0.0, test_share=0.0)
    np.testing.assert_allclose(flat.Y[:, 0], (flat.X[:, 0] + flat.X[:, 1]) / 2)
    assert evenly(flat.X[:, 0], -1, 1) and evenly(flat.X[:, 1], -1, 1)
    wave = sine(7, n=4000, noise=0.0, test_share=0.0)
    np.testing.assert_allclose(wave.Y, np.sin(wave.X))
    assert evenly(wave.X[:, 0], -np.pi, np.pi)


@pytest.mark.parametrize("make", [blobs, circles, moons, spirals, quadrants])
def test_noise_has_the_spread_that_it_is_given_in_both_directions(make):
    noisy, exact = (make(7, n=4000, noise=noise, test_share=0.0) for noise in (0.2, 0.0))
    off = noisy.X - exact.X  # the same draws: noise is the last of them
    np.testing.assert_allclose(off.std(axis=0), 0.2, rtol=0.05)
    assert np.abs(off.mean(axis=0)).max() < 0.02


@pytest.mark.parametrize(
    "make, n, noise",
    [(blobs, 200, 0.15), (circles, 200, 0.08), (moons, 200, 0.1), (spirals, 200, 0.03),
     (quadrants, 200, 0.0), (plane, 200, 0.05), (hills, 200, 0.05), (sine, 100, 0.1)],
)  # fmt: skip
def test_what_is_not_given_is_what_the_signature_promises(make, n, noise):
    plain, said = make(7), make(7, n=n, noise=noise, test_share=0.25)
    assert all((a == b).all() for a, b in zip(plain[1:5], said[1:5]))
    assert plain.name == make.__name__ and len(plain.X) == 0.75 * n
