"""The luck map without a browser: training, choosing, opening a run, recipes and refusals."""

import json
import subprocess
import sys

import numpy as np
import pytest

from nnlib import wilson_interval, xor
from nnlib.experiments import luck_map, sweep
from nncourse.widgets import LuckMap, Playground
from nncourse.widgets.luck_map import LuckRun

SMALL = dict(hidden_units=[1, 2, 4], learning_rate=[0.5, 2.0, 8.0], seeds=6, steps=500)
VARIETY = [
    {},
    {"hidden": "logistic", "optimizer": "adam", "scale": 0.25},
    {"hidden": "relu", "optimizer": "momentum", "scale": 1.0},
    {"hidden": "relu", "optimizer": "nesterov"},
]


def trained(steps=500, **settings):
    run = LuckRun(**SMALL | settings)
    run.advance(steps)
    return run


def swept(run, steps=500):
    """The same grid by nnlib.experiments."""
    settings = run.settings
    return sweep(
        xor().X, xor().Y, hidden_units=run.hidden_units, learning_rate=run.learning_rate,
        seeds=run.seeds, steps=steps, hidden=settings["hidden"], optimizer=settings["optimizer"],
        scale=settings["scale"],
    )  # fmt: skip


# What is trained


@pytest.mark.parametrize("settings", VARIETY)
def test_the_counts_are_those_of_a_sweep(settings):
    run = trained(**settings)
    result = swept(run)
    luck = luck_map(result)
    assert (run.counts == luck.solved).all() and run.done
    assert [str(row) for row in luck.rows] == run.frame()["panels"]["luck"]["rows"]
    assert all((a == b).all() for a, b in zip(run.sweep.thetas, result.thetas))


def test_in_how_many_slices_it_is_trained_changes_nothing():
    one, many = trained(), LuckRun(**SMALL)
    pictures = 0
    while many.advance(many.pace):
        many.frame()
        pictures += 1
    assert 15 <= pictures <= 40
    assert all((a == b).all() for a, b in zip(one.sweep.thetas, many.sweep.thetas))
    assert (one.counts == many.counts).all() and one.sentence == many.sentence
    assert [m.index for m in one.moments] == [m.index for m in many.moments]


def test_every_moment_can_be_looked_at():
    run = trained()
    assert (run.moments[0].index, run.moments[-1].index) == (0, 500)
    run.hand("look", 250)
    assert (run.counts == luck_map(swept(run, 250)).solved).all()
    assert run.sentence.startswith("Step 250 of 500. ") and run.frame()["at"] == 250
    assert len(run.losses[0]) == 51
    run.hand("look", None)
    assert run.shown.index == 500


def test_a_control_begins_anew_and_so_does_train_again():
    run = trained()
    counts = run.counts
    run.hand("set", "hidden", "relu")
    assert run.index == 0 and run.grid.hidden == "relu"
    run.hand("set", "hidden", "tanh")
    run.advance(500)
    assert (run.counts == counts).all()
    widget = LuckMap(**SMALL)
    widget.lab.advance(500)
    assert widget.lab.frame()["values"]["play"] == "Train"
    widget.player.play = lambda: None  # there is no event loop here
    widget._heard(None, {"do": "play"}, [])
    assert widget.lab.index == 0


def test_the_map_before_a_change_stays_to_be_compared_with():
    run = LuckRun(**SMALL)
    assert run.before is None and run.frame()["panels"]["before"]["rows"] == []
    run.hand("set", "hidden", "relu")
    assert run.before is None  # nothing was trained
    run.hand("set", "hidden", "tanh")
    run.advance(500)
    counts = run.counts
    run.hand("set", "scale", 0.25)
    before = run.frame()["panels"]["before"]
    assert before["texts"] == [str(count) for count in counts.ravel()]
    assert before["note"] == f"here {counts[run.cell]} of 6, with initial weights sized to inputs"
    run.hand("set", "hidden", "logistic")  # nothing was trained since
    assert (run.before.counts == counts).all()
    run.advance(100)
    run.hand("choose", "before", 2, 1)
    assert run.cell == (2, 1)
    assert run.frame()["panels"]["before"]["note"].startswith(f"here {counts[2, 1]} of 6, with ")
    solved = run.counts[2, 1]
    run.hand("set", "steps", 2000)
    note = run.frame()["panels"]["before"]["note"]
    assert note == f"here {solved} of 6, with steps 500, step 100"


