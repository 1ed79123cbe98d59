"""The kernel lab without a browser: what windows give, what is shown of it, what hands may do."""

import json

import numpy as np
import pytest
from scipy.signal import correlate2d

from nnlib import Convolution, ConvolutionalNetwork, Network, Pooling
from nncourse.widgets import KernelLab, kernel_learned
from nncourse.widgets.kernel_lab import SQUARE, KernelDesk
from nncourse.widgets.kernel_learned import LearnedRun
from nncourse.widgets.kernel_panels import pictures
from nncourse.widgets.kernel_words import KERNELS

GEOMETRIES = [(1, 0), (1, 1), (2, 0), (2, 1)]  # stride and padding


def numbers(texts):
    return [float(text.replace("−", "-")) for text in texts]


def ran(code):
    """The names that the lines of *Copy as Python* define."""
    names = {}
    exec(code, names)
    return names


# The map


@pytest.mark.parametrize("stride, padding", GEOMETRIES)
@pytest.mark.parametrize("relu", [False, True])
def test_the_map_is_what_scipy_finds_by_correlation(stride, padding, relu):
    rng = np.random.default_rng(7)
    X, W = rng.integers(0, 17, (8, 8)), rng.normal(size=(3, 3))
    desk = KernelDesk(X=X, W=W, stride=stride, padding=padding, relu=relu, whole=True)
    Z = correlate2d(np.pad(X, padding), W, "valid")[::stride, ::stride]
    expected = np.maximum(Z, 0) if relu else Z
    shown = desk.frame()["panels"]["map"]
    assert np.allclose(numbers(shown["texts"]), expected.ravel(), atol=0.0501)
    assert (len(shown["rows"]), len(shown["columns"])) == Z.shape


@pytest.mark.parametrize("stride, padding", GEOMETRIES)
def test_the_nine_products_add_up_to_the_number_of_the_map_that_is_framed(stride, padding):
    desk = KernelDesk(stride=stride, padding=padding, whole=True)
    for row, column in np.ndindex(*desk.window.Z.shape):
        desk.hand("choose", "map", row, column)
        panels = desk.frame()["panels"]
        window, _, W, _, products, _, total = panels["sums"]["rows"][0]
        framed = [panels["picture"]["texts"][k] for k in panels["picture"]["chosen"]]
        assert framed == window["texts"]
        by_hand = np.multiply(*(numbers(part["texts"]) for part in (window, W)))
        assert np.allclose(by_hand, numbers(products["texts"]))
        there = panels["map"]["texts"][panels["map"]["chosen"]]
        assert numbers([there]) == numbers(total["texts"]) == [by_hand.sum()]


# What the named kernels find, on a square of ink


def made(kernel):
    """What a kernel gives on the picture of a square, with its ink in rows and columns 2 to 5."""
    return KernelDesk(kernel=kernel, picture="square", padding=1).window.Z


def test_an_edge_kernel_finds_two_sides_of_a_square_with_opposite_signs_and_not_the_others():
    for Z in (made("edge_horizontal"), made("edge_vertical").T):
        assert (Z[1:3, 3:5] == 48).all() and (Z[5:7, 3:5] == -48).all()
        assert not Z[3:5].any()  # along the middle: ink above is as much as below


def test_a_corner_kernel_finds_corners_only():
    Z = made("corner")
    assert sorted(zip(*np.nonzero(Z))) == sorted((i, j) for i in (1, 2, 5, 6) for j in (1, 2, 5, 6))
    assert not Z[3:5].any() and not Z[:, 3:5].any()  # nothing on the sides


def test_blur_gives_means_sharpen_keeps_flat_ink_and_identity_everything():
    X = np.pad(SQUARE, 1)
    assert np.allclose(made("blur")[3, 1], X[3:6, 1:4].mean())
    assert np.allclose(made("sharpen")[3, 3], 16) and made("sharpen")[2, 2] > 16
    assert np.array_equal(made("identity"), SQUARE)


