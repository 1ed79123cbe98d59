"""What the notebooks tell of their widgets happens, when the hands do what the text asks for."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest
from stand_ins import BEFORE

from nncourse import widgets
from nncourse.exercises import check
from nncourse.widgets.luck_map import LuckRun

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"


def cells(name):
    """The sources of all cells of a notebook."""
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def shown(name, words):
    """The widget of the only cell that has these words on its last line, as it is opened."""
    (source,) = (s for s in cells(name) if words in s.splitlines()[-1] and "widgets." in s)
    return eval(ast.unparse(ast.parse(source).body[-1]), {"widgets": widgets})


def right(playground):
    """How many points a playground says that it gets right, and of how many."""
    counts = re.search(r"(\d+) of (\d+) (?:test )?points (?:are )?right", playground.sentence)
    return int(counts[1]), int(counts[2])


def test_the_circles_are_learned_in_seconds():
    playground = shown("00_start_here", "circles")
    assert right(playground.train(300))[0] >= 195
    for _ in range(3):  # New start does it again
        playground.lab.hand("new_start")
        assert right(playground.train(300))[0] >= 195


def test_xor_is_learned_at_first_and_from_two_of_the_next_five_starts():
    playground = shown("00_start_here", "hidden_units=2")
    assert right(playground.train(200)) == (4, 4)
    after = []
    for _ in range(5):
        playground.lab.hand("new_start")
        after.append(right(playground.train(200))[0])
    assert sorted(after) == [2, 2, 2, 4, 4]
    text = "\n".join(cells("00_start_here"))
    assert "two of the five after it" in text and '"two",' in text


def test_layers_without_a_bend_get_half_of_the_circles_and_with_tanh_all():
    playground = shown("01_activations", "circles")
    for _ in range(3):
        assert right(playground.train(200)) == pytest.approx((25, 50), abs=8)
    playground.lab.hand("set", "hidden", "tanh")
    assert right(playground.train(200)) == (50, 50)


def test_the_slip_is_far_off_at_4_and_hides_near_0():
    desk = shown("01_activations", "z=2.0").lab
    assert f"{desk.neuron.slope:.2f} {desk.neuron.slip:.2f}" == "0.07 0.44"
    desk.hand("set", "z", 4.0)
    assert desk.neuron.slope < 0.002 and desk.neuron.slip > 0.41
    desk.hand("set", "z", 0.1)
    assert f"{desk.neuron.slope:.2f}" == f"{desk.neuron.slip:.2f}"


def test_the_flat_slopes_of_a_layer_are_gone_when_its_size_is_small():
    desk = shown("01_activations", 'look="layer"').lab
    assert desk.flat > 0.5
    desk.hand("set", "z_size", 0.5)
    assert desk.flat < 0.01


def test_the_nine_numbers_stand_half_a_unit_from_every_mistake():
    spreadsheet = shown("02_forward_pass", "row=3")
    assert spreadsheet.lab.shown["A2"][3] == 0
    answers = {}
    for raised in (-0.5, -0.01, 0.0):
        spreadsheet.lab.hand("change", "b1", 0, raised)
        answers[raised] = spreadsheet.lab.shown["A2"].ravel().tolist()
    assert answers[-0.5] == answers[-0.01] == [0, 1, 1, 0] != answers[0.0]


def test_the_wire_is_parted_by_every_bend_and_by_none_only_without_one():
    (source,) = (s for s in cells("02_forward_pass") if "FoldThePlane(W=W1" in s and "t=3" in s)
    names = {"widgets": widgets, "W1": [[1.0, -1.0], [1.0, -1.0]], "b1": [[-0.5, 1.5]]}
    fold = eval(source, names)
    assert "Yes, with 0.17 to spare" in fold.sentence
    for bend in ("logistic", "relu"):
        fold.lab.hand("set", "activation", bend)
        assert "Yes" in fold.sentence
    fold.lab.hand("set", "activation", "identity")
    assert "now? No" in fold.sentence


def test_a_rate_of_1_lands_on_the_first_valley_and_on_a_wide_one_2_is_no_edge():
    descent = shown("03_gradient_descent", "Descent()").lab
    assert "keeps 0.80 of the distance" in descent.sentence
    descent.hand("set", "learning_rate", 1.0)
    assert "lands in one step" in descent.sentence
    descent = shown("03_gradient_descent", 'ground="b2"').lab
    assert "edge is a rate of 2 / 1 = 2" in descent.sentence
    descent.hand("set", "ground", "W2_1")
    assert "keeps 0.27 of the distance" in descent.sentence
    descent.hand("set", "learning_rate", 5.5)
    assert "2 / 0.365 = 5.48" in descent.sentence


def test_down_the_gradient_the_ball_leaps_to_and_fro_and_a_smaller_rate_rests():
    descent = shown("03_gradient_descent", 'ground="gradient"').lab

    def last_two():
        descent.advance(60)
        return descent.walks[-2:, 1]

    one, other = last_two()
    assert abs(one - other) > 1 and abs(one) < 3
    descent.hand("set", "learning_rate", 0.6)
    assert abs(descent.walks[-1, 1] - descent.walks[-2, 1]) < 1e-3


def test_the_rate_that_suits_a_hundred_units_is_a_tenth():
    descent = shown("03_gradient_descent", "curvature=18.79").lab
    assert "flies off" in descent.sentence
    for rate, kept in ((0.05, 0.06), (0.02, 0.62)):
        descent.hand("set", "learning_rate", rate)
        assert abs(1 - rate * 18.79) == pytest.approx(kept, abs=0.005)
        assert "flies" not in descent.sentence


def test_a_flat_unit_gets_no_delta_and_a_weight_of_0_has_a_slope_all_the_same():
    desk = shown("04_backprop", 'line="delta1"').lab
    assert np.allclose(desk.made["gW2"].round(2), -0.48)
    desk.hand("change", "b1", 0, 3.0)
    assert not desk.made["delta1"][:, 0].round(2).any() and desk.made["delta1"][:, 1].any()
    desk.hand("change", "b1", 0, -0.5)
    desk.hand("change", "W2", 1, 0.0)
    assert not desk.made["delta1"][:, 1].any()
    assert desk.made["gW2"][1, 0] == pytest.approx(-0.85, abs=0.005)


def test_three_steps_take_the_loss_down_as_is_told():
    desk = shown("04_backprop", 'line="gW2"').lab
    losses = []
    for _ in range(4):
        losses.append(f"{float(desk.names['loss']):.3f}")
        desk.hand("set", "line", "b1")
        desk.hand("next")
    assert losses == ["0.900", "0.067", "0.025", "0.018"]


def test_a_line_learns_a_half_for_every_point_and_by_hand_gets_three():
    line = shown("05_xor", "hidden_layers=0").train(200)
    outputs = line.lab.net.predict(line.lab.now.theta, line.lab.data.X)
    assert np.allclose(outputs, 0.5, atol=1e-3)
    for place, number in enumerate((1.0, 1.0, -0.5)):
        line.lab.hand("weight", place, number)
    assert right(line) == (3, 4)


def test_before_its_first_lesson_the_reader_is_sure_of_nothing():
    paper = shown("06_digits", 'density="paper"').lab
    assert paper.net.predict(paper.now.theta, paper.data.X_test).max() < 0.25
    for drawing in json.loads(Path(__file__).with_name("drawings.json").read_text("utf-8")):
        paper.hand(
            "draw", [[[x / 1000, y / 1000] for x, y in stroke] for stroke in drawing["strokes"]]
        )
        assert paper.answers[0][1] < 0.25


def test_the_small_start_loses_at_the_smallest_rate_and_wins_from_a_half_on():
    rates = [0.03, 0.5, 1.0, 2.0, 4.0]
    counts = {}
    for scale in ("auto", 0.25):
        run = LuckRun(hidden_units=[2], learning_rate=rates, scale=scale)
        run.advance(2000)
        counts[scale] = run.counts[0].tolist()
    assert counts["auto"][1:] == [11] * 4 and counts[0.25] == [0] + [17] * 4


def test_a_nudge_that_is_too_small_lies_more_than_one_of_a_hundredth():
    desk = shown("07_is_it_right", "NudgeTest(step=0.01)").lab
    off = {}
    for step in (1e-2, 1e-5, 1e-12):
        desk.hand("set", "step", step)
        off[step] = abs(desk.measured - desk.claimed)
    assert f"{off[1e-2]:.0e}" == "6e-06" and off[1e-5] < 1e-10 and off[1e-12] > off[1e-2]
    desk.hand("set", "dtype", "float32")
    desk.hand("set", "step", 1e-8)
    assert "nothing moves" in desk.sentence


def test_one_sided_nudges_settle_where_the_found_slope_is_not():
    found = widgets.NudgeTest(sides="one", step=1.0).lab
    seen = []
    for _ in range(4):
        seen.append(f"{found.measured:.3f}")
        found.hand("smaller")
    assert seen == ["-0.171", "-0.331", "-0.355", "-0.357"]


# What the prose calls the controls


TOLD = re.compile(r"\b(?:press|set|choose|move|add|back with) \*{1,2}([^*\n]+)\*", re.IGNORECASE)
BEFORE_IT = {}
exec(BEFORE, BEFORE_IT)


def opened(name):
    """The widgets of a notebook as it opens them, before they are trained."""
    notebook = json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            for node in ast.walk(ast.parse("".join(cell["source"]))):
                call = isinstance(node, ast.Call) and ast.unparse(node.func)
                if call and re.fullmatch(r"widgets\.[A-Z]\w+", call):
                    yield eval(ast.unparse(node), BEFORE_IT)


def verdict_with_hints():
    """What `check` shows of an exercise that has not been done."""
    return check("00.share", lambda learned, starts: None)._repr_html_()


def plain(label):
    """A label without its sign: "Play" of "▶ Play"."""
    return re.sub(r"^\W+ | \W+$", "", label)


def labels(stage):
    """(in sight, behind *more*): the labels of a widget and what there is to choose in it."""
    told, hidden = stage.scene, {*stage.lab.hidden, *stage.hide}
    in_panels = [control for panel in told["panels"] for control in panel.get("controls", [])]

    def words(controls):
        shown = [control for control in controls if control["name"] not in hidden]
        return {plain(label) for c in shown for label in [c["label"], *c.get("options", [])]}

    behind = [control for _, group in told["more"] for control in group]
    return words([*told["first"], *in_panels]), words(behind)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_what_one_is_told_to_press_or_to_set_is_there_under_this_name(path):
    in_sight, behind = set(), set()
    for stage in opened(path.stem):
        first, more = labels(stage)
        in_sight, behind = in_sight | first, behind | more
    if any("check(" in source for source in cells(path.stem)):
        in_sight |= set(re.findall(r"<summary[^>]*>(.+?)</summary>", verdict_with_hints()))
    for paragraph in "\n\n".join(cells(path.stem)).split("\n\n"):
        for name in map(plain, TOLD.findall(paragraph)):
            assert name in in_sight | behind, f"no widget of {path.stem} has {name!r}"
            if name not in in_sight:
                assert "*more*" in paragraph, f"{name!r} is behind *more*: say so"
