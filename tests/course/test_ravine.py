"""The ravine without a browser: who walks where, who arrives when, what is said and refused."""

import subprocess
import sys

import numpy as np
import pytest

from nnlib import SGD, Adam, Momentum, Nesterov, gradient_error, train
from nncourse.widgets import Ravine
from nncourse.widgets.ravine import WALKERS, RavineDesk
from nncourse.widgets.ravine_walks import MOST_STEPS, NEAR, RATES, Valley, arrivals, best, walks

CLASSES = {"sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adam": Adam}
STATES = [
    {},
    {"narrowness": 10.0, "turned": 0, "steps": 40, "start": [1.5, 1.0]},
    {"walker": "sgd", "rates": [0.01, 0, 0.001, 0], "momentum": 0.95, "steps": 7},
]


def floats(codes):
    return np.frombuffer(codes, np.float32).astype(float)


class Bowl:
    """The valley as a network to nnlib: theta (2,) and no samples that matter."""

    def __init__(self, valley):
        self.valley = valley

    def loss_and_grad(self, theta, X=None, Y=None, masks=None):
        return np.asarray(self.valley.loss(theta)), theta @ self.valley.curvature


# The valley


def test_the_gradient_is_the_slope_of_the_loss():
    for valley in (Valley(1.0, 0.0), Valley(7.0, 20.0)):
        assert gradient_error(Bowl(valley).loss_and_grad, np.array([1.2, -0.7])) < 1e-7


def test_it_is_so_many_times_as_long_as_wide():
    """The same loss is met 30 times further along the valley than across it."""
    along, across = Valley(30.0, 20.0).directions
    valley = Valley(30.0, 20.0)
    assert valley.loss(30 * across * 0.1) > valley.loss(30 * along * 0.1)
    assert valley.loss(3.0 * along) == pytest.approx(valley.loss(0.1 * across))


# Who walks where


@pytest.mark.parametrize("name", WALKERS)
def test_a_path_is_that_of_train_with_the_optimizer_of_nnlib(name):
    desk = RavineDesk(rates=[0.001, 0.002, 0.0005, 0.1])
    own, start = desk.walks[name], desk.numbers["start"]
    optimizer = CLASSES[name](own.learning_rate)
    run = train(_Checked(desk.valley), start, np.zeros((1, 2)), np.zeros((1, 1)), optimizer,
                rng=0, steps=60)  # fmt: skip
    np.testing.assert_allclose([step.theta for step in run], own.path[:61], rtol=1e-9)


class _Checked(Bowl):
    """The same, as `train` asks for it: it has an output, so that targets can be refused."""

    output, loss = "identity", "squared_error"
    sizes = (2, 1)


def test_each_of_many_rates_walks_as_it_would_alone():
    valley, rates = Valley(10.0, 30.0), RATES[::20]
    for name, one in CLASSES.items():
        together = walks(name, rates, valley, np.array([-2.2, -0.6]), 0.9)
        optimizer, theta = one(float(rates[2])), np.array([-2.2, -0.6])
        for _ in range(20):
            theta = optimizer.step(theta, theta @ valley.curvature)
        np.testing.assert_allclose(together[20, 2], theta, rtol=1e-9)


@pytest.mark.parametrize("name", WALKERS)
def test_no_rate_of_the_grid_arrives_before_the_best(name):
    valley, start = Valley(10.0, 30.0), (-2.2, -0.6)
    found = best(name, valley, start, 0.9)
    for rate in RATES[::8]:
        path = walks(name, np.array([rate]), valley, np.array(start), 0.9)
        assert arrivals(path)[1][0] >= (found.arrived or MOST_STEPS + 1)


def test_plain_steps_are_best_at_the_rate_that_theory_names():
    """2 / (1 + 100), Polyak 1987; the grid has the rates below and above it."""
    found = best("sgd", Valley(10.0, 0.0), (-2.2, -0.6), 0.9)
    assert found.learning_rate == pytest.approx(2 / 101, rel=0.16)