@pytest.mark.parametrize(
    "kernel, row, words",
    [
        ("edge_horizontal", 2, "gives 48: a strong edge, with more ink below than above."),
        ("edge_horizontal", 5, "gives −48: a strong edge, with more ink above than below."),
        ("edge_horizontal", 3, "gives 0: no edge."),
        ("identity", 3, "gives 16: the pixel in the middle, as it is."),
        ("sharpen", 3, "gives 16: the pixel in the middle, 16, as light or dark as"),
        ("blur", 2, "gives 10.67: the mean of the nine pixels."),
    ],
)
def test_the_sentence_says_what_the_sum_means(kernel, row, words):
    desk = KernelDesk(kernel=kernel, picture="square", padding=1, row=row, column=3)
    assert f"The window at row {row}, column 3 {words}" in desk.sentence


def test_with_relu_the_sentence_tells_both_numbers_and_the_map_has_none_below_zero():
    desk = KernelDesk(picture="square", padding=1, row=5, column=3, relu=True, whole=True)
    assert "gives −48, of which relu leaves 0: a strong edge" in desk.sentence
    assert min(numbers(desk.frame()["panels"]["map"]["texts"])) == 0


# The walk


def test_a_walk_fills_the_map_place_by_place_and_begins_anew():
    desk = KernelDesk(row=0, column=0)
    assert desk.filled.sum() == 1
    for there in range(2, 36):
        assert desk.advance(desk.pace) and desk.filled.sum() == there
    assert not desk.advance(desk.pace) and desk.done
    assert desk.frame()["values"]["play"] == "▶ Walk again"
    desk.again()
    assert desk.filled.sum() == 1 and not desk.done


def test_a_walk_leaves_out_what_the_hand_has_filled():
    desk = KernelDesk(row=0, column=0)
    desk.hand("choose", "map", 0, 1)
    desk.advance(1)
    assert (desk.window.row, desk.window.column) == (0, 2)


def test_a_map_that_is_full_stays_so_under_another_kernel_and_not_in_another_shape():
    desk = KernelDesk()
    while desk.advance(1):
        pass
    desk.hand("set", "kernel", "blur")
    desk.hand("change", "W", 4, 2.0)
    desk.hand("set", "picture", 8)
    assert desk.done
    desk.hand("set", "padding", 1)
    assert not desk.done


def test_only_places_that_are_filled_are_shown():
    texts = KernelDesk().frame()["panels"]["map"]["texts"]
    assert [text for text in texts if text] == ["−21"]


# Hands


def test_a_pixel_that_is_pressed_is_in_the_middle_of_the_window_as_far_as_the_edges_allow():
    desk = KernelDesk()
    for pixel, place in [((4, 3), (3, 2)), ((0, 0), (0, 0)), ((7, 7), (5, 5))]:
        desk.hand("choose", "picture", *pixel)
        assert (desk.window.row, desk.window.column) == place
    desk.hand("set", "stride", 2)
    desk.hand("choose", "picture", 3, 5)
    assert desk.window.corner == (2, 4)


def test_a_number_that_is_changed_makes_the_kernel_ones_own():
    desk = KernelDesk(picture="square", padding=1, row=2, column=3)
    desk.hand("change", "W", 1, 4.0)
    assert desk.settings["kernel"] == "own" and KERNELS["edge_horizontal"].W[0, 1] == -1
    desk.hand("change", "W", 7, -2.0)
    assert desk.window.z == 16 * (1 - 2 + 1)
    desk.hand("set", "kernel", "blur")
    assert np.allclose(desk.numbers["W"], 1 / 9)


def test_a_drawing_is_taken_for_the_picture_until_it_is_cleared_or_another_is_chosen():
    desk, bar = KernelDesk(picture=5), [[[0.5, 0.2], [0.5, 0.8]]]
    assert desk.off["clear"]
    desk.hand("draw", bar)
    assert desk.settings["picture"] == "own" and "clear" not in desk.off
    assert np.allclose(desk.numbers["X"].sum(), 313, atol=30)
    desk.hand("clear")
    assert np.array_equal(desk.numbers["X"].ravel(), 16 * pictures()[5][0])
    desk.hand("draw", bar)
    desk.hand("set", "picture", 2)
    assert not desk.strokes


def test_the_number_pointed_at_is_lit_in_the_window_the_kernel_and_the_products():
    desk = KernelDesk()
    desk.hand("point", "W", 5)
    parts = [
        part for part in desk.frame()["panels"]["sums"]["rows"][0] if not isinstance(part, str)
    ]
    assert [part.get("lit") for part in parts[:3]] == [[5]] * 3
    desk.hand("point")
    assert desk.pointed is None


