"""The fold without a browser: where points go, which line parts them, and what hands may do."""

import re
import subprocess
import sys
import time
from itertools import product

import numpy as np
import pytest

from nnlib import Network, xor
from nncourse.widgets import FoldThePlane
from nncourse.widgets.fold import FoldDesk, widest_cut

GATES = dict(W=[[1.0, -1.0], [1.0, -1.0]], b=[[-0.5, 1.5]])
XOR = np.array([False, True, True, False])


def hidden(desk, activation):
    """What nnlib's own network has in its hidden layer, for the numbers of the desk."""
    net = Network((2, 2, 1), hidden=activation)
    W, b = desk.numbers["W"], desk.numbers["b"]
    return net.forward(np.concatenate([W.ravel(), b.ravel(), np.zeros(3)]), desk.numbers["X"])


# Where the points go


@pytest.mark.parametrize("activation", ["tanh", "logistic", "relu", "leaky_relu", "identity"])
def test_each_stage_is_what_the_network_computes(activation):
    desk = FoldDesk(activation=activation)
    trace, X, b = hidden(desk, activation), desk.numbers["X"], desk.numbers["b"]
    for t, where in enumerate([X, trace.Z[0] - b, trace.Z[0], trace.A[1]]):
        desk.hand("set", "t", t)
        assert np.allclose(desk.H, where), t
        texts = desk.frame()["panels"]["now"]["rows"][0][0]["texts"]
        assert np.allclose([float(x.replace("−", "-")) for x in texts], where.ravel(), atol=0.00501)
    desk.hand("set", "t", 2.5)
    assert np.allclose(desk.H, (trace.Z[0] + trace.A[1]) / 2)


def test_the_arrows_end_in_the_columns_and_in_the_rows_of_w():
    """In the plane of the inputs z_u grows along column u; a step along x_i becomes row i."""
    desk = FoldDesk(t=1)
    panels, W = desk.frame()["panels"], desk.numbers["W"]
    ends = [[arrow["x1"], arrow["y1"]] for arrow in panels["inputs"]["arrows"]]
    assert np.allclose(ends, W.T)
    ends = [[arrow["x1"], arrow["y1"]] for arrow in panels["hidden_space"]["arrows"]]
    assert np.allclose(ends, W)


@pytest.mark.parametrize("unit", [0, 1])
def test_on_its_dashed_line_a_units_z_is_0(unit):
    desk = FoldDesk(t=2)
    drawn = desk.frame()["panels"]["inputs"]["lines"][2 + unit]
    on_it = np.stack([np.frombuffer(drawn[axis], np.float32) for axis in "xy"], axis=1)
    assert np.allclose(desk.folded(on_it.astype(float), 2)[:, unit], 0, atol=1e-5)


def test_without_an_activation_straight_lines_stay_straight_and_xor_stays_xor(rng):
    desk = FoldDesk(activation="identity", t=3)
    for _ in range(30):
        for name in ("W", "b"):
            desk.put(name, rng.uniform(-3, 3, desk.numbers[name].shape))
        desk.settled()
        assert desk.cut is None
        on_a_line = np.linspace([-1.0, 2.0], [2.0, 0.5], 9)
        steps = np.diff(desk.folded(on_a_line, 3), axis=0)
        assert np.allclose(steps, steps[0])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


# Whether one line parts them


def test_the_cut_parts_and_its_margin_is_true(rng):
    """Against brute force over directions: nothing wider is found, and nothing where it says no."""
    angles = np.linspace(0, 2 * np.pi, 20_001)
    ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    answers = set()
    for _ in range(200):
        H = rng.normal(size=(4, 2)).round(1)
        heights = ways @ H.T
        gap = (heights[:, XOR].min(axis=1) - heights[:, ~XOR].max(axis=1)).max()
        cut = widest_cut(H, XOR)
        answers.add(cut is None)
        if cut is None:
            assert gap < 1e-6
            continue
        assert np.allclose(2 * cut.margin, gap, atol=1e-3)
        assert np.isclose(np.linalg.norm(cut.normal), 1)
        far = H @ cut.normal - cut.middle
        assert (far[XOR] >= cut.margin - 1e-12).all() and (far[~XOR] <= 1e-12 - cut.margin).all()
    assert answers == {True, False}


