"""The 2013 post replayed, alone and in a stack, and its switches without a browser."""

import json
import subprocess
import sys

import numpy as np
import pytest

from nnlib import SGD, Network, record, train, wilson_interval, xor
from nncourse.bugs import AS_PRINTED, Replay
from nncourse.widgets import PostSwitches
from nncourse.widgets.post_switches import PostRun

GATE = xor()
X, Y = GATE.X, GATE.Y.ravel()


@pytest.fixture(scope="module")
def printed():
    """The run as printed, trained; nobody changes it."""
    run = PostRun()
    run.advance(10_000)
    return run


# The program, one network at a time


def alone(seed, samples, slope="a", scale=0.25, bias="one", learning_rate=0.2):
    """The program for one seed, in lists of layers, as people write it: its four outputs."""
    program = np.random.RandomState(seed)  # noqa: NPY002 - what np.random.seed(seed) sets
    one = bias != "unit"  # whether the hidden layer has a constant 1 of its own
    units = 2 if one else 3
    W = [program.random_sample((3, units)), program.random_sample((3, 1))]
    sizes = np.sqrt([3 / 2, 3 / units]) if scale == "auto" else [scale, scale]
    W = [(2 * w - 1) * size for w, size in zip(W, sizes)]
    if bias == "zero":
        W[0][2], W[1][2] = 0, 0

    def layers(x):
        a = [np.append(x, 1)]
        a.append(np.tanh(a[0] @ W[0]))
        if one:
            a[1] = np.append(a[1], 1)
        return [*a, np.tanh(a[1] @ W[1])]

    def steepness(a):
        return 1 - (np.tanh(a) if slope == "a" else a) ** 2

    for _ in range(samples):
        i = program.randint(4)
        a = layers(X[i])
        deltas = [(Y[i] - a[2]) * steepness(a[2])]
        deltas.insert(0, (deltas[0] @ W[1].T * steepness(a[1]))[: W[0].shape[1]])
        for w, sent, delta in zip(W, a, deltas):
            w += learning_rate * np.outer(sent, delta)
    return np.concatenate([layers(x)[2] for x in X])


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"slope": "z", "learning_rate": 1.0},
        {"scale": "auto", "bias": "zero"},
        {"bias": "unit"},
        {"slope": "z", "scale": "auto", "bias": "unit", "learning_rate": 0.02},
    ],
    ids=str,
)
def test_each_network_of_the_stack_is_that_of_the_program_run_alone(choices):
    stack = Replay(range(3, 6), **choices)
    stack.advance(1500)
    expected = [alone(seed, 1500, **choices) for seed in stack.seeds]
    # At a rate of 1 the last bits of two sums grow a million times as large.
    np.testing.assert_allclose(stack.outputs, expected, rtol=0, atol=1e-6)


def test_to_the_last_sample_the_verdicts_are_those_of_the_program():
    stack = Replay([0, 4, 30])
    stack.advance()
    verdicts = [bool(((alone(seed, 10_000) > 0.5) == Y).all()) for seed in stack.seeds]
    assert stack.learned.tolist() == verdicts
    assert len(set(verdicts)) == 2  # one of each kind is among them


def flat(replay, k):
    """The numbers of network k as nnlib lays them out, the weights of the 1 being the biases."""
    W1, W2 = replay.W1[..., k], replay.W2[:, k]
    return np.concatenate([W1[:2].ravel(), W1[2], W2])


@pytest.mark.parametrize("scale", [0.25, "auto"])
def test_with_the_slope_of_z_and_all_four_it_is_gradient_descent_of_nnlib(scale):
    """The weights of a constant 1 are biases, and the sum over four is four times the mean."""
    net = Network((2, 2, 1), output="tanh")
    replay = Replay([7], slope="z", scale=scale, batch_size=4)
    run = train(net, flat(replay, 0), GATE.X, GATE.Y, SGD(0.8), rng=7, steps=500)
    replay.advance(2000)
    np.testing.assert_allclose(flat(replay, 0), record(run, 500).last.theta, rtol=0, atol=1e-9)


def test_the_slope_from_a_is_too_steep():
    """At weights up to 2, where tanh bends, its steps are not along the gradient."""
    net = Network((2, 2, 1), output="tanh")
    wrong, right = (Replay([1], slope=slope, scale=2.0, batch_size=4) for slope in "az")
    start = flat(wrong, 0)
    for replay in (wrong, right):
        replay.advance(4)
    gradient = -net.loss_and_grad(start, GATE.X, GATE.Y)[1]
    steps = [flat(replay, 0) - start for replay in (wrong, right)]
    cosines = [step @ gradient / np.linalg.norm(step) / np.linalg.norm(gradient) for step in steps]
    assert cosines[1] > 1 - 1e-9 and cosines[0] < 0.95
    assert np.linalg.norm(steps[0]) > np.linalg.norm(steps[1])


