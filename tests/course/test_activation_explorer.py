"""The activation explorer without a browser: its numbers are nnlib's, and its hands refuse well."""

import json
import re
import subprocess
import sys
import time

import numpy as np
import pytest

from nnlib import ACTIVATIONS, Network
from nnlib.gradient_check import numerical_gradient
from nncourse.widgets import ActivationExplorer
from nncourse.widgets.activations import LOOKS, OF_DEPTH, ActivationDesk
from nncourse.widgets.activations_depth import DEPTH
from nncourse.widgets.activations_slopes import FORMULAS

each_activation = pytest.mark.parametrize("name", ACTIVATIONS)


def floats(payload):
    return np.frombuffer(payload, np.float32)


def size(v):
    return np.sqrt(np.mean(v**2))


def written(desk):
    """The lines of the two spellings and of the slip, three lists of three."""
    lines = [line["text"] for line in desk.panels()["written"]["lines"]]
    return [lines[k + 1 : k + 4] for k in (0, 4, 8)]


def computed(text):
    """What a line says, worked out as Python."""
    for there, python in (("−", "-"), ("²", "**2"), ("×", "*"), ("= ", "")):
        text = text.replace(there, python)
    return eval(text, {"exp": np.exp, "tanh": np.tanh})


# One neuron


@each_activation
@pytest.mark.parametrize("z", [-2.35, -0.4, 0.7, 2.0])
def test_height_and_slope_are_those_of_the_curve_itself(name, z):
    _, a, slope, slip = ActivationDesk(activation=name, z=z).neuron
    f = ACTIVATIONS[name]
    assert a == f.value(np.float64(z))
    measured = numerical_gradient(lambda t: (f.value(t[0]), None), np.array([z]))[0]
    assert abs(slope - measured) < 1e-6
    assert slip == f.slope(np.float64(a), f.value(np.float64(a)))


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "gelu"])  # see below
@pytest.mark.parametrize("z", [-2.35, -0.4, 0.7, 2.0])
def test_what_is_written_comes_to_the_number_written_below_it(name, z):
    desk = ActivationDesk(activation=name, z=z)
    _, _, slope, slip = desk.neuron
    for (formula, with_numbers, result), number in zip(written(desk), (slope, slope, slip)):
        assert abs(computed(with_numbers) - number) < 2.5e-3  # a is written in three digits
        shown = result or with_numbers
        assert shown == f"= {number:z.3f}".replace("-", "−")
        assert formula in (*FORMULAS[name], FORMULAS[name].z.replace("z", "a"))


@pytest.mark.parametrize("z", [-2.35, -0.6, 0.7, 2.0])
def test_the_two_formulas_of_gelu_are_its_slope(z):
    desk = ActivationDesk(activation="gelu", z=z)
    neuron, (with_z, _, slip) = desk.neuron, written(desk)
    for lines, letter, number, slope in [(with_z, "z", z, neuron.slope),
                                         (slip, "a", neuron.a, neuron.slip)]:  # fmt: skip
        python = [line.replace("³", "**3").replace("²", "**2").replace("−", "-") for line in lines]
        given = {letter: number, "logistic": ACTIVATIONS["logistic"].value}
        s = eval(re.sub(r"(\d) ", r"\1 * ", python[0].removeprefix("s = ")), given)
        product = re.sub(r"([zas)]) ?(?=[s(])|(?<=[1-9]) (?=[az])", r"\1 * ", python[1])
        assert eval(product, {letter: number, "s": s}) == pytest.approx(slope, abs=4e-3)
        terms, result = python[2].removeprefix("= ").split(" = ")
        assert eval(terms) == pytest.approx(float(result), abs=2e-3)
        assert result == f"{slope:z.3f}"
        assert float(terms.split(" ")[0]) == pytest.approx(s, abs=4e-3)


def test_gelu_has_no_slope_in_terms_of_its_height_and_says_why():
    f = ACTIVATIONS["gelu"]
    z = np.array([-1.0, -0.5357])
    heights = f.value(z)
    assert abs(heights[0] - heights[1]) < 1e-3 and np.ptp(f.slope(z, heights)) > 0.1
    assert "two z share one a" in written(ActivationDesk(activation="gelu"))[1][1]