def test_arrived_is_near_for_good():
    for name in WALKERS:
        own = best(name, Valley(3.0, 30.0), (-2.2, -0.6), 0.9)
        assert (own.away[own.arrived :] <= NEAR).all() and own.away[own.arrived - 1] > NEAR


# Who is first: what notebook 08 asks


@pytest.mark.parametrize(
    "narrowness, turned, first",
    [(1, 30, "plain steps"), (3, 30, "plain steps"), (10, 30, "Nesterov"), (30, 30, "momentum"),
     (30, 0, "Adam")],
)  # fmt: skip
def test_who_arrives_first_depends_on_the_valley(narrowness, turned, first):
    desk = RavineDesk(narrowness=narrowness, turned=turned, steps=MOST_STEPS)
    assert f"arrived: {first} (" in desk.sentence


def test_turned_off_the_axis_only_adam_walks_another_way():
    """For the other three a turned valley with a turned start is the same valley."""
    angle = np.radians(30)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    start = np.array([-2.2, -0.6])
    lost = {}
    for name in WALKERS:
        straight = walks(name, np.array([0.001]), Valley(30.0, 0.0), start, 0.9)[:, 0]
        turned = walks(name, np.array([0.001]), Valley(30.0, 30.0), start @ turn, 0.9)[:, 0]
        lost[name] = np.abs(turned - straight @ turn)[:50].max()
    assert lost.pop("adam") > 0.01 and max(lost.values()) < 1e-9


def test_who_takes_too_large_a_rate_flies_off_and_that_is_said():
    desk = RavineDesk(rates=[0.003, 0, 0, 0], steps=60)
    assert "plain steps flew off: too large a rate" in desk.sentence
    assert "plain steps" not in desk.sentence.split("flew")[0].split(";")[0]
    assert desk.panels()["table"]["rows"][0]["texts"] == ["0.003 set", "flies off", "gone"]
    own = RavineDesk(rates=[0.01, 0, 0, 0], steps=MOST_STEPS).walks["sgd"]
    assert np.isfinite(own.path).all() and own.away[-1] > 1e6
    assert np.hypot(*own.path[-1]) > 1e6 and own.gone and own.arrived is None
    assert desk.settings["walker"] == "sgd"  # whose rate is not the best
    RavineDesk(rates=[10, 10, 10, 10], narrowness=100, steps=MOST_STEPS).picture()


# What is shown


def test_what_is_drawn_is_the_path_and_the_loss_of_each():
    desk = RavineDesk(steps=30)
    drawn = [one for one in desk.panels()["valley"]["lines"] if one.get("name")]
    losses = desk.panels()["losses"]["lines"]
    assert [one["name"] for one in drawn] == [
        "P plain steps", "M momentum", "N Nesterov", "A Adam"
    ]  # fmt: skip
    assert len({one["colour"] for one in drawn}) == 4
    assert len({str(one.get("dash")) for one in drawn}) == 4
    for name, path, loss in zip(WALKERS, drawn, losses):
        own = desk.walks[name].path[:31]
        np.testing.assert_allclose(floats(path["x"]), own[-11:, 0], rtol=1e-6)
        np.testing.assert_allclose(floats(loss["y"]), desk.valley.loss(own), rtol=1e-5)


def test_each_letter_stands_once_where_its_line_ends():
    for steps in (40, 100, 500):  # after 500 steps three of them are at the bottom
        for panel in ("valley", "losses"):
            dots = RavineDesk(steps=steps).panels()[panel]["dots"]
            letters = " ".join(one["text"] for one in dots if "text" in one).split()
            assert sorted(letters) == ["A", "M", "N", "P"]
    desk = RavineDesk(steps=500)
    flown = RavineDesk(rates=[0.01, 0, 0, 0], steps=500).panels()
    assert "P" not in [one.get("text") for one in flown["valley"]["dots"]]
    assert flown["losses"]["dots"][0]["y"] == 1e4
    texts = {one.get("text"): one for one in desk.panels()["valley"]["dots"]}
    assert texts["M N A"]["x"] == pytest.approx(0, abs=NEAR)
    assert texts["P"]["x"] == pytest.approx(desk.walks["sgd"].path[500, 0])