@pytest.mark.parametrize(
    "H, margin",
    [
        ([[0, 0], [0, 1], [1, 0], [1, 1]], None),  # XOR
        ([[0, 0], [2, 1], [2, -1], [0, 0]], 1),  # a point and an edge
        ([[0, 0], [3, 4], [6, 8], [-1, -1]], 2.5),  # two points
        ([[0, 0], [1, 0], [2, 0], [3, 0]], None),  # on one line: circles in the middle
        ([[0, 0], [0, 0], [1, 1], [1, 1]], None),  # a circle and a triangle on one spot
        ([[1, 1], [1, 1], [1, 1], [1, 1]], None),  # all on one spot
        ([[0, 0], [1, 1], [1, 1], [0, 0]], np.sqrt(2) / 2),
    ],
)
def test_the_cut_of_cases_that_can_be_seen_by_eye(H, margin):
    cut = widest_cut(np.array(H, float), XOR)
    assert (cut is None) if margin is None else cut.margin == pytest.approx(margin)


def test_or_and_nand_part_xor_only_behind_an_activation():
    desk = FoldDesk(**GATES)
    for activation, t in product(
        ["tanh", "logistic", "relu", "leaky_relu", "identity"], [0, 1, 2, 3]
    ):
        desk.hand("set", "activation", activation)
        desk.hand("set", "t", t)
        assert (desk.cut is not None) == (t == 3 and activation != "identity"), (activation, t)
        assert ("Yes" if desk.cut else "No") in desk.sentence
    assert xor().Y[:, 0].tolist() == XOR.tolist()


def test_what_stands_on_one_spot_is_named_together():
    panels = FoldDesk(t=3, **GATES).frame()["panels"]
    texts = [dot["text"] for dot in panels["hidden_space"]["dots"]]
    assert texts == ["0", "1, 2", None, "3"]
    texts = [dot["text"] for dot in panels["inputs"]["dots"]]
    assert texts == ["column 0, 3", "z1 = 0", "column 1", "z2 = 0", "0", "1", "2", None]


def test_the_line_on_the_screen_is_the_cut():
    desk = FoldDesk(t=3, **GATES)
    panel = desk.frame()["panels"]["hidden_space"]
    ends = np.stack([np.frombuffer(panel["lines"][2][axis], np.float32) for axis in "xy"], axis=1)
    assert np.allclose(ends @ desk.cut.normal, desk.cut.middle, atol=1e-5)
    assert desk.sentence.endswith("Yes, with 0.17 to spare on either side.")
    codes = np.frombuffer(desk.frame()["panels"]["inputs"]["heat"], np.uint8).reshape(48, 48)
    x0, x1, y0, y1 = desk.frame()["panels"]["inputs"]["window"]
    for (x, y), circle in zip(desk.numbers["X"], XOR):
        column, row = int((x - x0) / (x1 - x0) * 48), int((y1 - y) / (y1 - y0) * 48)
        assert (codes[row, column] > 128) == circle
    desk.hand("set", "activation", "identity")
    assert len(desk.frame()["panels"]["hidden_space"]["lines"]) == 2  # the grid and the wire alone


@pytest.mark.parametrize("start", [{}, GATES])
def test_the_points_fill_the_window_of_hidden_space_at_every_stage(start):
    desk = FoldDesk(**start)
    seen = []
    for t in np.linspace(0, 3, 61):
        desk.set("t", float(t))
        x0, x1, y0, y1 = window = desk.frame()["panels"]["hidden_space"]["window"]
        seen.append(window)
        assert x1 - x0 == pytest.approx(y1 - y0)
        assert (desk.H > [x0, y0]).all() and (desk.H < [x1, y1]).all()
    for t in (0, 20, 40, 60):
        desk.set("t", t / 20)
        window = desk.frame()["panels"]["hidden_space"]["window"]
        assert np.ptp(desk.H, axis=0).max() > 0.5 * (window[1] - window[0])
    assert np.abs(np.diff(seen, axis=0)).max() < 0.15  # nothing jumps


def test_the_wire_goes_through_the_four_inputs_of_xor():
    for t in (0, 2, 3):
        desk = FoldDesk(t=t, **GATES)
        wire = desk.frame()["panels"]["hidden_space"]["lines"][1]
        at = np.stack([np.frombuffer(wire[axis], np.float32) for axis in "xy"], axis=1)
        far = np.linalg.norm(at[:, None] - desk.H, axis=2).min(axis=0)
        assert wire["width"] == 3 and (far < 1e-6).all()


# Hands


def test_dragging_moves_points_columns_and_lines():
    desk = FoldDesk()
    desk.hand("drag", "inputs", "point 2", 0.52, -0.31)
    assert desk.numbers["X"][2].tolist() == [0.5, -0.3]
    desk.hand("drag", "inputs", "column 1", 1.0, -2.0)
    assert desk.numbers["W"][:, 1].tolist() == [1.0, -2.0]
    assert desk.numbers["W"][:, 0].tolist() == [1.2, 0.8]
    desk.hand("drag", "inputs", "line 1", 0.5, 1.0)
    assert desk.numbers["b"].tolist() == [[-1.5, 1.5]]
    assert desk.numbers["W"][:, 1].tolist() == [1.0, -2.0]


