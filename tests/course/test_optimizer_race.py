"""The race without a browser: the same starts and batches, its own best rates, what is told."""

import base64
import subprocess
import sys

import numpy as np
import pytest

from nnlib import SGD, Adam, Momentum, Nesterov, Network, accuracy, digits, train
from nncourse.widgets import OptimizerRace
from nncourse.widgets import optimizer_race_runs as runs
from nncourse.widgets.optimizer_race import RaceRun
from nncourse.widgets.optimizer_race_runs import (
    ALL,
    BEST_RATES,
    NET,
    scores,
    starts,
    validation_scores,
)
from nncourse.widgets.ravine import WALKERS

CLASSES = {"sgd": SGD, "momentum": Momentum, "nesterov": Nesterov, "adam": Adam}
QUICK = {"seeds": 2, "batch_size": 128, "passes": 10}


@pytest.fixture(scope="module")
def raced():
    """A short race at its end, which tests only look at."""
    run = RaceRun(**QUICK)
    run.advance(run.updates)
    return run


def floats(codes):
    return np.frombuffer(codes, np.float32).astype(float)


# What races


@pytest.mark.parametrize("k, name", list(enumerate(WALKERS)))
def test_each_network_ends_where_train_takes_it_alone(raced, k, name):
    """The second start of each: the same first weights and the same batches for all four."""
    data, rate = digits(0), BEST_RATES[128][name]
    net = Network((64, 32, 10), hidden="tanh", output="softmax", loss="cross_entropy")
    run = train(net, net.init(1), data.X, data.Y, CLASSES[name](rate), rng=0, epochs=10,
                batch_size=128)  # fmt: skip
    *_, step = run
    np.testing.assert_allclose(raced.racers[k].thetas[1], step.theta, atol=1e-6)
    alone = accuracy(data.Y_test, net.predict(step.theta, data.X_test))
    assert raced.newest.accuracy[k, 1] == pytest.approx(alone)


def test_all_stand_at_the_same_place_before_the_first_update(raced):
    first = raced.moments[0]
    assert first.index == 0 and (first.accuracy == first.accuracy[0]).all()
    assert len(np.unique(first.loss)) == 2  # two starts


def test_the_same_seeds_make_the_same_race(raced):
    again = RaceRun(**QUICK)
    while again.advance(again.pace):
        pass
    for one, other in zip(again.moments, raced.moments, strict=True):
        np.testing.assert_array_equal(one.accuracy, other.accuracy)
    other = RaceRun(**QUICK | {"weight_seed": 5})
    assert (other.moments[0].loss != again.moments[0].loss).all()


def test_seconds_are_counted_and_in_no_sentence(raced):
    seconds = np.array([moment.seconds for moment in raced.moments])
    assert (np.diff(seconds, axis=0) > 0).all()
    run = RaceRun(**QUICK | {"over": "seconds"})
    run.advance(30)
    assert " s" not in run.sentence.replace(" starts", "").replace(" steps", "")


# Each at its own best rate


@pytest.mark.parametrize("name", WALKERS)
def test_the_best_rate_beats_those_far_from_it_on_the_validation_part(name):
    rate = BEST_RATES[128][name]
    found = validation_scores(name, [rate / 5, rate, 5 * rate], 128, seeds=2, passes=10)
    assert found.argmax() == 1


def test_rates_were_chosen_without_a_look_at_the_held_out_digits(monkeypatch):
    data = digits(0)
    before = validation_scores("sgd", [0.5], 128, seeds=2, passes=1)
    blind = data._replace(X_test=0 * data.X_test)
    monkeypatch.setattr(runs, "the_digits", lambda: blind)
    assert validation_scores("sgd", [0.5], 128, seeds=2, passes=1) == before


def test_one_rate_for_all_flatters_one_of_them():
    """At 0.02 Adam is well ahead of plain steps, at 0.5 it is far behind: neither is a race."""
    last = {}
    for rates in (0.02, 0.5):
        run = RaceRun(seeds=3, passes=10, rates=rates)
        run.advance(run.updates)
        last[rates] = dict(zip(WALKERS, run.newest.accuracy.mean(axis=1)))
    assert last[0.02]["adam"] > last[0.02]["sgd"] + 0.04
    assert last[0.5]["adam"] < last[0.5]["sgd"] - 0.2


# What is shown