@pytest.mark.parametrize("batch_size", [1, 4])
def test_in_how_many_slices_it_is_trained_changes_nothing(batch_size):
    one, many = (Replay(range(5), batch_size=batch_size) for _ in range(2))
    one.advance(2000)
    for samples in (1, 2, 398, 1599):
        many.advance(samples)
    assert one.seen == many.seen == 2000
    assert (one.W1 == many.W1).all() and (one.W2 == many.W2).all()


# The switches


def shares(**choices):
    replay = Replay(range(100), **choices)
    replay.advance()
    return replay.learned.mean()


def test_what_each_choice_costs(printed):
    as_printed = printed.newest.learned.mean()
    assert 0.06 <= as_printed <= 0.2
    assert 0.18 <= shares(slope="z") <= 0.4
    assert shares(scale="auto") >= 0.85 and shares(batch_size=4) >= 0.9
    assert shares(learning_rate=0.02) <= 0.2 and shares(learning_rate=1.0) <= 0.05
    assert shares(bias="unit") == 1


def test_the_share_and_its_interval_are_said(printed):
    n = int(printed.newest.learned.sum())
    low, high = wilson_interval(n, 100)
    assert printed.sentence == (
        f"Slope of a, ±0.25, rate 0.2, single samples: {n} of 100 starts learn XOR"
        f" (95 % interval {100 * low:.0f}–{100 * high:.0f} %)."
    )
    panels = printed.frame()["panels"]
    assert panels["strip"]["texts"].count("●") == n
    assert panels["strip"]["texts"].count("▲") == 100 - n
    marks = [one["mark"] for one in panels["weights"]["dots"] if "choice" in one]
    assert marks.count("circle") == n and marks.count("triangle") == 100 - n


def test_single_samples_wear_a_small_start_down(printed):
    first, now = printed.moments[0].largest, printed.newest
    lost = ~now.learned
    assert np.median(now.largest[lost] / first[lost]) < 0.7
    assert np.median(now.largest[~lost] / first[~lost]) > 5
    assert "Of those that did not, the middle one is 0." in printed.panels()["weights"]["words"]


def test_a_switch_begins_again_and_what_was_tried_stays(printed):
    run = PostRun()
    run.advance(10_000)
    run.hand("set", "start", 12)
    assert run.done
    run.hand("set", "scale", 0.25)  # where it stands already
    assert run.done
    run.hand("set", "scale", "auto")
    assert run.index == 0 and run.sentence.endswith("nothing is trained yet.")
    run.advance(400)
    assert run.sentence.endswith("of 100 by sample 400 of 10,000.")
    run.advance(10_000)
    bars = run.panels()["tried"]
    assert bars["names"] == ["as printed", "sized"] and bars["best"] == 1
    counts = [int(one.newest.learned.sum()) for one in (printed, run)]
    assert [text.split(",")[0] for text in bars["texts"]] == [f"{n} of 100" for n in counts]
    run.hand("set", "learning_rate", 0.05)
    run.hand("printed")
    assert run.switches == AS_PRINTED and run.index == 0


def test_the_next_hundred_adds_up():
    run = PostRun(batch_size=4)
    run.advance(10_000)
    first = int(run.newest.learned.sum())
    run.again()
    assert run.replay.seeds == tuple(range(100, 200)) and not run.done
    assert run.panels()["strip"]["rows"][0] == "101"
    run.advance(10_000)
    both = first + int(run.newest.learned.sum())
    assert run.panels()["tried"]["texts"][1].startswith(f"{both} of 200, ")
    run.settings["hundred"] = 20
    run.again()
    assert run.settings["hundred"] == 1


def test_only_the_last_are_shown_beside_those_of_the_post():
    run = PostRun(batch_size=4)
    for rate in np.linspace(0.1, 1, 9).round(2).tolist():
        run.set("learning_rate", rate)
        run.tried[tuple(run.switches.values())] = {1: 50}
    names = run.panels()["tried"]["names"]
    assert len(names) == 7 and names[0] == "as printed" and names[-1] == "rate 1, all four"
    assert run.panels()["tried"]["texts"][0] == "–"