# What is chosen


def test_choosing_changes_nothing_of_what_is_trained():
    run = trained(200)
    thetas, counts = [theta.tobytes() for theta in run.sweep.thetas], run.counts
    run.hand("choose", "luck", 2, 1)
    run.hand("choose", "curves", 3)
    assert (run.cell, run.settings["start"], run.index) == ((2, 1), 4, 200)
    run.hand("set", "start", 6)
    run.frame(), run.picture(), run.python(), run.recipe(), run.opened()
    assert [theta.tobytes() for theta in run.sweep.thetas] == thetas
    assert (run.counts == counts).all()
    run.advance(300)
    assert (run.counts == trained().counts).all()


def test_sentences_are_in_the_words_of_the_course():
    run = LuckRun(hidden_units=[1, 2], learning_rate=[0.5], chosen=(2, 0.5, 8))
    assert run.sentence == (
        "Nothing is trained yet. 2 hidden units, rate 0.5 chosen. Start 8 selected."
    )
    panels = run.frame()["panels"]
    assert panels["luck"]["texts"] == ["·", "·"] and set(panels["luck"]["heat"]) == {128}
    assert panels["curves"]["note"] == "2 hidden units, rate 0.5: not trained yet"
    assert panels["chosen"]["text"].endswith(" before its first step.")
    run.advance(2000)
    assert run.sentence == (
        "2 hidden units, rate 0.5: 11 of 20 starts learned XOR (95 % interval 34–74 %)."
        " Start 8 selected."
    )
    panels = run.frame()["panels"]
    assert panels["curves"]["note"] == "2 hidden units, rate 0.5: 11 learned it, 9 did not"
    assert panels["luck"]["texts"] == ["0/20", "11/20"]
    assert panels["luck"]["below"] == ["0–16", "34–74"]
    low, high = wilson_interval(11, 20)
    assert panels["luck"]["labels"][1].endswith(f"{100 * low:.0f}–{100 * high:.0f} %")
    run.hand("choose", "luck", 0, 0)
    assert run.sentence.startswith("1 hidden unit, rate 0.5: 0 of 20 starts")


def test_the_curves_are_the_losses_of_the_cell_learned_solid_the_others_dashed():
    run = trained()
    run.hand("choose", "luck", 1, 0)
    lines = run.frame()["panels"]["curves"]["lines"]
    rows = run.sweep.where(hidden_units=2, learning_rate=0.5)
    for row, line in zip(rows, sorted(lines[: len(rows)], key=lambda line: line["choice"])):
        np.testing.assert_allclose(
            np.frombuffer(line["y"], np.float32), run.sweep.curves[row], rtol=1e-6
        )
        learned = run.sweep.table.solved[row]
        assert (line["colour"], not line["dash"]) == (
            ("positive", True) if learned else ("negative_text", False)
        )
    names = [line["name"] for line in lines if line["name"]]
    assert names == ["learned", "did not"]
    strip, chosen = lines[len(rows) :]
    assert (chosen["choice"], chosen["width"], strip["colour"]) == (0, 4.5, "surface")


def test_a_run_that_left_the_finite_numbers_has_a_curve_that_goes_up_not_down():
    run = trained()
    curves = run.sweep.curves.copy()
    curves[run.row, 20:] = np.nan
    run.sweep.curves = curves
    panels = run.frame()["panels"]
    y = np.frombuffer(panels["curves"]["lines"][-1]["y"], np.float32)
    assert (y[20:] > 1e29).all() and "beyond all bounds" in panels["chosen"]["text"]


# The run that is opened


@pytest.mark.parametrize("settings", VARIETY)
def test_the_run_that_is_opened_is_the_one_in_the_map(settings):
    run = trained(**settings)
    for row in range(0, run.networks, 5):
        values, lab = run.grid.run(row), run.opened(row)
        assert (lab.net.sizes[1], lab.settings["learning_rate"]) == (
            values["hidden_units"], values["learning_rate"])  # fmt: skip
        theta = run.sweep.thetas[row]
        if not np.isfinite(run.sweep.curves[row, -1]):
            assert lab.trouble and lab.now.index < 500
            continue
        # On some machines matmul of a stack may sum in another order than of one network.
        np.testing.assert_allclose(lab.now.theta, theta, rtol=0, atol=1e-12)
        assert lab.now.index == 500
        assert abs(lab.now.scores["loss"] - run.sweep.table.loss[row]) < 1e-12
        assert (lab.now.scores["right"] == 4) == run.sweep.table.solved[row]


