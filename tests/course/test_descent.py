"""The descent without a browser: where the ball goes, what is said of it, written down, refused."""

import base64
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from nnlib import SGD, Network, numerical_gradient, xor
from nncourse.widgets import Descent
from nncourse.widgets.base.nine_numbers import NINE
from nncourse.widgets.descent import MOST_STEPS, DescentDesk
from nncourse.widgets.descent_grounds import GROUNDS

net, data = Network((2, 2, 1)), xor()
PLACES = {"b2": 8, "W2_1": 6, "W1_11": 0}
STATES = [
    {},
    {"curvature": 4.0, "learning_rate": 0.3, "steps": 7, "start": 1.25},
    {"ground": "W2_1", "learning_rate": 5.48, "steps": 30},
    {"ground": "gradient", "learning_rate": 0.6, "steps": 4},
]


def f(theta):
    return net.loss_and_grad(theta, data.X, data.Y)


def floats(codes):
    return np.frombuffer(codes, np.float32).astype(float)


def ball(desk):
    (dot,) = [d for d in desk.frame()["panels"]["slope"]["dots"] if d.get("hand") == "ball"]
    return dot["x"], dot["y"]


# Where the ball goes


@pytest.mark.parametrize("ground", PLACES)
@pytest.mark.parametrize("rate", [0.2, 1.0, 2.5])
def test_along_one_number_it_walks_as_sgd_would_walk_that_number_alone(ground, rate):
    desk, i, theta = DescentDesk(ground=ground, learning_rate=rate), PLACES[ground], NINE.copy()
    for _ in range(8):
        assert ball(desk) == (pytest.approx(theta[i]), pytest.approx(float(f(theta)[0])))
        only = np.zeros(9)
        only[i] = numerical_gradient(f, theta)[i]
        theta = SGD(rate).step(theta, only)
        desk.hand("step")


def test_straight_down_the_gradient_the_first_slope_is_the_length_of_the_gradient():
    desk, gradient = DescentDesk(ground="gradient", learning_rate=0.3), f(NINE)[1]
    assert float(desk.ground.slope(0.0)) == pytest.approx(-np.linalg.norm(gradient))
    desk.hand("step")
    assert ball(desk)[1] == pytest.approx(float(f(SGD(0.3).step(NINE, gradient))[0]))


def test_on_a_parabola_a_rate_of_two_over_c_bounces_for_ever_at_the_same_height():
    for c in (0.25, 1.0, 4.0, 7.0):
        desk = DescentDesk(curvature=c, learning_rate=2 / c, steps=MOST_STEPS)
        np.testing.assert_allclose(desk.heights[:, 1], desk.heights[0, 1], rtol=1e-12)
        np.testing.assert_allclose(desk.walks[1::2, 1], -desk.walks[:-1:2, 1])
        assert "it bounces at the same height" in desk.sentence and desk.done
    assert (
        len(set(DescentDesk(learning_rate=2.0, steps=MOST_STEPS).heights[:, 1])) == 1
    )  # to the bit


@pytest.mark.parametrize(
    "rate, words",
    [
        (0.2, "= 0.20: it creeps, a step keeps 0.80 of the distance."),
        (0.5, "= 0.50: it creeps, a step keeps 0.50 of the distance."),
        (0.7, "= 0.70: it walks down, a step keeps 0.30 of the distance."),
        (0.99, "= 0.99: it all but lands, a step keeps 0.01 of the distance."),
        (1.0, "= 1.00: it lands in one step."),
        (1.8, "= 1.80: it overshoots, a step keeps 0.80 of the distance."),
        (2.0, "= 2.00: it bounces at the same height, the edge is a rate of 2 / 1 = 2."),
        (2.2, "= 2.20: it flies off, the edge was a rate of 2 / 1 = 2."),
    ],
)
def test_what_is_said_is_what_happens(rate, words):
    """On the parabola, and along b2, whose curvature is 1 as well."""
    for ground in ("parabola", "b2"):
        desk = DescentDesk(ground=ground, learning_rate=rate, steps=20)
        assert desk.sentence.endswith(words)
        height = desk.heights[:, 1] - desk.ground.bottom
        grows = height[20] > 2 * height[0]
        assert grows == ("flies off" in words)
        assert (height[1] < 1e-9) == ("lands in one" in words)
        distance = desk.walks[:, 1] + (0.0 if ground == "parabola" else 0.1836)
        if "keeps" in words:
            kept = float(words.split("keeps ")[1].split(" of")[0])
            assert abs(distance[2] / distance[1]) == pytest.approx(kept, abs=0.01)
            assert ("creeps" in words) == (rate < 1 and kept >= 0.5)