def test_every_moment_can_be_looked_at():
    run = PostRun(batch_size=4)
    run.advance(4000)
    assert [moment.index for moment in run.moments] == list(range(0, 4001, 400))
    run.hand("look", 800)
    assert run.frame()["when"] == "800 samples" and "by sample 800" in run.sentence
    run.hand("look", 0)
    assert run.panels()["strip"]["texts"] == ["·"] * 100
    run.hand("look", None)
    assert run.shown.index == 4000


def test_a_start_is_chosen_in_the_strip_and_in_the_plane(printed):
    run = PostRun()
    run.hand("choose", "strip", 1, 16)
    assert run.settings["start"] == 37 and run.panels()["strip"]["chosen"] == 36
    run.hand("choose", "weights", 4)
    assert run.settings["start"] == 5
    said = run.panels()["strip"]
    assert said["note"].startswith("start 5 gives ") and "not trained yet" in said["labels"][4]


@pytest.mark.parametrize(
    "do, sentence",
    [
        (("set", "slope", "b"), "slope from: 'b' given, expected one of a, z"),
        (("set", "scale", 0.5), "initial weights: 0.5 given"),
        (("set", "learning_rate", 5), "learning rate: 5 given, expected a number from 0.01 to 2"),
        (("set", ["slope"], "a"), "there is no control"),
        (("choose", "strip", 5, 0), "expected 'strip', row, column, of 5 x 20"),
        (("choose", "weights", 100), "or 'weights' and one of 100"),
        (("choose", "tried", 1), "'tried' (1,): expected"),
        (("look", -1), "expected a number of updates"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(do, sentence):
    run = PostRun()
    before = run.recipe()
    with pytest.raises(ValueError) as refused:
        run.hand(*do)
    assert sentence in str(refused.value) and run.recipe() == before


# Exits


def test_a_recipe_makes_the_same_run_again():
    run = PostRun(slope="z", bias="zero", hundred=3, start=8)
    run.advance(800)
    again = PostRun.from_recipe(run.recipe())
    assert again.sentence == run.sentence and again.settings == run.settings
    assert (again.newest.outputs == run.newest.outputs).all()
    assert PostSwitches(recipe=run.recipe()).sentence == run.sentence
    assert PostRun().recipe() == '{"nnlib": "post_switches 1", "steps": 0}'


def story(start=None, **parts):
    return json.dumps({"nnlib": "post_switches 1", "start": start or {}, "steps": 0} | parts)


@pytest.mark.parametrize(
    "recipe, sentence",
    [
        ("{}", 'one begins with {"nnlib": "post_switches 1"'),
        (story({"colour": 1}), "there is no control 'colour'"),
        (story({"hundred": 21}), "which hundred: 21 given, expected a whole number from 1 to 20"),
        (story([1]), "a recipe names switches"),
        (story(changes=[[0, "set", "slope", "z"]]), "a recipe names switches"),
        (story(steps=7), "steps: 7 given, expected 0, 400 and so on up to 10,000"),
        (story(steps=10_400), "steps: 10400 given"),
    ],
)
def test_a_bad_recipe_is_refused_in_a_sentence(recipe, sentence):
    with pytest.raises(ValueError) as refused:
        PostRun.from_recipe(recipe)
    assert sentence in str(refused.value)


def test_the_copy_prints_the_same_count():
    run = PostRun(batch_size=4, slope="z", hundred=2)
    run.advance(2000)
    done = subprocess.run([sys.executable, "-c", run.python()], capture_output=True, text=True)
    assert done.stdout == f"{run.newest.learned.sum()} of 100 learn XOR\n", done.stderr
    assert "Replay(range(0, 100))" in PostRun().python()


def test_what_is_left_without_a_kernel_is_a_picture_and_a_sentence(tmp_path):
    widget = PostSwitches(batch_size=4).train(2000)
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    path = widget.to_html(tmp_path / "switches.html")
    assert widget.sentence in path.read_text("utf-8") and path.stat().st_size < 1_000_000


def test_a_switch_that_is_moved_plays(monkeypatch):
    widget, played = PostSwitches(), []
    monkeypatch.setattr(widget.player, "play", lambda: played.append(widget.lab.switches))
    widget._heard(None, {"do": "set", "name": "start", "value": 3}, [])
    assert played == []
    widget._heard(None, {"do": "set", "name": "slope", "value": "z"}, [])
    widget._heard(None, {"do": "printed"}, [])
    assert [one["slope"] for one in played] == ["z", "a"]
    widget.lab.advance(10_000)
    widget._heard(None, {"do": "set", "name": "slope", "value": "a"}, [])  # where it stands already
    assert len(played) == 2
    widget._heard(None, {"do": "play"}, [])
    assert widget.lab.settings["hundred"] == 2 and len(played) == 3
