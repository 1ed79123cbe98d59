"""The nudge test without a browser: what is measured, shown, written down and refused."""

import base64
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from nnlib import Network, numerical_gradient, xor
from nncourse.widgets import NudgeTest
from nncourse.widgets.base.nine_numbers import NINE
from nncourse.widgets.nudge import WEIGHTS, NudgeDesk

net, data = Network((2, 2, 1)), xor()
STATES = [
    {},
    {"weight": "b1_2", "step": 1e-5, "dtype": "float32"},
    {"weight": "W2_2", "step": 1e-9, "sides": "one"},
    {"weight": "b2", "step": 1.0, "sides": "one", "dtype": "float32"},
]


def f(theta):
    return net.loss_and_grad(theta, data.X, data.Y)


def found(net, theta, X, Y):
    """The slip of notebook 07: the slope of tanh, written in z, is handed an a."""
    (W1, b1), (W2, b2) = net.layers(theta)
    A0, A1, A2 = net.forward(theta, X).A
    delta2 = (A2 - Y) / len(X)
    delta1 = delta2 @ W2.T * (1 - np.tanh(A1) ** 2)
    gradients = A0.T @ delta1, delta1.sum(axis=0), A1.T @ delta2, delta2.sum(axis=0)
    return np.concatenate([g.ravel() for g in gradients])


def floats(codes):
    return np.frombuffer(codes, np.float32).astype(float)


# What is measured


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("step", [1.0, 1e-2, 1e-5, 1e-12])
def test_both_sides_measure_what_nnlib_measures(dtype, step):
    theta = NINE.astype(dtype)
    slopes = numerical_gradient(f, theta, np.asarray(step, dtype))
    claimed = f(NINE)[1]
    for i, weight in enumerate(WEIGHTS):
        desk = NudgeDesk(weight=weight, step=step, dtype=dtype)
        assert desk.measured == slopes[i] and desk.claimed == claimed[i]


def test_the_nine_numbers_are_those_that_solve_xor_by_hand():
    step = Network((2, 2, 1), hidden="step", output="step")
    assert (step.predict(NINE, data.X) == data.Y).all()


def test_one_side_is_off_by_the_step_and_both_by_its_square():
    for sides, power in (("one", 1), ("both", 2)):
        off = [abs(d.measured - d.claimed) for d in (
            NudgeDesk(step=step, sides=sides) for step in (1e-2, 1e-3))]  # fmt: skip
        assert off[0] / off[1] == pytest.approx(10**power, rel=0.02)


def test_along_the_last_layer_the_loss_is_a_parabola_and_both_sides_are_exact():
    for weight in ("W2_1", "W2_2", "b2"):
        desk = NudgeDesk(weight=weight, step=1.0)
        assert abs(desk.measured - desk.claimed) < 1e-14
        assert desk.sentence.endswith("no step is too large.")


def test_too_small_a_step_lies_in_float64_and_sees_nothing_in_float32():
    assert "off by 6e-04. The loss bends" in NudgeDesk(step=0.1).sentence
    assert NudgeDesk(step=1e-5).sentence.endswith("About the best step for float64.")
    late = NudgeDesk(step=1e-13)
    assert abs(late.measured - late.claimed) > 1e-6
    assert late.sentence.endswith("The digits run out: a larger step lies less.")
    assert NudgeDesk(step=1e-8, dtype="float32").measured == 0
    assert NudgeDesk(step=1e-8, dtype="float32").sentence.endswith("nothing moves.")


def test_the_slip_of_the_notebook_is_found_at_no_step():
    desk = NudgeDesk(backward=found, sides="one", step=1.0)
    assert desk.claimed == found(net, NINE, data.X, data.Y)[0]
    assert round(desk.claimed, 2) == -0.45
    for step in desk.tour():
        desk.set("step", step)
        assert abs(desk.measured - desk.claimed) > 0.05
    desk.set("step", 1e-3)
    assert desk.sentence.endswith("the claim is wrong.")
    desk.set("weight", "b2")  # the last layer has no slip
    assert "wrong" not in desk.sentence


# What is shown


@pytest.mark.parametrize("state", STATES)
def test_the_curve_is_the_loss_and_the_dot_lies_on_its_v(state):
    desk = NudgeDesk(**state)
    panels = desk.frame()["panels"]
    step, dtype, i = desk.settings["step"], desk.settings["dtype"], desk.index
    curve, secant, tangent = panels["slice"]["lines"]
    x, y = floats(curve["x"]), floats(curve["y"])
    for k in (0, 70, 200):
        theta = NINE.astype(dtype)
        theta[i] += np.asarray(x[k], dtype)
        rounding = 4 * float(np.finfo(dtype).eps)  # of two losses of about 1
        assert y[k] == pytest.approx(float(f(theta)[0] - f(NINE)[0]), rel=1e-4, abs=rounding)
    for line, slope in ((secant, desk.measured), (tangent, f(NINE)[1][i])):
        rise, run = np.diff(floats(line["y"]))[0], np.diff(floats(line["x"]))[0]
        assert rise / run == pytest.approx(slope, rel=1e-5)
    dots = panels["slice"]["dots"]
    assert [dot["x"] for dot in dots[:-1]] == [step, -step][: len(dots) - 1]
    (dot,) = panels["errors"]["dots"]
    own = next(line for line in panels["errors"]["lines"] if line["name"] == dtype)
    near = np.argmin(abs(np.log(floats(own["x"]) / step)))
    assert floats(own["y"])[near] == pytest.approx(dot["y"], rel=1e-5)
    assert dot["y"] == pytest.approx(max(1e-13, abs(desk.measured - f(NINE)[1][i])))