def test_the_curvature_is_that_of_the_loss():
    A1 = net.forward(NINE, data.X).A[1]
    assert DescentDesk(ground="b2").ground.curvature(0.3) == pytest.approx(1)
    assert DescentDesk(ground="W2_1").ground.curvature(2.0) == pytest.approx(np.mean(A1[:, 0] ** 2))
    desk = DescentDesk(ground="W1_11", learning_rate=0.5)
    around = [float(f(np.array([w, *NINE[1:]]))[0]) for w in (0.99, 1.0, 1.01)]
    assert desk.ground.curvature(1.0) == pytest.approx(np.diff(around, 2)[0] / 1e-4, rel=1e-3)
    assert f"Rate × curvature = {0.5 * desk.ground.curvature(1.0):.2f}" in desk.sentence
    desk.hand("drag", "slope", "ball", -2.0, 0.0)
    assert desk.sentence.endswith("there is no valley here.")


def test_on_curved_ground_nothing_is_said_for_ever():
    desk = DescentDesk(ground="gradient", learning_rate=0.9)
    assert "= 2.12: it leaps up, the edge was a rate of 2 / 2.36 = 0.847." in desk.sentence
    sentences = " ".join(desk._fate(k, 1.0)[1] for k in (0.5, 1.0, 1.5, 2.0, 3.0))
    assert "height" not in sentences and "keeps" not in sentences and "flies" not in sentences


def test_a_ball_that_is_gone_stays_finite_and_ends_the_play():
    for ground in GROUNDS:
        desk = DescentDesk(ground=ground, learning_rate=20.0, curvature=20.0, steps=MOST_STEPS)
        assert np.isfinite(desk.walks).all() and np.isfinite(desk.heights).all()
        desk.frame(), desk.picture()
    desk = DescentDesk(learning_rate=20.0, curvature=20.0)
    taken = 0
    while desk.advance(1):
        taken += 1
    assert taken < 5 and desk.sentence.endswith("the ball has flown off, at a rate of 20.")


# What is shown


def test_three_rates_start_at_the_same_place_and_each_is_its_own_walk():
    desk = DescentDesk(learning_rate=0.9, steps=5)
    lines = desk.frame()["panels"]["curves"]["lines"]
    assert [line["name"] for line in lines] == ["rate 0.45", "rate 0.9", "rate 1.8"]
    for line, rate in zip(lines, (0.45, 0.9, 1.8)):
        alone = DescentDesk(learning_rate=rate, steps=5)
        shown = floats(line["y"])
        np.testing.assert_allclose(shown, np.clip(alone.heights[:, 1], 1e-4, 1e3), rtol=1e-6)
    texts = desk.frame()["panels"]["products"]["texts"]
    assert texts == ["0.45 creeps", "0.90 all but lands", "1.80 overshoots"]


def test_the_curve_under_the_ball_is_the_loss():
    for ground, i in PLACES.items():
        desk = DescentDesk(ground=ground)
        curve = desk.frame()["panels"]["slope"]["lines"][0]
        for x, y in list(zip(floats(curve["x"]), floats(curve["y"])))[::40]:
            theta = NINE.copy()
            theta[i] = x
            assert y == pytest.approx(float(f(theta)[0]), rel=1e-5)
        assert desk.ground.bottom <= floats(curve["y"]).min()


def test_a_moved_rate_shows_the_walk_it_would_have_taken():
    desk = DescentDesk(learning_rate=0.5, steps=9)
    desk.hand("set", "learning_rate", 1.5)
    assert ball(desk) == ball(DescentDesk(learning_rate=1.5, steps=9))
    assert (
        desk.frame()["generation"] > DescentDesk(learning_rate=1.5, steps=9).frame()["generation"]
    )


def test_every_step_can_be_looked_at():
    desk = DescentDesk(learning_rate=1.8, steps=9)
    assert desk.frame()["moments"] == list(range(10)) and desk.frame()["at"] == 9
    desk.hand("look", 4)
    assert ball(desk) == ball(DescentDesk(learning_rate=1.8, steps=4))
    assert desk.sentence.startswith("step 4: ")
    desk.hand("step")
    assert (desk.at, desk.steps) == (5, 9)
    desk.hand("look", None)
    desk.hand("step")
    assert (desk.at, desk.steps) == (10, 10)