def test_lines_are_means_and_bands_one_standard_deviation(raced):
    race = raced.panels()["race"]
    assert [one["name"][0] for one in race["lines"]] == ["P", "M", "N", "A"]
    assert len({one["colour"] for one in race["lines"]}) == 4
    for k, (line, band) in enumerate(zip(race["lines"], race["bands"])):
        values = np.array([moment.accuracy[k] for moment in raced.moments])
        np.testing.assert_allclose(floats(line["y"]), values.mean(axis=1), rtol=1e-6)
        wide = floats(band["high"]) - floats(line["y"])
        np.testing.assert_allclose(wide, values.std(axis=1), atol=1e-6)


def test_the_horizontal_axis_is_updates_passes_or_seconds():
    run = RaceRun(**QUICK)
    run.advance(55)
    sentence, ends = run.sentence, {}
    for over in ("updates", "passes", "seconds"):
        run.hand("set", "over", over)
        ends[over] = floats(run.panels()["race"]["lines"][3]["x"])[-1]
    assert ends["updates"] == run.newest.index and run.sentence == sentence
    assert ends["passes"] == pytest.approx(run.newest.index / 11)
    assert ends["seconds"] == pytest.approx(run.newest.seconds[3], rel=1e-4)
    assert run.panels()["table"]["rows"][3]["texts"][2].split(" ")[-1] in ("s", "yet")


def test_a_view_keeps_the_run_and_other_controls_start_it_over():
    run = RaceRun(**QUICK)
    run.advance(20)
    index = run.newest.index
    run.hand("set", "score", "loss")
    assert run.newest.index == index > 0 and run.panels()["race"]["logy"]
    run.hand("set", "batch_size", 32)
    assert run.newest.index == 0 and run.updates == 430
    assert run.sentence == "Nothing is trained yet: four optimizers, 2 starts each, batches of 32."


def test_a_network_that_diverges_is_said_and_leaves_the_others_alone():
    run = RaceRun(**QUICK)
    run.racers[0].thetas = np.full_like(run.racers[0].thetas, np.nan)
    run.racers[0]._steps = iter(())
    run.advance(11)
    assert "plain steps diverged" in run.sentence and "nan" not in str(run.panels()["table"])
    assert run.panels()["table"]["rows"][0]["texts"][3] == "diverged"
    run.frame(), run.picture()


def test_scores_are_those_of_each_network_alone():
    data, thetas = digits(0), starts(0, 2)
    found = scores(thetas, data.X_test, data.Y_test)
    for k, theta in enumerate(thetas):
        alone = accuracy(data.Y_test, NET.predict(theta, data.X_test))
        assert found.accuracy[k] == pytest.approx(alone)
        assert found.loss[k] == pytest.approx(NET.loss_and_grad(theta, data.X_test, data.Y_test)[0])


def test_every_moment_can_be_looked_at(raced):
    raced.look(0)
    assert raced.sentence.startswith("Nothing is trained yet")
    assert len(floats(raced.panels()["race"]["lines"][0]["x"])) == 1
    raced.look(None)
    assert raced.sentence.startswith("110 updates (10 passes), batches of 128: ")


# Refused; exits


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"batch_size": 7}, "batch size: 7 given, expected one of 8, 32, 128, 1347"),
        ({"rates": 0.3}, "learning rates: 0.3 given"),
        ({"over": "hours"}, "over: 'hours' given"),
        ({"seeds": 1}, "starts: 1 given, expected a whole number from 2"),
        ({"speed": 1}, "there is no control 'speed'"),
    ],
)
def test_what_cannot_be_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        OptimizerRace(**settings)


def test_a_recipe_and_python_end_where_the_race_stands(raced):
    again = RaceRun.from_recipe(raced.recipe())
    assert again.sentence == raced.sentence
    done = subprocess.run([sys.executable, "-c", raced.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = [f"{one:.0%}" for one in raced.newest.accuracy.mean(axis=1)]
    assert [said.split(": ")[1] for said in done.stdout.splitlines()] == told
    for text in ('{"nnlib": "optimizer_race 1", "steps": 1}', '{"nnlib": "descent 1"}'):
        with pytest.raises(ValueError):
            RaceRun.from_recipe(text)


def test_where_nobody_runs_it_it_is_a_picture_and_a_sentence(tmp_path):
    widget = OptimizerRace(**QUICK).train(40)
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    page = widget.to_html(tmp_path / "race.html").read_text("utf-8")
    assert widget.sentence in page
    assert OptimizerRace.settings()["batch_size"] == 32 and ALL in BEST_RATES