@pytest.mark.parametrize(
    "hand",
    [
        ("choose", "picture", 8, 0), ("choose", "map", 0, 6), ("choose", "sums", 0, 0),
        ("choose", "map", 1.0, 2), ("change", "X", 0, 1.0), ("change", "W", 9, 1.0),
        ("change", "W", 0, 17.0), ("point", "W", 9), ("point", "X", 0), ("set", "stride", 3),
        ("set", "picture", 10), ("draw", [[[2, 2]]]),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(hand):
    desk = KernelDesk()
    before = desk.recipe(), desk.sentence, desk.settings
    with pytest.raises(ValueError):
        desk.hand(*hand)
    assert (desk.recipe(), desk.sentence, desk.settings) == before


def test_own_pictures_are_counts_or_shares_and_never_below_zero():
    X = pictures()[4][1]
    shares, counts = KernelDesk(X=X), KernelDesk(X=16 * X)
    assert np.allclose(16 * shares.window.Z, counts.window.Z)
    heats = [desk.frame()["panels"]["picture"]["heat"] for desk in (shares, counts)]
    assert heats[0] == heats[1]
    with pytest.raises(ValueError, match="no ink below 0"):
        KernelDesk(X=-X)


# Exits


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"kernel": "blur", "stride": 2, "padding": 1, "relu": True, "row": 3},
        {"W": np.arange(9.0).reshape(3, 3) / 4, "picture": 7, "which": 5},
        {"X": np.arange(64) % 5, "whole": True},
    ],
)  # fmt: skip
def test_a_recipe_and_the_lines_of_python_make_the_same_again(settings):
    desk = KernelDesk(**settings)
    again = KernelDesk.from_recipe(desk.recipe())
    assert again.sentence == desk.sentence and again.settings == desk.settings
    assert np.allclose(ran(desk.python())["Z"], desk.window.A)


def test_a_recipe_of_a_drawing_holds_the_picture():
    desk = KernelDesk()
    desk.hand("draw", [[[0.3, 0.2], [0.6, 0.8]]])
    assert "X" in json.loads(desk.recipe())["own"]
    assert KernelDesk.from_recipe(desk.recipe()).sentence == desk.sentence


def test_the_still_picture_and_the_page_say_what_the_widget_does(tmp_path):
    lab = KernelLab(kernel="corner", row=1, column=4)
    assert lab.lab.picture().alt == lab.sentence
    page = lab.to_html(tmp_path / "kernel.html").read_text("utf-8")
    assert lab.sentence in page
    assert len([*lab.lab.recording(80)]) == 37  # every place, and as it stood
    assert not lab.lab.settings["whole"]


# Kernels that are learned


@pytest.fixture(scope="module")
def trained():
    """A run after three epochs."""
    run = LearnedRun()
    for _ in range(9):
        run.advance(run.pace)
    return run


@pytest.fixture
def run(trained):
    """The same network, at hand for one test."""
    return LearnedRun(given=(trained.net, trained.now.theta))


def test_a_play_learns_to_read_and_ends(trained, monkeypatch):
    assert trained.now.scores["test_right"] / 450 > 0.9
    assert LearnedRun().shown.scores["test_right"] / 450 < 0.3
    monkeypatch.setattr(kernel_learned, "GO", 1)  # epoch in a play
    last = LearnedRun(batch_size=100)
    last.advance(last.steps_per_epoch - 2)
    assert last.pace == 2 and not last.advance(last.pace)
    assert last.advance(last.pace)  # and goes on when Play is pressed again


def test_the_map_of_each_kernel_is_windows_times_w_plus_b(run):
    (W, b), _ = run.net.layers(run.now.theta)
    for k in (0, 7, 15):
        run.hand("choose", "kernels", k)
        X = run.asked.reshape(8, 8)
        expected = correlate2d(np.pad(X, 1), W[:, k].reshape(3, 3), "valid") + b[0, k]
        assert np.allclose(run.window.Z, expected)
        first, then = run.frame()["panels"]["sums"]["rows"]
        assert numbers(first[2]["texts"]) == pytest.approx(W[:, k], abs=0.00501)
        total, bias, z, a = (
            numbers(part["texts"])[0] for part in then if not isinstance(part, str)
        )
        assert total + bias == pytest.approx(z, abs=0.0151) and a == max(z, 0)