def test_the_slip_of_the_post_is_the_one_of_the_course():
    desk = ActivationDesk(z=2.0)
    assert [line[-1] for line in written(desk)] == ["= 0.071", "= 0.071", "= 0.443"]
    heads = [line["text"] for line in desk.panels()["written"]["lines"][::4]]
    assert heads[2] == "The slip, a in place of z"
    desk.set("activation", "relu")
    assert desk.panels()["written"]["lines"][8]["text"].endswith("(no harm)")


@each_activation
def test_the_tangent_touches_the_curve_with_its_slope(name):
    desk = ActivationDesk(activation=name, z=-1.3)
    z, a, slope, _ = desk.neuron
    plane = desk.panels()["curve"]
    lines = {line.get("name"): line for line in plane["lines"]}
    x, y = floats(lines["tangent"]["x"]), floats(lines["tangent"]["y"])
    assert x.mean() == pytest.approx(z) and y.mean() == pytest.approx(a, abs=1e-6)
    assert np.diff(y) / np.diff(x) == pytest.approx(slope, abs=1e-6)
    grid = floats(lines["height a = f(z)"]["x"])
    drawn = floats(lines["slope f′(z)"]["y"])
    assert np.allclose(
        drawn, ACTIVATIONS[name].slope(grid, ACTIVATIONS[name].value(grid)), atol=1e-6
    )
    dots = {dot["mark"] if "mark" in dot else "circle": dot for dot in plane["dots"]}
    assert (dots["circle"]["x"], dots["circle"]["y"]) == (z, a)
    assert dots["triangle"]["y"] == slope
    x0, x1, y0, y1 = plane["window"]
    assert x0 <= z <= x1 and y0 <= a <= y1
    across, up = (floats(lines["1 along, as far up as the slope"][part]) for part in "xy")
    assert across[1] - across[0] == pytest.approx(1) and across[1] == across[2]
    assert up[0] == up[1] and up[2] - up[1] == pytest.approx(slope, abs=1e-6)


@each_activation
@pytest.mark.parametrize("z", [-4.0, -0.6, 0.0, 1.0, 4.0])
def test_height_and_slope_are_always_named_and_the_step_stays_in_the_picture(name, z):
    plane = ActivationDesk(activation=name, z=z).panels()["curve"]
    _, a, slope, _ = ActivationDesk(activation=name, z=z).neuron
    texts = [dot["text"].replace("−", "-") for dot in plane["dots"]]
    assert texts == [f"slope {slope:z.2f}", f"a = {a:z.2f}"]
    ends = floats(plane["lines"][-1]["x"])
    assert plane["window"][0] <= ends.min() and ends.max() <= plane["window"][1]


# A layer


@each_activation
def test_bars_hold_the_share_of_a_layer_that_they_say(name):
    desk = ActivationDesk(look="layer", activation=name, z_size=2.9)
    z = np.random.default_rng(7).normal(size=4000)
    z *= 2.9 / np.sqrt(np.mean(z**2))
    a = ACTIVATIONS[name].value(z)
    slope = ACTIVATIONS[name].slope(z, a)
    assert desk.flat == np.mean(abs(slope) < 0.1)
    panels = desk.panels()
    for panel, values in (("layer", z), ("heights", a), ("slopes", slope)):
        (bars,) = panels[panel]["bars"]
        edges, shares = floats(bars["edges"]), floats(bars["y"])
        assert shares.sum() > 0.999
        k = shares.argmax()
        inside = np.mean((values >= edges[k]) & (values <= edges[k + 1]))
        assert shares[k] == pytest.approx(inside, abs=2e-3)
    assert f"{desk.flat:.0%}".replace("%", " %") in desk.sentence


def test_a_layer_of_large_z_stands_on_its_plateaus():
    shares = [ActivationDesk(z_size=z_size).flat for z_size in (0.3, 1.0, 2.9, 4.0)]
    assert shares[0] == 0 and shares == sorted(shares) and shares[2] > 0.5