def test_it_is_opened_on_a_stage_below_with_the_line_that_makes_it_again():
    widget = LuckMap(**SMALL, chosen=(4, 2, 3))
    widget.lab.advance(200)
    widget._heard(None, {"do": "playground", "view": "v", "no": 1}, [])
    assert widget.frame["trouble"] == "" and isinstance(widget.below, Playground)
    assert (widget.below.lab.now.theta == widget.lab.opened().now.theta).all()
    assert widget.below.lab.now.index == 200 and widget.below.frame["at"] == 200
    made = {}
    exec(widget.frame["paper"]["text"].replace("widgets.P", "run = widgets.P"), made)
    assert (made["run"].lab.now.theta == widget.below.lab.now.theta).all()
    assert widget.playground(widget.lab.row).sentence == widget.below.sentence
    first = widget.below
    widget._heard(None, {"do": "playground", "view": "v", "no": 2}, [])
    assert first.comm is None and widget.below is not first  # one at a time
    widget._heard(None, {"do": "close", "view": "v", "no": 3}, [])
    assert widget.below is None and widget.frame["paper"] is None
    with pytest.raises(ValueError, match="row 54: there are 54, counted from 0"):
        widget.playground(54)


# Recipes and copies


def test_a_recipe_makes_the_same_map_again():
    run = trained(200, scale=0.25, chosen=(4, 8, 5))
    again = LuckRun.from_recipe(run.recipe())
    assert again.recipe() == run.recipe() and again.sentence == run.sentence
    assert all((a == b).all() for a, b in zip(again.sweep.thetas, run.sweep.thetas))
    plain = json.loads(LuckRun().recipe())
    assert plain["start"] == {"chosen": [2, 0.5, 1]} and plain["steps"] == 0


def test_a_recipe_is_opened_on_the_stage_and_a_bad_one_is_not():
    widget, other = LuckMap(**SMALL), trained(seeds=9, chosen=(1, 2, 9))
    widget._heard(None, {"do": "open", "arguments": ["{}"], "view": "v", "no": 1}, [])
    assert "not a recipe" in widget.frame["trouble"] and widget.lab.seeds == 6
    widget._heard(None, {"do": "open", "arguments": [other.recipe()], "view": "v", "no": 2}, [])
    assert widget.sentence == other.sentence and widget.frame["highs"] == {"start": 9}
    assert LuckMap(recipe=other.recipe()).sentence == other.sentence


