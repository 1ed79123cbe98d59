"""The playground without a browser: a run, changes during it, its recipe and its program."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from nnlib import SGD, Network, circles, features, train, xor
from nnlib.datasets import FEATURES
from nnlib.optimizers import OPTIMIZERS
from nncourse.reopened import VIEW
from nncourse.widgets import Playground
from nncourse.widgets.base.lab import MOST_CHANGES, REMEMBERED
from nncourse.widgets.playground import PlaygroundLab
from nncourse.widgets.playground_data import FEATURES as PLAYGROUND_FEATURES
from nncourse.widgets.playground_panels import SIDE

EVERYTHING = dict(
    data="circles", n=60, noise=0.1, train_share=60, batch_size=7, hidden_layers=2,
    hidden="relu", x1_x2=True, scale=0.5, learning_rate=0.05, optimizer="momentum", l1=0.001,
    l2=0.01, dropout=0.2,
)  # fmt: skip


def busy(**settings):
    """A lab after every kind of change that can be made."""
    lab = PlaygroundLab(**EVERYTHING | settings)
    lab.hand("set", "units_2", 3)
    lab.advance(40)
    lab.hand("set", "learning_rate", 0.1)
    lab.advance(13)
    lab.hand("move", 3, 0.25, -0.2)
    lab.hand("set", "batch_size", 5)
    lab.advance(20)
    lab.hand("add", 0.1, 0.2)
    lab.hand("recolour", 0)
    lab.hand("set", "optimizer", "adam")
    lab.advance(9)
    lab.hand("delete", 1)
    lab.hand("weight", 2, 0.75)
    lab.hand("set", "dropout", 0.0)
    lab.hand("set", "l1", 0.0)
    lab.advance(31)
    lab.hand("set", "learning_rate", 0.02)
    return lab


def printed_by(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


# A run


def test_a_run_is_what_train_does():
    lab = PlaygroundLab(data="circles", data_seed=3, weight_seed=5, learning_rate=0.3, n=80)
    lab.advance(30)
    data = circles(np.random.default_rng(3), 80, noise=0.05, test_share=0.25)
    net = Network((2, 4, 1), "tanh", "logistic", "cross_entropy")
    rng = np.random.default_rng(5)
    *_, step = train(net, net.init(rng), data.X, data.Y, SGD(0.3), rng=rng, steps=30, batch_size=10)
    assert (lab.now.theta == step.theta).all() and lab.now.epoch == step.epoch == 5
    assert lab.now.scores["test_loss"] == net.loss_and_grad(step.theta, data.X_test, data.Y_test)[0]


def test_in_how_many_pieces_a_run_is_taken_changes_nothing():
    one, many = PlaygroundLab(**EVERYTHING), PlaygroundLab(**EVERYTHING)
    one.advance(60)
    for _ in range(20):
        many.advance(3)
        many.frame()
    assert (one.now.theta == many.now.theta).all()
    assert [m.index for m in one.history] == [m.index for m in many.history]
    assert one.frame() == many.frame() | {"generation": one.generation}


def test_looking_and_drawing_change_nothing():
    lab = busy()
    theta, story = lab.now.theta.copy(), lab.recipe()
    moments = [(m.index, m.theta.tobytes()) for m in lab.history]
    for index in (0, 10, None):
        lab.hand("look", index)
        lab.frame(), lab.picture(), lab.python(), lab.sentence
    assert lab.now.theta.tobytes() == theta.tobytes() and lab.recipe() == story
    assert [(m.index, m.theta.tobytes()) for m in lab.history] == moments
    lab.hand("look", 10)
    assert lab.shown.index == 10 and lab.frame()["at"] == 10
    lab.advance(1)
    assert lab.shown is lab.now


def test_the_rate_acts_at_the_next_step_without_a_reset():
    lab = PlaygroundLab(learning_rate=0.5)
    lab.advance(10)
    before = lab.now.theta
    lab.hand("set", "learning_rate", 2.0)
    assert lab.now.theta is before
    _, gradient = lab.net.loss_and_grad(before, xor().X, xor().Y)
    lab.advance(1)
    np.testing.assert_allclose(lab.now.theta, before - 2.0 * gradient)


@pytest.mark.parametrize(
    "name, value",
    [("hidden_units", 3), ("data", "spirals"), ("hidden", "relu"), ("loss", "squared_error"),
     ("weight_seed", 1), ("sin_x1", True), ("hidden_layers", 0)],
)  # fmt: skip
def test_what_makes_another_network_or_other_data_starts_over(name, value):
    lab = PlaygroundLab()
    lab.advance(10)
    lab.hand("set", name, value)
    assert lab.now.index == 0 and len(lab.history) == 1


def test_the_same_start_is_the_same_and_a_new_start_is_not():
    lab = PlaygroundLab()
    first = lab.now.theta
    lab.hand("move", 0, 0.2, 0.3)
    lab.advance(20)
    lab.hand("reset")
    assert (lab.now.theta == first).all() and lab.now.index == 0
    assert lab.data.X[0].tolist() == [0.2, 0.3]  # a dragged point keeps its place
    lab.hand("new_start")
    assert (lab.now.theta != first).any()
    lab.hand("set", "data", "circles")
    lab.hand("set", "data", "xor")
    assert lab.data.X[0].tolist() == [0.0, 0.0]


def test_what_is_remembered_does_not_grow():
    lab = PlaygroundLab()
    for _ in range(300):
        lab.advance(10)
    assert lab.now.index == 3000 and REMEMBERED / 2 < len(lab.history) <= REMEMBERED
    assert {m.index % lab.every for m in lab.history} == {0}
    size = len(json.dumps(lab.frame(), default=lambda codes: codes.hex()))
    lab.advance(3000)
    assert len(json.dumps(lab.frame(), default=lambda codes: codes.hex())) < 1.1 * size


def test_divergence_is_said_with_step_and_layer_and_the_last_finite_step_stays():
    lab = PlaygroundLab(data="hills", hidden="relu", learning_rate=0.1)
    lab.advance(30)
    lab.hand("set", "batch_size", 20)  # a new call of `train`: the lab goes on counting steps
    lab.hand("set", "learning_rate", 10.0)
    assert lab.advance(5000) is False
    assert f"at step {lab.now.index + 1}, where the slopes of layer" in lab.trouble
    assert "Try a smaller learning rate than 10" in lab.trouble and lab.now.index > 30
    assert np.isfinite(lab.now.theta).all() and "play" in lab.frame()["off"]
    lab.hand("reset")
    assert lab.trouble == "" and lab.now.index == 0


# Pictures


def test_the_map_and_the_units_are_what_the_network_answers():
    lab = busy()
    payload = lab.frame()["panels"]["output"]
    codes = np.frombuffer(payload["heat"], np.uint8).reshape(SIDE, SIDE)
    x0, x1, y0, y1 = payload["window"]
    for row, column in ((0, 0), (10, 73), (99, 50)):
        x = x0 + (x1 - x0) * (column + 0.5) / SIDE
        y = y1 - (y1 - y0) * (row + 0.5) / SIDE
        p = lab.net.predict(lab.now.theta, features(np.array([[x, y]]), lab.names))[0, 0]
        assert abs(int(codes[row, column]) - (128 + 127 * (2 * p - 1))) <= 1
    network = lab.frame()["panels"]["network"]
    assert len(network["maps"]) == sum(lab.net.sizes) * network["side"] ** 2
    np.testing.assert_allclose(
        np.frombuffer(network["weights"], np.float32), lab.now.theta, rtol=1e-6
    )


def test_discretize_leaves_two_colours():
    lab = PlaygroundLab(discretize=True)
    assert set(lab.frame()["panels"]["output"]["heat"]) == {1, 255}


def test_hidden_space_is_there_when_there_are_two_hidden_units():
    assert PlaygroundLab(hidden_units=1).frame()["panels"]["space"] is None
    assert PlaygroundLab(hidden_layers=0).frame()["panels"]["space"] is None
    space = PlaygroundLab(hidden_units=2).frame()["panels"]["space"]
    assert len(space["heat"]) == space["side"] ** 2
    assert "heat" not in PlaygroundLab(hidden_units=3).frame()["panels"]["space"]


def test_the_hidden_space_shows_the_units_that_count_most_or_those_that_are_chosen():
    lab = PlaygroundLab(hidden_units=5)
    first, second = sorted(np.argsort(-np.abs(lab.net.layers(lab.now.theta)[1][0][:, 0]))[:2])
    panels = lab.frame()["panels"]
    assert panels["space"]["xlabel"] == f"a of 1.{first + 1}"
    assert "these of 5 have the largest weights" in panels["space"]["legend"]
    assert panels["network"]["axes"] == [2 + first, 2 + second]
    theta = lab.now.theta.copy()
    lab.hand("set", "across", 5)
    lab.hand("set", "up", 1)
    panels = lab.frame()["panels"]
    assert panels["network"]["axes"] == [6, 2] and "you chose them" in panels["space"]["legend"]
    assert (lab.now.theta == theta).all()
    lab.hand("set", "hidden_units", 3)  # without a fifth unit, an axis is chosen anew
    assert lab.frame()["values"]["across"] == "auto" and lab.frame()["panels"]["space"]
    again = PlaygroundLab.from_recipe(lab.recipe())
    assert again.frame()["panels"] == lab.frame()["panels"]


def test_a_first_look_is_the_same_run_with_little_in_sight():
    widget = Playground(data="plane", density="lesson")
    assert widget.sentence.startswith("Nothing is learned yet: the loss is ")
    widget.lab.advance(100)
    same = PlaygroundLab(data="plane")
    same.advance(100)
    assert (widget.lab.now.theta == same.now.theta).all()
    assert [*widget.frame["panels"]] == ["network", "output"]
    with pytest.raises(ValueError, match="density: 'wide' given, expected one of lesson, lab"):
        Playground(density="wide")


@pytest.mark.parametrize(
    "data", ["xor", "quadrants", "circles", "blobs", "spirals", "plane", "hills"]
)
@pytest.mark.parametrize("layers", [0, 2])
def test_every_set_trains_and_shows(data, layers):
    lab = PlaygroundLab(data=data, hidden_layers=layers, learning_rate=0.1, hidden="gelu")
    lab.advance(200)
    first, last = lab.history[0].scores["loss"], lab.now.scores["loss"]
    assert last < first or (data, layers) in {("xor", 0), ("quadrants", 0), ("circles", 0)}
    assert lab.frame()["status"] == lab.sentence and lab.picture().alt == lab.sentence


def test_a_still_picture_has_no_losses_before_the_first_step_or_where_they_are_hidden():
    lab = PlaygroundLab()

    def shown(hide=()):
        return {ax.get_ylabel() for ax in lab.picture(hide).axes}

    before = shown()
    lab.advance(1)
    assert (before, shown(), shown(hide=["loss"])) == ({"x2"}, {"x2", "loss"}, {"x2"})


def test_a_pinned_run_stays_in_sight():
    lab = PlaygroundLab()
    lab.advance(50)
    then = lab.now.scores["loss"]
    lab.hand("pin")
    lab.hand("new_start")
    lab.advance(50)
    assert f"pinned (2-4-1 tanh, rate 0.5): loss {then:.3f} at step 50" in lab.sentence
    assert len(lab.frame()["panels"]["loss"]["lines"]) == 2
    lab.hand("pin")
    assert "pinned" not in lab.sentence


def test_a_pinned_run_does_not_grow_with_the_run_that_goes_on():
    lab = PlaygroundLab()
    lab.advance(50)
    lab.hand("pin")
    lab.advance(50)
    assert lab.pinned.moments[-1].index == 50 and lab.history[-1].index == 100
    *_, pinned = lab.frame()["panels"]["loss"]["lines"]
    assert len(pinned["x"]) == len(pinned["y"]) == 4 * 51


# Recipes and copies


def test_a_recipe_makes_the_same_bits():
    lab = busy()
    again = PlaygroundLab.from_recipe(lab.recipe())
    assert again.now.theta.tobytes() == lab.now.theta.tobytes()
    assert again.recipe() == lab.recipe() and again.now.scores == lab.now.scores
    assert [m.scores for m in again.history] == [m.scores for m in lab.history]
    again.advance(25), lab.advance(25)
    assert again.now.theta.tobytes() == lab.now.theta.tobytes()


@pytest.mark.parametrize("settings", [{}, {"data": "plane"}, {"data": "xor"}])
def test_the_copy_ends_at_the_same_loss(settings):
    lab = busy(**settings)
    assert printed_by(lab.python()) == f"loss {lab.now.scores['loss']:.6g}\n"


def test_own_points_go_along():
    rng = np.random.default_rng(7)
    X = rng.normal(size=(30, 2))
    y = np.where(X[:, 0] > X[:, 1], "cat", "dog")
    widget = Playground(X, y, learning_rate=0.3)
    widget.lab.advance(40)
    assert widget.lab.data.class_names == ("cat", "dog")
    again = Playground(recipe=widget.lab.recipe())
    assert again.lab.now.theta.tobytes() == widget.lab.now.theta.tobytes()
    assert again.sentence == widget.sentence
    assert printed_by(widget.lab.python()) == f"loss {widget.lab.now.scores['loss']:.6g}\n"


@pytest.mark.parametrize(
    "y, names",
    [([1, 2] * 15, ("1", "2")), ([[-1.0], [1]] * 15, ("-1", "1")),
     ([True, False] * 15, ("False", "True")), (np.array(["b", "a"] * 15, object), ("a", "b")),
     (np.eye(2)[[1, 0] * 15], ("0", "1"))],
)  # fmt: skip
def test_own_classes_may_have_any_labels(y, names):
    data = Playground(np.random.default_rng(7).normal(size=(30, 2)), y, train_share=50).lab.data
    assert data.class_names == names and data.Y.sum() in (7, 8) and data.Y_test.sum() in (7, 8)


@pytest.mark.parametrize("share, y", [(10, [0, 1] * 3), (10, [0] * 9 + [1] * 6)])
def test_a_share_that_leaves_nothing_to_learn_a_class_from_is_refused(share, y):
    X = np.random.default_rng(7).normal(size=(len(y), 2))
    with pytest.raises(ValueError, match=f"train_share={share}: of {len(y)} points that leaves"):
        Playground(X, y, train_share=share)


def test_own_numbers_are_a_regression():
    X = np.random.default_rng(7).normal(size=(30, 2))
    lab = Playground(X, X[:, :1] * 3).lab
    assert lab.data.class_names is None and lab.net.output == "identity" and lab.reach > 1


def story(**parts):
    return json.dumps({"nnlib": "playground 1", "steps": 0} | parts)


@pytest.mark.parametrize(
    "recipe, sentence",
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "one begins with"),
        (json.dumps({"nnlib": "digits 1"}), 'one begins with {"nnlib": "playground 1"'),
        ("x" * 300_000, "at most 200,000 characters"),
        (None, "expected a text"),
        (story(code="import os"), "no part 'code'"),
        (story(start={"__class__": 1}), "there is no control '__class__'"),
        (story(start={"own": [[1, 2]]}), "there is no control 'own'"),
        (story(start=[1]), "a list of controls"),
        (story(start={"n": 10**9}), "expected a whole number from 20 to 500"),
        (story(start={"hidden_units": 1e9}), "from 1 to 16"),
        (story(start={"learning_rate": float("nan")}), "learning rate: None given"),
        (story(start={"learning_rate": True}), "learning rate: True given"),
        (story(start={"data": "own"}), "no points of your own"),
        (story(start={"x1": False, "x2": False}), "at least one input feature"),
        (story(steps=10**12), "expected 0 to"),
        (story(steps=-1), "expected 0 to"),
        (story(steps=1.5), "expected 0 to"),
        (story(changes=[[0, "python"]]), "is not [step, what was done, ...]"),
        (story(changes=[[0, "__init__", 1]]), "is not [step, what was done, ...]"),
        (story(changes=[[5, "set", "l2", 0.1], [3, "set", "l2", 0.0]], steps=9), "goes forward"),
        (story(changes=[[0, "move", 9, 0.1, 0.1]]), "point 9: there are 4"),
        (story(changes=[[0, "move", 0, 1e9, 0.1]]), "x1: 1000000000.0 given"),
        (story(changes=[[0, "move", 0]]), "move was given [0]: expected i, x, y"),
        (story(changes=[[0, "weight", 0, 1e300]]), "expected -1e+03 to 1e+03"),
        (story(changes=[[0, "set", ["l2"], 0.1]]), "there is no control"),
        (story(changes=[[0, "set", "l2", 0.0]] * (MOST_CHANGES + 1)), "at most 1,000 changes"),
        (story(own={"X": [[0, 0]] * 3000, "Y": [0] * 3000, "names": None}), "more than 2,000"),
        (story(own={"X": [[0, 0], [1, 1]], "Y": [0, 1]}), "can't be used"),
        (story(own={"X": [[0, 0], ["a", 1]], "Y": [0, 1], "names": ["a", "b"]}), "can't be used"),
    ],
)  # fmt: skip
def test_a_bad_recipe_is_refused_in_a_sentence(recipe, sentence):
    with pytest.raises(ValueError) as refused:
        PlaygroundLab.from_recipe(recipe)
    assert sentence in str(refused.value) and len(str(refused.value)) < 400


def test_a_recipe_that_would_train_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("nncourse.widgets.base.recipe.LONGEST_REPLAY", 0.05)
    with pytest.raises(ValueError, match="trains for longer than 0.05 s: it stood at step"):
        PlaygroundLab.from_recipe(story(steps=2_000_000))


def test_a_run_changed_too_often_by_hand_has_no_recipe_until_it_starts_again():
    lab = PlaygroundLab()
    for k in range(MOST_CHANGES + 1):
        lab.hand("move", k % 4, 0.5, k / 2000)
    for write in (lab.recipe, lab.python):
        with pytest.raises(ValueError, match="press Same start"):
            write()
    lab.hand("set", "data", "circles")
    assert lab.recipe()


# Refusals


@pytest.mark.parametrize(
    "do, sentence",
    [
        (("set", "learning_rate", 0), "learning rate: 0 given, expected a number from 0.001 to 10"),
        (("set", "hidden_units", 2.5), "hidden units: 2.5 given, expected a whole number"),
        (("set", "hidden", "step"), "activation: 'step' given, expected one of identity"),
        (("set", "speed", 1), "there is no control 'speed'"),
        (("set", "discretize", 1), "expected True or False"),
        (("look", -1), "expected a number of updates"),
        (("delete", 4), "point 4: there are 4"),
        (("move", 0, float("nan"), 0), "x1: nan given"),
        (("weight", 0, "1"), "a weight: '1' given"),
        (("weight", 17, 1.0), "weight 17: there are 17"),
        (("set_up",), "'set_up': expected one of"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence_and_nothing_is_lost(do, sentence):
    lab = PlaygroundLab()
    lab.advance(5)
    before = lab.recipe(), lab.now
    with pytest.raises(ValueError) as refused:
        lab.hand(*do)
    assert sentence in str(refused.value)
    assert (lab.recipe(), lab.now) == before


def test_the_last_point_and_the_last_feature_stay():
    lab = PlaygroundLab()
    for _ in range(3):
        lab.hand("delete", 0)
    with pytest.raises(ValueError, match="keep at least one training point"):
        lab.hand("delete", 0)
    lab.hand("set", "x1", False)
    with pytest.raises(ValueError, match="at least one input feature"):
        lab.hand("set", "x2", False)
    assert lab.names == ["x2"] and lab.advance(5)


@pytest.mark.parametrize(
    "X, y, sentence",
    [
        (np.zeros((4, 3)), [0, 1, 1, 0], r"choose two columns, X\[:, \[0, 1\]\]"),
        (np.zeros(4), [0, 1, 1, 0], r"X has shape \(4,\), expected \(n, 2\)"),
        (np.zeros((4, 2)), [0, 1], r"X has 4 points and y has shape \(2,\)"),
        (np.zeros((4, 2)), None, "give both"),
        (np.zeros((4, 2)), [0, 1, 2, 0], "y has 3 different values"),
        (np.zeros((4, 2)), ["a", "b", None, "a"], r"y\[2\] is None: labels are whole numbers"),
        (np.zeros((4, 2)), ["a", 1, 1, "a"], "y holds strings and other labels, say 'a' and 1"),
        (np.full((4, 2), np.nan), [0, 1, 1, 0], r"X\[0, 0\] is nan"),
        (np.full((4, 2), 1e6), [0, 1, 1, 0], "inputs of about 1 train best"),
        (np.zeros((4, 2)), [0.5, 1.5, np.inf, 0.1], r"y\[2\] is inf"),
        (np.zeros((3000, 2)), np.zeros(3000), "3,000 points: expected 2 to 2,000"),
    ],
)
def test_own_points_that_do_not_fit_are_refused(X, y, sentence):
    with pytest.raises(ValueError, match=sentence):
        Playground(X, y)


# The stage around it


def hear(widget, **message):
    widget._heard(None, {"view": "v", "no": 1} | message, [])


def test_a_hidden_control_must_exist():
    assert "noise" in Playground(hide=["noise"]).frame["hidden"]
    with pytest.raises(ValueError, match="there is nothing called colour"):
        Playground(hide=["colour"])
    with pytest.raises(ValueError, match="a recipe says everything"):
        Playground(recipe=story(), learning_rate=1.0)


def test_an_exception_is_shown_and_nothing_is_lost(monkeypatch):
    widget = Playground()
    hear(widget, do="step")
    assert widget.frame["at"] == 1 and widget.frame["answers"] == {"v": 1}
    hear(widget, do="set", name="learning_rate", value=-1, no=2)
    assert widget.frame["trouble"].startswith("learning rate: -1 given")
    monkeypatch.setattr(widget.lab, "frame", lambda: 1 / 0)
    hear(widget, do="step", no=3)
    assert widget.frame["trouble"] == "ZeroDivisionError: division by zero"
    assert widget.frame["answers"] == {"v": 3} and widget.frame["at"] == 1


def test_a_recipe_is_opened_on_the_stage_and_a_bad_one_is_not():
    widget, other = Playground(), busy()
    widget.lab.advance(7)
    hear(widget, do="recipe")
    assert json.loads(widget.frame["paper"]["text"])["steps"] == 7
    hear(widget, do="open", arguments=["{}"])
    assert "not a recipe" in widget.frame["trouble"] and widget.lab.now.index == 7
    assert widget.frame["paper"]
    hear(widget, do="open", arguments=[other.recipe()])
    assert widget.sentence == other.sentence and widget.frame["paper"] is None
    hear(widget, do="python")
    assert widget.frame["paper"]["text"] == other.python()


def test_what_is_left_without_a_kernel_is_a_picture_and_a_sentence():
    data, metadata = Playground()._repr_mimebundle_()
    assert (
        data["text/plain"]
        == metadata["image/png"]["alt"]
        == "step 0 · loss 0.706 · 3 of 4 points right"
    )
    assert data["image/png"] and VIEW in data


def test_what_was_done_in_the_cell_is_what_is_shown():
    widget = Playground()
    widget.lab.advance(5)
    widget._repr_mimebundle_()
    assert widget.frame["at"] == 5
    assert widget.train(7) is widget and widget.frame["at"] == 12
    assert widget.frame["status"] == widget.sentence


def test_a_page_holds_the_front_end_and_the_run_and_asks_for_nothing(tmp_path):
    widget = Playground()
    widget.lab.advance(500)
    path = widget.to_html(tmp_path / "run.html")
    text = path.read_text("utf-8")
    assert widget.sentence in text and "function playback(" in text
    assert not re.search(r"https?://|<link|src=\"(?!data:)|url\((?!data:)", text)
    assert path.stat().st_size < 3_000_000 and widget.lab.at is None


def test_every_feature_of_nnlib_has_a_control():
    assert list(PLAYGROUND_FEATURES.values()) == list(FEATURES)


def test_the_optimizers_of_the_playground_are_those_of_nnlib():
    assert list(PlaygroundLab.CONTROLS["optimizer"].options) == list(OPTIMIZERS)
    for name, kind in OPTIMIZERS.items():
        assert type(PlaygroundLab(optimizer=name).optimizer) is kind