def test_the_valley_lies_where_rounding_and_curvature_balance():
    valleys = {}
    for sides in ("both", "one"):
        for line in NudgeDesk(sides=sides).frame()["panels"]["errors"]["lines"]:
            low = np.argmin(floats(line["y"]))
            valleys[sides, line["name"]] = floats(line["x"])[low], floats(line["y"])[low]
    assert 1e-7 < valleys["both", "float64"][0] < 1e-4 and valleys["both", "float64"][1] < 1e-9
    assert 1e-4 < valleys["both", "float32"][0] < 1e-1 and valleys["both", "float32"][1] < 1e-3
    assert 1e-10 < valleys["one", "float64"][0] < 1e-6


def test_the_chosen_number_is_marked_among_the_nine():
    for i, weight in enumerate(WEIGHTS):
        (row,) = NudgeDesk(weight=weight).frame()["panels"]["numbers"]["rows"]
        marked = [(part["name"], part["made"]) for part in row if part["made"] is not None]
        assert len(marked) == 1 and marked[0][0] == weight[:2]
        assert sum(len(part["texts"]) for part in row) == 9
        start = {"W1": 0, "b1": 4, "W2": 6, "b2": 8}[marked[0][0]]
        assert start + marked[0][1] == i


def test_a_frame_is_quick():
    desk = NudgeDesk()
    times = []
    for k in range(30):
        begun = time.thread_time()
        desk.hand("set", "step", 10.0 ** -(k % 14))
        desk.frame()
        times.append(time.thread_time() - begun)
    assert np.median(times) < 0.01  # about 1 ms


# Hands


def test_hands_change_the_step_and_the_numbers():
    desk = NudgeDesk()
    desk.hand("smaller")
    assert desk.settings["step"] == 0.01
    desk.hand("larger"), desk.hand("larger"), desk.hand("larger")
    assert desk.settings["step"] == 1 and desk.off == {"larger": "it is the largest step there is"}
    desk.hand("drag", "errors", "step", 3.456e-7, 1e-3)
    assert desk.settings["step"] == 3.5e-7
    desk.hand("drag", "errors", "step", 0.0, 1e-3)
    assert desk.settings["step"] == 1e-14 and "smaller" in desk.off
    desk.hand("change", "W1", 0, 0.5)
    desk.hand("set", "step", 1e-3)
    changed = np.array([0.5, *NINE[1:]])
    assert desk.claimed == f(changed)[1][0]
    assert desk.measured == numerical_gradient(f, changed, 1e-3)[0]
    desk.hand("reset")
    assert desk.sentence == NudgeDesk().sentence


@pytest.mark.parametrize(
    "do, arguments, words",
    [
        ("set", ("step", 0), "step h: 0 given, expected a number from 1e-14 to 1"),
        ("set", ("weight", "W3"), "weight: 'W3' given, expected one of W1_11, W1_12"),
        ("change", ("W1", 4, 1.0), "there is no number 4 in 'W1'"),
        ("change", ("W1", 0, 11.0), "11.0 given, expected a number from -10 to 10"),
        ("drag", ("errors", "ball", 0.1, 0.1), "there is nothing called 'ball' to drag"),
        ("drag", ("errors", "step", "far", 0.1), "'far' given, expected a number"),
        ("explode", (), "'explode': expected one of set, change, drag"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(do, arguments, words):
    desk = NudgeDesk(step=1e-3)
    before = desk.sentence, desk.recipe()
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        desk.hand(do, *arguments)
    assert (desk.sentence, desk.recipe()) == before


# Exits


@pytest.mark.parametrize("state", STATES)
def test_a_recipe_and_python_say_what_stands_here(state):
    desk = NudgeDesk(**state)
    desk.change("b1", 1, 1.25)
    again = NudgeDesk.from_recipe(desk.recipe())
    assert again.sentence == desk.sentence and again.frame() == desk.frame()
    done = subprocess.run([sys.executable, "-c", desk.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    sentence = desk.sentence.replace("−", "-").split(". ")[0]
    assert done.stdout.strip().startswith(sentence.replace("no digit between them", "off by 0e+00"))


@pytest.mark.parametrize(
    "text", ["{}", '{"nnlib": "nudge 1", "own": {"W1": [1]}}', '{"nnlib": "nudge 1", "start": [1]}',
             '{"nnlib": "nudge 1", "start": {"backward": 1}}']
)  # fmt: skip
def test_a_text_that_is_no_recipe_is_refused(text):
    with pytest.raises(ValueError):
        NudgeDesk.from_recipe(text)


def test_a_backward_of_your_own_stays_when_a_recipe_is_opened():
    widget = NudgeTest(backward=found)
    widget.restore(NudgeDesk(step=1e-3).recipe())
    assert widget.lab.claimed == found(net, NINE, data.X, data.Y)[0]
    assert "found(net, nine, data.X, data.Y)" in widget.lab.python()
    again = NudgeTest(backward=found, recipe=widget.lab.recipe())
    assert again.sentence == widget.sentence
    with pytest.raises(ValueError, match="a recipe says everything"):
        NudgeTest(recipe=widget.lab.recipe(), step=0.1)


def test_where_nobody_runs_it_it_is_a_picture_and_a_sentence(tmp_path):
    widget = NudgeTest()
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    page = widget.to_html(tmp_path / "nudge.html").read_text("utf-8")
    assert widget.sentence in page and "http://" not in page.split("<script")[0]
    frames = list(widget.lab.recording(80))
    assert len(frames) == 16 and frames[5]["when"] == "step h 1e-05"
    assert widget.lab.settings["step"] == 0.1
    assert json.loads(widget.lab.recipe()) == {"nnlib": "nudge 1"}