def test_a_column_of_zeros_has_no_line_and_breaks_nothing():
    desk = FoldDesk(t=3)
    for k in range(2):
        desk.hand("drag", "inputs", f"column {k}", 0.0, 0.0)
    hands = [dot["hand"] for dot in desk.frame()["panels"]["inputs"]["dots"]]
    assert hands == ["column 0", "column 1", "point 0", "point 1", "point 2", "point 3"]
    assert desk.cut is None  # all on one spot


@pytest.mark.parametrize(
    "hand, words",
    [
        (("drag", "inputs", "point 4", 0.0, 0.0), r"nothing called 'point 4' to drag"),
        (("drag", "hidden_space", "point 1", 0.0, 0.0), r"in 'hidden_space'"),
        (("drag", "inputs", None, 0.0, 0.0), r"nothing called 'None'"),
        (("drag", "inputs", "point 1", float("inf"), 0.0), r"expected a number from -5 to 5"),
        (("drag", "inputs", "point 1", 0.0, 9.0), r"expected a number from -5 to 5"),
        (("change", "H", 0, 1.0), r"there is no number 0 in 'H'"),
        (("set", "t", 4), r"fold: 4 given, expected a number from 0 to 3"),
        (("set", "activation", "step"), r"activation f: 'step' given"),
    ],
)
def test_a_hand_that_slips_is_told_so_and_nothing_is_lost(hand, words):
    desk = FoldDesk()
    before = desk.recipe()
    with pytest.raises(ValueError, match=words):
        desk.hand(*hand)
    assert desk.recipe() == before


def test_it_folds_by_itself_to_the_end_and_starts_again():
    fold = FoldThePlane(t=2.8)
    frames = 1
    while fold.lab.advance(fold.lab.pace):
        frames += 1
    assert fold.lab.settings["t"] == 3 and fold.lab.done and frames == 4
    assert fold.lab.frame()["values"]["play"] == "▶ Fold again"
    fold.lab.hand("drag", "inputs", "point 0", 1.0, -1.0)
    fold.lab.hand("reset")
    assert fold.lab.settings["t"] == 2.8 and not fold.lab.numbers["X"][0].any()


def test_a_fold_that_cannot_be_says_why():
    for settings, words in [
        (dict(W=[[1, 2, 3], [4, 5, 6]]), r"W of shape \(2, 2\)"),
        (dict(b=[9, 0]), r"9 given, expected a number from -5 to 5"),
        (dict(recipe="{}", t=1), r"a recipe says everything"),
    ]:
        with pytest.raises(ValueError, match=words):
            FoldThePlane(**settings)


# Exits


def test_a_recipe_puts_all_of_it_up_again():
    desk = FoldDesk(activation="logistic", t=2.4, **GATES)
    desk.hand("drag", "inputs", "point 1", -0.4, 1.3)
    again = FoldThePlane(recipe=desk.recipe()).lab
    assert again.sentence == desk.sentence and again.frame()["panels"] == desk.frame()["panels"]


@pytest.mark.parametrize("t", [0, 1.25, 3])
def test_its_lines_of_python_print_what_stands_there(t, tmp_path):
    desk = FoldDesk(t=t, activation="relu")
    code = [sys.executable, "-W", "error", "-c", desk.python()]
    done = subprocess.run(code, capture_output=True, text=True, check=True, cwd=tmp_path)
    printed = np.array(re.findall(r"-?\d+\.\d*", done.stdout), float).reshape(4, 2)
    assert np.allclose(printed, desk.H, atol=0.00501)


def test_where_nobody_runs_it_there_is_a_picture_in_words_and_a_page(tmp_path):
    fold = FoldThePlane(t=3, **GATES)
    data, metadata = fold._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == fold.sentence
    assert fold.sentence in fold.to_html(tmp_path / "fold.html").read_text("utf-8")
    frames = list(fold.lab.recording(80))
    assert len(frames) == 32 and frames[0]["status"].startswith("x: not folded yet")
    assert frames[-1]["status"] == fold.sentence


def test_a_frame_is_quick():
    desk = FoldDesk(t=3, **GATES)
    begun = time.thread_time()
    for _ in range(50):
        desk.hand("set", "t", 2.9)
        desk.frame()
    assert (time.thread_time() - begun) / 50 < 0.02  # 0.5 ms, where nothing else runs