@pytest.mark.parametrize("settings", [{}, {"scale": 0.25, "hidden": "logistic"}])
@pytest.mark.parametrize("steps", [0, 200, 500])
def test_the_copy_prints_the_same_counts(settings, steps):
    run = trained(steps, chosen=(2, 0.5, 4), **settings)
    done = subprocess.run([sys.executable, "-c", run.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    run.advance(0 if steps else 500)  # at step 0 the program trains to the end
    loss = run.sweep.table.loss[run.row]
    assert done.stdout == f"{run.counts}\nstart 4: loss {loss:.6g}\n"
    assert max(map(len, LuckRun().python().splitlines())) <= 100


def story(start=None, **parts):
    return json.dumps({"nnlib": "luck_map 1", "start": start or {}, "steps": 0} | parts)


@pytest.mark.parametrize(
    "recipe, sentence",
    [
        ("", "it is not JSON"),
        (json.dumps({"nnlib": "playground 1"}), 'one begins with {"nnlib": "luck_map 1"'),
        (story(code="import os"), "no part 'code'"),
        (story(changes=[[0, "set", "steps", 500]]), "says where these stand"),
        (story(start=[1]), "says where these stand"),
        (story({"colour": 1}), "says where these stand: chosen, hidden"),
        (story({"hidden_units": [1e9]}), "hidden units: 1000000000.0 given, expected a whole"),
        (story({"hidden_units": []}), "expected a list of 1 to 12 numbers"),
        (story({"hidden_units": "12"}), "expected a list of 1 to 12 numbers"),
        (story({"learning_rate": [0]}), "learning rate: 0 given, expected a number from"),
        (story({"learning_rate": [float("nan")]}), "learning rate: None given"),
        (story({"learning_rate": [[1]]}), "learning rate: [1] given"),
        (story({"seeds": 10**9}), "seeds: 1000000000 given, expected a whole number from 1 to 100"),
        (story({"seeds": 100, "hidden_units": list(range(1, 13))}), "9,600 networks: at most"),
        (story({"steps": 10**9}), "steps: 1000000000 given, expected one of 500, 2000, 5000"),
        (story({"hidden": "step"}), "activation: 'step' given, expected one of tanh"),
        (story({"scale": 5.0}), "initial weights: 5.0 given"),
        (story({"chosen": [7, 0.5, 1]}), "the map has 1, 2, 3, 4, 6 and 8 hidden units and"),
        (story({"chosen": [2, 0.5, 21]}), "start: 21 given, expected a whole number from 1 to 20"),
        (story({"chosen": [2]}), "expected (hidden units, rate, start)"),
        (story(steps=7), "steps: 7 given, expected 0, 20 and so on up to 2000"),
        (story(steps=-1), "expected 0 to"),
        (story(steps=4000), "steps: 4000 given"),
    ],
)  # fmt: skip
def test_a_bad_recipe_is_refused_in_a_sentence(recipe, sentence):
    with pytest.raises(ValueError) as refused:
        LuckRun.from_recipe(recipe)
    assert sentence in str(refused.value) and len(str(refused.value)) < 400


def test_a_recipe_that_would_train_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("nncourse.widgets.base.recipe.LONGEST_REPLAY", 0.0)
    with pytest.raises(ValueError, match="trains for longer than 0.0 s: it stood at step"):
        LuckRun.from_recipe(trained().recipe())


# Refusals


@pytest.mark.parametrize(
    "do, sentence",
    [
        (("set", "start", 7), "start: 7 given, expected a whole number from 1 to 6"),
        (("set", "steps", 3), "steps: 3 given, expected one of 500, 2000, 5000"),
        (("set", "speed", 1), "there is no control 'speed'"),
        (("set", ["steps"], 1), "there is no control"),
        (("choose", "luck", 3, 0), "expected 'luck', row, column, of 3 x 3"),
        (("choose", "luck", -1, 0), "expected 'luck', row, column, of 3 x 3"),
        (("choose", "luck", 1), "expected 'luck', row, column"),
        (("choose", "curves", 6), "'curves' and one of 6"),
        (("choose", "curves", 1.5), "'curves' and one of 6"),
        (("choose", "loss", 1), "'loss' (1,): expected"),
        (("look", -1), "expected a number of updates"),
        (("opened",), "'opened': expected one of set, choose, look, reset"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence_and_nothing_is_lost(do, sentence):
    run = trained(100)
    before = run.recipe(), run.counts.tolist()
    with pytest.raises(ValueError) as refused:
        run.hand(*do)
    assert sentence in str(refused.value)
    assert (run.recipe(), run.counts.tolist()) == before


def test_settings_that_do_not_exist_are_named():
    with pytest.raises(
        ValueError, match="there is no setting width: there are hidden_units, learning_rate"
    ):
        LuckMap(width=3)
    with pytest.raises(ValueError, match="a recipe says everything"):
        LuckMap(recipe="{}", seeds=3)
    with pytest.raises(ValueError, match="speed; there are"):
        LuckMap(**SMALL, hide=["speed"])
    assert "optimizer" in LuckMap(**SMALL, hide=["optimizer"]).frame["hidden"]
    assert LuckMap.settings()["seeds"] == 20


def test_rows_and_columns_are_put_in_order_each_once():
    run = LuckRun(hidden_units=np.array([4, 1, 4]), learning_rate=(2, 0.5), seeds=1)
    assert (run.hidden_units, run.learning_rate, run.shape) == ([1, 4], [0.5, 2.0], (2, 2, 1))
    assert "1 start a cell" in run.frame()["panels"]["luck"]["note"]


# The stage around it


def test_what_is_left_without_a_kernel_is_a_picture_and_a_sentence(tmp_path):
    widget = LuckMap(**SMALL)
    widget.lab.advance(500)
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    path = widget.to_html(tmp_path / "map.html")
    assert widget.sentence in path.read_text("utf-8") and path.stat().st_size < 1_000_000
    assert widget.lab.at is None