def test_every_hand_is_seen_in_the_next_frame_and_the_same_state_is_the_same_picture():
    desk = RavineDesk(steps=40)
    seen = [desk.panels()]
    for hand in (
        ("set", "narrowness", 12), ("set", "turned", 75), ("set", "walker", "adam"),
        ("set", "learning_rate", 0.02), ("drag", "valley", "start", 1.0, 1.5), ("look", 12),
        ("set", "momentum", 0.5), ("reset",),
    ):  # fmt: skip
        desk.hand(*hand)
        assert (desk.panels() == seen[-1]) == (hand[1:] == ("walker", "adam"))
        seen.append(desk.panels())
    assert seen[-1] == seen[0]


def test_a_rate_is_set_by_hand_and_given_back():
    desk = RavineDesk()
    with pytest.raises(ValueError, match="choose whose rate you set"):
        desk.hand("set", "learning_rate", 0.1)
    found = desk.walks["adam"].learning_rate
    desk.hand("set", "walker", "adam")
    assert desk.values["learning_rate"] == found and not desk.off
    desk.hand("set", "learning_rate", 0.02)
    assert desk.values["learning_rate"] == desk.walks["adam"].learning_rate == 0.02
    desk.hand("set", "walker", "best")
    assert desk.walks["adam"].learning_rate == found and "learning_rate" in desk.off


def test_a_play_ends_when_nobody_is_under_way():
    desk, pictures = RavineDesk(narrowness=3, steps=0), 0
    while desk.advance(desk.pace):
        pictures += 1
    assert desk.at < 100 and pictures < 60 and "still away" not in desk.sentence
    desk.again()
    assert desk.sentence.startswith("step 0: all four stand at the start")


# Hands


@pytest.mark.parametrize(
    "do, arguments, words",
    [
        ("set", ("narrowness", 101), "narrowness: 101 given, expected a number from 1"),
        ("set", ("walker", "newton"), "rate of: 'newton' given, expected one of best, sgd"),
        ("drag", ("valley", "bottom", 0.0, 0.0), "there is nothing called 'bottom' to drag"),
        ("drag", ("valley", "start", None, 0.0), "None given, expected a number"),
        ("look", (501,), "steps: 501 given"),
        ("jump", (), "'jump': expected one of set, drag"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(do, arguments, words):
    desk = RavineDesk(steps=5)
    before = desk.sentence, desk.recipe()
    with pytest.raises(ValueError, match=words):
        desk.hand(do, *arguments)
    assert (desk.sentence, desk.recipe()) == before


def test_a_ravine_that_cannot_be_is_refused():
    for wrong in ({"steps": 501}, {"start": [1]}, {"rates": [11, 0, 0, 0]}, {"depth": 1}):
        with pytest.raises(ValueError):
            Ravine(**wrong)


# Exits


@pytest.mark.parametrize("state", STATES)
def test_a_recipe_and_python_say_what_stands_here(state):
    desk = RavineDesk(**state)
    again = RavineDesk.from_recipe(desk.recipe())
    assert again.sentence == desk.sentence and again.panels() == desk.panels()
    done = subprocess.run([sys.executable, "-c", desk.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for (name, walker), said in zip(WALKERS.items(), done.stdout.splitlines()):
        away = desk.walks[name].away[desk.at]
        assert said == f"{walker.name}: {away:.2f} away after {desk.at} steps"


def test_where_nobody_runs_it_it_is_a_picture_and_a_sentence(tmp_path):
    widget = Ravine(steps=80)
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    page = widget.to_html(tmp_path / "ravine.html").read_text("utf-8")
    assert widget.sentence in page
    frames = list(widget.lab.recording(80))
    assert len({frame["generation"] for frame in frames}) == 1
    assert "plain steps (1)" in frames[0]["status"] and frames[0]["when"].endswith("1")