@pytest.mark.parametrize("picture", [0, 3, 8])
def test_contributions_add_up_to_the_z_of_the_answer_without_its_bias(run, picture):
    run.hand("set", "picture", picture)
    z = run.net.forward(run.now.theta, run.asked[None]).Z[-1][0]
    best = z.argmax()
    assert run.spoke.sum() == pytest.approx(z[best] - run.net.layers(run.now.theta)[1][1][0, best])


def test_what_a_map_adds_is_lost_when_its_kernel_is_silenced(run):
    """The kernel and its bias set to 0, z of the answer falls by just the contribution."""
    k, theta = int(run.spoke.argmax()), run.now.theta.copy()
    z = run.net.forward(theta, run.asked[None]).Z[-1][0]
    (W, b), _ = run.net.layers(theta)
    W[:, k] = b[:, k] = 0
    after = run.net.forward(theta, run.asked[None]).Z[-1][0]
    assert (z - after)[z.argmax()] == pytest.approx(run.spoke[k])
    assert f"kernel {k} spoke for that most" in run.sentence


def test_bars_are_the_strongest_first_and_maps_say_the_same(run):
    panels = run.frame()["panels"]
    sizes = np.abs(numbers(panels["votes"]["texts"]))
    assert (np.diff(sizes) <= 0).all() and len(sizes) == 7
    assert np.allclose(numbers(panels["maps"]["captions"]), run.spoke, atol=0.0501)


def test_a_pressed_pixel_moves_the_window_and_a_pressed_map_chooses_its_kernel(run):
    run.hand("choose", "picture", 1, 9)
    assert (run.window.row, run.window.column) == (0, 7)
    run.hand("choose", "maps", 5)
    assert run.settings["unit"] == 5
    for wrong in (("kernels", 16), ("picture", 10, 0), ("map", 0, 0)):
        with pytest.raises(ValueError):
            run.hand("choose", *wrong)


def test_a_drawing_is_read_and_changes_nothing_of_the_run(run):
    recipe = LearnedRun(weight_seed=3)
    before = recipe.recipe()
    recipe.hand("draw", [[[0.5, 0.2], [0.5, 0.8]]])
    assert "It takes your drawing for" in recipe.sentence and recipe.recipe() == before
    recipe.hand("clear")
    assert "It takes this 3 for" in recipe.sentence


def test_what_was_learned_is_made_again_by_the_recipe_and_by_the_lines():
    lab = KernelLab(look="learned", learning_rate=0.1, picture=5)
    lab.lab.advance(20)
    again = KernelLab(recipe=lab.lab.recipe())
    assert again.sentence == lab.sentence
    assert np.array_equal(ran(lab.lab.python())["theta"], lab.lab.now.theta)


def test_a_network_that_was_trained_elsewhere_can_be_looked_at(trained):
    lab = KernelLab(network=trained.net, theta=trained.now.theta)
    assert lab.sentence.startswith("It reads 9")
    lab.lab.advance(1)  # it can be trained on
    with pytest.raises(ValueError, match="given by a cell"):
        lab.lab.recipe()
    assert lab.lab.picture().alt == lab.sentence


@pytest.mark.parametrize(
    "network, words",
    [
        (Network((64, 10)), "expected ConvolutionalNetwork"),
        (ConvolutionalNetwork((8, 8), [Convolution(4), 10]), "expected ConvolutionalNetwork"),
        (ConvolutionalNetwork((8, 8), [Convolution(4), Pooling(2), 10], "tanh"), "expected relu"),
        (ConvolutionalNetwork((8, 8), [Convolution(4), Pooling(2), 3]), "ten outputs"),
    ],
)
def test_networks_that_it_cannot_show_are_refused(network, words):
    with pytest.raises(ValueError, match=words):
        KernelLab(network=network, theta=network.init(7))


def test_looks_that_there_are_not_and_half_a_network_are_refused(trained):
    with pytest.raises(ValueError, match="expected kernel or learned"):
        KernelLab(look="both")
    with pytest.raises(ValueError, match="together"):
        KernelLab(theta=trained.now.theta)
    with pytest.raises(ValueError, match=r"has \(2730,\) parameters"):
        KernelLab(network=trained.net, theta=trained.now.theta[1:])