def test_a_frame_is_quick():
    for ground in ("parabola", "gradient"):
        desk, times = DescentDesk(ground=ground, steps=12), []
        for k in range(30):
            begun = time.thread_time()
            desk.hand("set", "learning_rate", 0.1 + 0.05 * k)
            desk.frame()
            times.append(time.thread_time() - begun)
        assert np.median(times) < 0.015  # 0.3 ms and 2 ms


# Hands


def test_hands_move_the_ball_and_put_it_back():
    desk = DescentDesk(learning_rate=0.5, steps=5)
    desk.hand("drag", "slope", "ball", 2.3412, 0.1)
    assert desk.start == 2.34 and desk.steps == 0 and ball(desk)[1] == desk.ground.loss(2.34)
    desk.hand("drag", "slope", "ball", 9.0, 0.1)
    assert desk.start == 3.0  # at the edge of the window
    desk.advance(3)
    desk.hand("restart")
    assert (desk.start, desk.steps) == (3.0, 0)
    desk.hand("set", "ground", "W2_1")
    assert desk.start == 1.0 and desk.hidden == ["curvature"]
    desk.hand("reset")
    assert desk.sentence == DescentDesk(learning_rate=0.5, steps=5).sentence
    assert DescentDesk(start=1.0).start == 1.0


@pytest.mark.parametrize(
    "do, arguments, words",
    [
        (
            "set",
            ("learning_rate", 21),
            "learning rate: 21 given, expected a number from 0.01 to 20",
        ),
        ("set", ("ground", "hill"), "on: 'hill' given, expected one of parabola, b2"),
        ("drag", ("slope", "step", 1.0, 1.0), "there is nothing called 'step' to drag"),
        ("drag", ("slope", "ball", None, 1.0), "None given, expected a number"),
        ("look", (9,), "step 9 given: 5 were taken"),
        ("look", ("first",), "step first given: 5 were taken"),
        ("jump", (), "'jump': expected one of set, drag, step"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(do, arguments, words):
    desk = DescentDesk(steps=5)
    before = desk.sentence, desk.recipe()
    with pytest.raises(ValueError, match=words):
        desk.hand(do, *arguments)
    assert (desk.sentence, desk.recipe()) == before


def test_a_descent_that_cannot_be_is_refused():
    for wrong in ({"steps": 61}, {"steps": 1.5}, {"start": 11}, {"learning_rate": 0}, {"hill": 1}):
        with pytest.raises(ValueError):
            Descent(**wrong)


def test_play_begins_anew_where_it_has_ended():
    widget = Descent(learning_rate=1.0, steps=1)
    assert widget.lab.done
    widget.player.play = lambda: None  # there is no event loop here
    widget._heard(None, {"do": "play"}, [])
    assert widget.lab.steps == 0


# Exits


@pytest.mark.parametrize("state", STATES)
def test_a_recipe_and_python_say_what_stands_here(state):
    desk = DescentDesk(**state)
    again = DescentDesk.from_recipe(desk.recipe())
    assert again.sentence == desk.sentence
    assert again.frame()["panels"] == desk.frame()["panels"]
    done = subprocess.run([sys.executable, "-c", desk.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == desk.sentence.replace("−", "-").split(". Rate")[0]


@pytest.mark.parametrize("text", ["{}", '{"nnlib": "descent 1", "steps": 99}'])
def test_a_text_that_is_no_recipe_is_refused(text):
    with pytest.raises(ValueError):
        DescentDesk.from_recipe(text)
    with pytest.raises(ValueError, match="a recipe says everything"):
        Descent(recipe=DescentDesk().recipe(), learning_rate=1.0)


def test_where_nobody_runs_it_it_is_a_picture_and_a_sentence(tmp_path):
    widget = Descent(learning_rate=1.8, steps=8)
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    page = widget.to_html(tmp_path / "descent.html").read_text("utf-8")
    assert widget.sentence in page
    frames = list(widget.lab.recording(80))
    assert [frame["at"] for frame in frames] == list(range(16))
    assert len({frame["generation"] for frame in frames}) == 1
    assert any("bounces at the same height" in frame["status"] for frame in frames)
    assert json.loads(widget.lab.recipe())["start"] == {"learning_rate": 1.8}