# Thirty layers


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "step"])
@pytest.mark.parametrize("units", [10, 100])
def test_signal_and_nudges_are_those_of_a_network_with_these_weights(name, units):
    layers = 6
    rng = np.random.default_rng(7)
    a, nudge = rng.normal(size=(2, 2000 // units, units))
    weights = 0.3 * rng.uniform(-1, 1, size=(DEPTH, units, units))
    net = Network((units,) * (layers + 2), hidden=name)
    theta = np.zeros(net.n_parameters)
    for (W, _), given in zip(net.layers(theta), [*weights[:layers], np.eye(units)]):
        W[...] = given
    desk = ActivationDesk(activation=name, hidden_units=units, scale=0.3, hidden_layers=layers)
    signal, followed = desk.stack.magnitudes
    trace = net.forward(theta, a)
    assert np.allclose(signal, [size(A) for A in trace.A[:-1]])
    ends = [net.predict(theta, a + sign * 1e-6 * nudge) for sign in (1, -1)]
    assert followed[-1] == pytest.approx(size(ends[0] - ends[1]) / 2e-6, rel=1e-4)

    # Seen at the end: what sum(nudge * end) says of the first unit, measured and sent backward.
    desk.set("nudge", "end")
    _, arriving = desk.stack.magnitudes
    assert arriving[-1] == followed[0]
    assert len(arriving) == len(signal) == layers + 1
    step = 1e-6 * np.eye(units)[0]
    moved = (net.predict(theta, a + step) - net.predict(theta, a - step)) / 2e-6
    slopes = [ACTIVATIONS[name].slope(Z, A) for Z, A in zip(trace.Z[:-1], trace.A[1:-1])]
    back = nudge
    for W, slope in zip(weights[:layers][::-1], slopes[::-1]):
        back = (back * slope) @ W.T
    assert np.allclose(back[:, 0], (nudge * moved).sum(axis=1), atol=1e-5)
    assert arriving[0] == pytest.approx(size(back))


def test_fades_lives_or_explodes_is_what_the_sizes_do():
    narrow = ActivationDesk(look="depth", hidden_units=10)
    assert narrow.panels()["depth"]["ylabel"] == "size"
    assert re.search("signal fades .* nudge fades", narrow.sentence)
    wide = ActivationDesk(look="depth")
    assert re.search("signal lives .* nudge lives", wide.sentence)
    wide.set("scale", 0.5)
    assert re.search("signal lives .* nudge explodes", wide.sentence)
    wide.set("scale", 0.17)
    assert re.search("signal lives .* nudge lives", wide.sentence)
    wide.set("hidden_layers", 1)
    assert "1 layer of 100" in wide.sentence and len(wide.stack.magnitudes[0]) == 2


@pytest.mark.parametrize("way", ["front", "end"])
def test_ten_logistic_layers_cannot_pass_more_than_ten_quarters(way):
    r = np.sqrt(3 / 100)
    desk = ActivationDesk(activation="logistic", scale=float(r), hidden_layers=10, nudge=way)
    _, nudge = desk.stack.magnitudes
    left = nudge[-1] if way == "front" else nudge[0]
    assert left < 1.2 * 0.25**10


def test_the_words_on_the_weights_are_about_how_many_add_up():
    desk = ActivationDesk(look="depth", scale=0.5)
    assert "√(3/100) = 0.17; here r is 2.9 times that" in desk.panels()["stack"]["text"]
    desk.set("hidden_units", 10)
    assert "√(3/10) = 0.55; here r is 0.91 times that" in desk.panels()["stack"]["text"]


def test_other_weights_are_other_weights_and_the_same_seed_the_same():
    first, other = ActivationDesk(weight_seed=7), ActivationDesk(weight_seed=8)
    assert not np.allclose(first.stack.magnitudes, other.stack.magnitudes)
    other.set("weight_seed", 7)
    assert np.array_equal(first.stack.magnitudes, other.stack.magnitudes)


@pytest.mark.parametrize("name", ["identity", "step"])
@pytest.mark.parametrize("scale", [0.02, 2.0])
@pytest.mark.parametrize("units", [10, 100])
@pytest.mark.filterwarnings("error")
def test_at_the_ends_of_the_sliders_it_is_still_drawn(name, scale, units):
    desk = ActivationDesk(activation=name, scale=scale, hidden_units=units, look="depth")
    for payload in desk.panels()["depth"]["lines"]:
        assert np.isfinite(floats(payload["y"])).all()
    desk.picture()


# Looks, hands, exits


@pytest.mark.parametrize("look", LOOKS)
def test_each_look_shows_its_panels_and_says_its_sentence(look):
    desk = ActivationDesk(look=look)
    parts = {"neuron": {"curve", "written"}, "layer": {"layer", "heights", "slopes"},
             "depth": {"depth", "stack"}}  # fmt: skip
    shown = {name for name, payload in desk.panels().items() if payload}
    assert shown == parts.get(look, set.union(*parts.values()))
    assert desk.sentence.count(".") >= 1
    assert ("goes in" in desk.sentence) == (look in ("neuron", "all"))
    assert ("the nudge" in desk.sentence) == (look == "depth")
    shows = {"neuron": {"z"}, "layer": {"z_size"}, "depth": set(OF_DEPTH)}
    every = set.union(*shows.values())
    assert set(desk.hidden) == every - shows.get(look, every)
    assert {panel["id"] for panel in desk.scene()["panels"]} == set(desk.panels())


def test_the_dot_is_dragged_along_the_curve_and_no_further():
    desk = ActivationDesk()
    desk.hand("drag", "curve", "z", 1.234, 9.0)
    assert desk.settings["z"] == 1.23
    desk.hand("drag", "curve", "z", -7.5, 0.0)
    assert desk.settings["z"] == -4
    desk.hand("drag", "layer", "z", 2.5, 0.1)
    assert desk.settings["z"] == 2.5
    layer = ActivationDesk(look="layer", z=2.5).panels()["layer"]
    assert [(dot["x"], dot["hand"]) for dot in layer["dots"]] == [(2.5, "z")]


@pytest.mark.parametrize(
    "hand, words",
    [
        (("set", "activation", "swish"), "expected one of identity, step"),
        (("set", "z", 5), "z: 5 given, expected a number from -4 to 4"),
        (("set", "z", "1"), "expected a number from -4 to 4"),
        (("set", "hidden_units", 50), "expected one of 10, 100"),
        (("set", "hidden_layers", 2.5), "expected a whole number from 1 to 30"),
        (("set", "colour", 1), "there is no control 'colour'"),
        (("drag", "curve", "a", 0, 0), "expected 'z' on 'curve'"),
        (("drag", "depth", "z", 0, 0), "expected 'z' on 'curve'"),
        (("drag", "curve", "z", float("nan"), 0), "expected a number from"),
        (("train",), "expected one of set, drag, reset"),
    ],
)
def test_a_hand_that_cannot_be_refuses_and_loses_nothing(hand, words):
    desk = ActivationDesk(z=2.0, look="depth")
    before = desk.recipe()
    with pytest.raises(ValueError, match=re.escape(words)):
        desk.hand(*hand)
    assert desk.recipe() == before


def test_the_same_as_at_first_is_as_this_one_was_made():
    desk = ActivationDesk(look="layer", z_size=2.9)
    before = desk.sentence
    desk.set("look", "depth")
    desk.set("activation", "gelu")
    desk.hand("reset")
    assert desk.sentence == before and desk.settings["look"] == "layer"


def test_a_recipe_puts_up_the_same():
    desk = ActivationDesk(activation="softplus", z=-0.35, z_size=2.0, scale=0.4, nudge="end",
                          hidden_layers=12, hidden_units=10, weight_seed=3)  # fmt: skip
    again = ActivationDesk.from_recipe(desk.recipe())
    assert again.settings == desk.settings and again.sentence == desk.sentence
    assert json.loads(ActivationDesk().recipe()) == {
        "nnlib": "activations 1", "start": {"look": "neuron"}}  # fmt: skip
    assert ActivationExplorer(recipe=desk.recipe()).sentence == desk.sentence
    with pytest.raises(ValueError, match="a recipe says everything"):
        ActivationExplorer(recipe=desk.recipe(), z=1.0)
    with pytest.raises(ValueError, match="expected a number from -4 to 4"):
        ActivationDesk.from_recipe(desk.recipe().replace("-0.35", "-35"))


@pytest.mark.parametrize(
    "settings",
    [{"look": "all"}, {"activation": "gelu", "z": -0.5}, {"look": "layer", "z_size": 2.9},
     {"look": "depth", "nudge": "end", "scale": 0.5, "hidden_units": 10, "hidden_layers": 4}],
)  # fmt: skip
def test_the_copied_lines_print_what_stands_there(settings):
    desk = ActivationDesk(**settings)
    done = subprocess.run([sys.executable, "-c", desk.python()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = done.stdout
    _, a, slope, slip = desk.neuron
    look = desk.settings["look"]
    if look in ("all", "neuron"):
        assert f"a = {a:z.3f}, slope {slope:z.3f}\nslip: {slip:z.3f}" in printed
    if look in ("all", "layer"):
        assert f"slopes below 0.1: {desk.flat:.0%}" in printed
    if look in ("all", "depth"):
        signal, nudge = desk.stack.magnitudes
        end = nudge[0] if desk.settings["nudge"] == "end" else nudge[-1]
        assert f"signal: {signal[-1]:.2g}\nnudge: {end:.2g}" in printed


def test_where_nobody_runs_it_there_is_a_picture_with_words():
    bundle, metadata = ActivationExplorer(look="neuron", z=2.0)._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == bundle["text/plain"]
    assert bundle["text/plain"].startswith("tanh: z = 2.00 goes in")
    assert len(bundle["image/png"]) < 200_000


def test_a_recipe_from_before_a_look_had_to_be_named_shows_all():
    old = ActivationDesk.from_recipe('{"nnlib": "activations 1", "start": {"z": 2.0}}')
    assert (old.settings["look"], old.settings["z"]) == ("all", 2.0)
    assert ActivationDesk.from_recipe(old.recipe()).settings == old.settings


@pytest.mark.parametrize(
    "look, control", [("neuron", "z"), ("layer", "z_size"), ("depth", "scale")]
)
def test_a_page_of_its_own_goes_through_what_the_look_is_about(look, control, tmp_path):
    explorer = ActivationExplorer(look=look)
    before = explorer.sentence
    page = explorer.to_html(tmp_path / "page.html")
    assert page.stat().st_size < 1_500_000
    frames = list(explorer.lab.recording(80))
    label = explorer.lab.CONTROLS[control].label
    assert len(frames) == 34 and frames[0]["when"].startswith(label)
    assert len({frame["status"] for frame in frames}) > 20
    assert explorer.sentence == before == frames[-1]["status"]


def test_controls_and_panels_can_be_left_out_for_a_lesson():
    explorer = ActivationExplorer(look="neuron", hide=["look", "written"])
    assert explorer.frame["hidden"] == [*explorer.lab.hidden, "look", "written"]
    with pytest.raises(ValueError, match="there is nothing called tangent"):
        ActivationExplorer(hide=["tangent"])


def test_a_frame_is_quick():
    """A hand on z, on the size of a layer, on the weights: the best of many."""
    for control, low in (("z", 0.0), ("z_size", 1.0), ("scale", 0.1)):
        desk = ActivationDesk(look="all")
        desk.frame()
        took = []
        for k in range(30):
            start = time.thread_time()
            desk.hand("set", control, low + k / 100)
            desk.frame()
            took.append(time.thread_time() - start)
        assert min(took) < 0.03, control  # 0.3 ms, where nothing else runs


def test_two_sizes_side_by_side_are_told_in_one_label():
    near, far = (
        ActivationDesk(look="depth", hidden_units=10),
        ActivationDesk(look="depth", scale=0.5),
    )
    labels = [[dot["text"] for dot in desk.panels()["depth"]["dots"]] for desk in (near, far)]
    assert labels == [["signal 5 × 10⁻¹¹, nudge 5 × 10⁻¹¹", ""], ["signal 0.83", "nudge 7,000"]]
