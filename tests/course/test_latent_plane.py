"""The latent plane without a browser: two numbers, their training, and walks between them."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest

from nnlib import Network, digits, labels
from nncourse import plots
from nncourse.widgets.latent_panels import STOPS, picture, walk_images
from nncourse.widgets.latent_plane import FAR, LatentPlane, LatentRun, decoder, decoder_theta


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert not plt.get_fignums()


@pytest.fixture(scope="module")
def run():
    """A run of twenty epochs, which nobody trains on."""
    run = LatentRun()
    run.advance(20 * 43)
    return run


def codes_of(payload):
    return np.frombuffer(payload["codes"], np.uint8).reshape(payload["n"], -1)


def test_two_numbers_learn_more_than_pca_says_with_two(run):
    data = digits(np.random.default_rng(7))
    mean, (_, _, V) = data.X.mean(axis=0), np.linalg.svd(data.X - data.X.mean(axis=0))
    off = (data.X_test - mean) @ V[:2].T @ V[:2] + mean - data.X_test
    assert run.now.scores["test_loss"] < 0.9 * (off**2).mean()


def test_the_error_is_that_of_new_digits_as_numpy_counts_it(run):
    run.go_to(run.codes[5])
    off = run.net.predict(run.now.theta, run.data.X_test) - run.data.X_test
    assert run.now.scores["test_loss"] == pytest.approx((off**2).mean())
    assert f"error {(off**2).mean():.3f} on new digits" in run.sentence


def test_the_second_half_of_the_network_goes_on_where_the_first_has_stopped(run):
    X = run.data.X_test[:5]
    assert np.allclose(run.decoded(run.encoded(X)), run.net.predict(run.now.theta, X))
    half = decoder(run.net)
    assert half.sizes == (2, 30, 60, 64)
    assert decoder_theta(run.net, run.now.theta).shape == (half.n_parameters,)


def test_a_place_is_decoded_where_one_goes(run):
    run.drag("plane", "here", 0.25, -0.5)
    shown = codes_of(run.panels()["decoded"])[0]
    expected = run.decoded(np.array([[0.25, -0.5]]))[0]
    assert abs(shown - 255 * expected).max() <= 0.5 + 1e-9
    assert "at (+0.25, −0.50): " in run.sentence
    run.drag("plane", "here", 7, -0.5)
    assert run.here.tolist() == [1.0, -0.5]  # the plane ends there


def test_the_nearest_digit_is_the_one_whose_code_is_the_nearest(run):
    for place in run.codes[[3, 77]]:
        run.go_to(place)
        nearest, distance = run.nearest
        assert distance < 0.001 and np.allclose(run.codes[nearest], place, atol=0.001)
    assert np.array_equal(codes_of(run.panels()["nearest"])[0],
                          np.round(255 * run.data.X[nearest]))  # fmt: skip


def test_an_empty_region_is_called_so(run):
    grid = np.stack(np.meshgrid(*[np.linspace(-1, 1, 41)] * 2), axis=-1).reshape(-1, 2)
    gaps = np.hypot(*(grid[:, None] - run.codes).transpose(2, 0, 1)).min(axis=1)
    for place, gap in ((grid[gaps.argmax()], gaps.max()), (run.codes[0], 0)):
        run.go_to(place)
        assert ("nothing lives here" in run.sentence) == (gap > FAR)
    assert gaps.max() > FAR


def test_the_walk_goes_from_a_three_to_an_eight_and_ends_there(run):
    run.walk()
    start, places = run.here, []
    while run.stride():
        places.append(run.here)
    true = labels(digits(np.random.default_rng(7)).Y)
    assert true[run.ends[3]] == 3 and true[run.ends[8]] == 8
    assert np.allclose(start, run.codes[run.ends[3]], atol=0.001)
    assert np.allclose(run.here, run.codes[run.ends[8]], atol=0.001)
    ways = np.array(places) - start
    way = run.here - start
    assert abs(ways @ [way[1], -way[0]]).max() < 0.002  # on a straight line
    assert len(places) == 49


def test_below_the_walk_the_same_two_digits_are_mixed_pixel_by_pixel(run):
    images, (x, y) = walk_images(run), run.walk_pictures
    assert np.allclose(images[[STOPS, -1]], [x, y])
    assert np.allclose(images[STOPS + STOPS // 2], (x + y) / 2)
    assert np.allclose(images[[0, STOPS - 1]], run.decoded(run.walk_codes))
    run.choose("walk", STOPS + 2)
    assert run.panels()["walk"]["chosen"] == 2
    assert np.allclose(run.here, run.walk_codes[0] + 0.25 * np.diff(run.walk_codes, axis=0),
                       atol=0.001)  # fmt: skip


def test_training_digits_are_drawn_as_their_figures_at_their_codes(run):
    figures = run.panels()["plane"]["figures"]
    x, y = (np.frombuffer(figures[axis], np.float32) for axis in "xy")
    n = len(x)
    assert n == 400
    assert np.allclose(np.stack([x, y], axis=1), run.codes[:n], atol=1e-6)
    assert list(figures["which"]) == labels(digits(np.random.default_rng(7)).Y)[:n].tolist()


def test_the_plane_unfolds_in_the_moments_of_its_training(run):
    _, moments = run.time()
    assert moments == [43 * k for k in range(21)]
    spread = []
    for index in (0, 430, 860):
        run.look(index)
        spread.append(len(np.unique((run.codes * 10).round(), axis=0)))
    run.look(None)
    assert spread[0] < spread[2]


def test_nothing_is_said_of_places_before_anything_is_learned():
    assert LatentRun().sentence.startswith("Nothing is learned yet")


def test_places_and_walks_do_not_change_the_run(run):
    again = LatentRun()
    again.drag("plane", "here", 0.1, 0.2)
    again.set("walk_to", 5)
    again.advance(20 * 43)
    assert np.array_equal(again.now.theta, run.now.theta)


def test_a_recipe_repeats_the_run_and_the_place(run):
    run.go_to(np.array([0.3, 0.4]))
    again = LatentRun.from_recipe(run.recipe())
    assert again.sentence == run.sentence
    assert np.array_equal(again.now.theta, run.now.theta)


def test_a_network_that_comes_trained_is_shown_told_and_trained_on(run):
    net = Network((64, 8, 2, 64), output="identity")
    theta = net.init(5)
    plane = LatentPlane(network=net, theta=theta)
    lab = plane.lab
    assert np.allclose(lab.encoded(lab.data.X[:3]), net.forward(theta, lab.data.X[:3]).A[2], 1e-4)
    again = LatentRun.from_recipe(lab.recipe())
    assert again.net == net and np.array_equal(again.now.theta, lab.now.theta)
    assert again.sentence == lab.sentence and again.sentence.startswith("This plane is learned.")
    lab.go_to(lab.codes[0])
    assert LatentRun.from_recipe(lab.recipe()).sentence == lab.sentence
    assert lab.sentence.startswith("epoch 0 · error ")
    with pytest.raises(ValueError, match="came trained"):
        lab.python()
    lab.advance(43)
    assert np.array_equal(LatentRun.from_recipe(lab.recipe()).now.theta, lab.now.theta)
    lab.new_start()
    assert lab.given == (net, None) and "Nothing is learned" in lab.sentence
    assert LatentRun.from_recipe(lab.recipe()).net == net


def test_the_python_lines_end_where_the_run_stands(capsys):
    run = LatentRun()
    run.advance(50)
    exec(run.python(), {})
    assert capsys.readouterr().out == f"error {run.now.scores['test_loss']:.3f}\n"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"network": Network((64, 3, 64))}, "one layer of 2"),
        ({"network": Network((64, 2, 64), hidden="relu")}, "tanh Network"),
        ({"network": Network((8, 2, 8))}, "from 64 numbers"),
        ({"theta": np.zeros(3)}, r"expected 11,646 finite numbers, shape \(3,\)"),
        ({"theta": np.full(11646, np.nan)}, "finite"),
        ({"walk_to": 10}, "to: 10 given"),
        ({"number_1": 2}, "first number: 2 given"),
        ({"hidden_units": 3}, "no control 'hidden_units'"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_a_sentence(settings, words):
    with pytest.raises(ValueError, match=words):
        LatentPlane(**settings)


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        (("drag", "plane", "point", 0, 0), "drag the ring"),
        (("drag", "plane", "here", "left", 0), "two numbers"),
        (("choose", "walk", 18), "there is no 18"),
        (("choose", "plane", 1), "in 'plane'"),
    ],
)
def test_a_hand_that_has_no_sense_changes_nothing(run, hand, words):
    before = run.here
    with pytest.raises(ValueError, match=words):
        run.hand(*hand)
    assert np.array_equal(run.here, before)


OWN = {"sizes": [64, 2, 64], "output": "identity", "loss": "squared_error"}
NO_PARTS = "^a network in a recipe has sizes, output, loss and theta$"


def brought(own):
    return LatentRun.from_recipe(json.dumps({"nnlib": "latent 1", "steps": 0, "own": own}))


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ([1], NO_PARTS),
        ({"sizes": [64, 2, 64]}, NO_PARTS),
        (OWN | {"sizes": 3}, NO_PARTS),
        (OWN | {"theta": "%"}, NO_PARTS),
        (OWN | {"theta": "AA=="}, "^theta: expected 322 finite numbers, shape .* given"),
        (
            OWN | {"theta": "AAAA" * 429 + "AAA="},
            "^theta: expected 322 finite numbers, shape .* given",
        ),
        (OWN | {"loss": "x"}, "^unknown loss 'x'"),
    ],
)
def test_a_recipe_with_no_network_in_it_is_refused(own, words):
    assert brought(OWN).net == Network((64, 2, 64), output="identity")
    with pytest.raises(ValueError, match=words):
        brought(own)


def test_the_still_picture_shows_the_plane_and_the_walk(run):
    figure = picture(run)
    plane, walk = figure.axes
    assert figure.alt == run.sentence
    assert len(plane.texts) == 400 and len(walk.images) == 2 * STOPS
    assert plane.texts[0].get_text() == str(run.true[0])
    assert np.allclose(plane.texts[0].get_position(), run.codes[0])
    assert plots.png(figure)


def test_a_page_of_its_own_shows_the_plane_unfold(run, tmp_path):
    page = LatentPlane(run).to_html(tmp_path / "plane.html").read_text("utf-8")
    assert run.sentence in page
