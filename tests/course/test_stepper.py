"""The backprop stepper without a browser: its lines, its numbers, its questions, its passes."""

import contextlib
import io
import json
import time
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from nnlib import SGD, Network, numerical_gradient, train
from nncourse.bugs import SPECIMENS
from nncourse.widgets import BackpropStepper
from nncourse.widgets.stepper import StepperDesk
from nncourse.widgets.stepper_lines import LINES, evaluate

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "04_backprop.ipynb"
NET = Network((2, 2, 1), hidden="tanh", output="identity")
PARAMETERS = ("W1", "b1", "W2", "b2")


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def theta_of(numbers):
    return np.concatenate([numbers[name].ravel() for name in PARAMETERS])


def changed(desk, seed=7):
    """The same desk, with every number that hands may change another one."""
    rng = np.random.default_rng(seed)
    for name, values in desk.numbers.items():
        for place in range(values.size):
            desk.hand("change", name, place, round(rng.uniform(-2, 2), 1))
    return desk


DESKS = [StepperDesk, lambda: changed(StepperDesk())]
each_desk = pytest.mark.parametrize("make", DESKS, ids=["nine numbers", "others"])


# The numbers are nnlib's


@each_desk
def test_every_line_makes_what_nnlib_makes(make):
    desk = make()
    numbers, made = desk.numbers, desk.made
    theta, X, Y = theta_of(numbers), numbers["X"], numbers["Y"]
    trace = NET.forward(theta, X)
    for name, theirs in zip(("Z1", "Z2", "A1", "A2"), [*trace.Z, *trace.A[1:]]):
        np.testing.assert_allclose(made[name], theirs)
    loss, gradient = NET.loss_and_grad(theta, X, Y)
    np.testing.assert_allclose(made["loss"], loss)
    for (gW, gb), names in zip(NET.layers(gradient), (("gW1", "gb1"), ("gW2", "gb2"))):
        np.testing.assert_allclose(made[names[0]], gW, atol=1e-14)
        np.testing.assert_allclose(made[names[1]], gb, atol=1e-14)
    mine = np.concatenate([made[f"g{name}"].ravel() for name in PARAMETERS])
    nudged = numerical_gradient(lambda t: NET.loss_and_grad(t, X, Y), theta)
    np.testing.assert_allclose(mine, nudged, atol=1e-8)


@each_desk
def test_delta_is_what_a_nudge_of_z_does_to_the_loss(make):
    """delta1 and delta2 are slopes along z, which no array of nnlib's gradient shows."""
    desk = make()
    names = desk.names
    for delta, Z, on in (("delta1", "Z1", ("A1", "Z2", "A2")), ("delta2", "Z2", ("A2",))):
        for place in range(names[Z].size):
            losses = []
            for nudge in (1e-5, -1e-5):
                moved = dict(names) | {Z: names[Z].copy()}
                moved[Z].flat[place] += nudge
                for line in LINES:
                    if line.makes in (*on, "loss"):
                        moved[line.makes] = evaluate(line.expression, moved)
                losses.append(moved["loss"])
            slope = (losses[0] - losses[1]) / 2e-5
            assert desk.made[delta].flat[place] == pytest.approx(slope, abs=1e-8)


def test_passes_are_steps_of_sgd():
    desk = StepperDesk(learning_rate=0.3, ask=False)
    X, Y, theta = desk.numbers["X"], desk.numbers["Y"], theta_of(desk.numbers)
    steps = train(NET, theta, X, Y, SGD(0.3), rng=np.random.default_rng(7), steps=3)
    for step in steps:
        np.testing.assert_allclose(theta_of(desk.numbers), step.theta)
        before = desk.names["loss"]
        assert before == pytest.approx(step.loss) or step.index  # a step tells the loss before it
        desk.set("line", "b1")
        sentence = desk.sentence
        desk.hand("next_line")
        assert f"from {before:.3f} to {desk.names['loss']:.3f}." in sentence
        assert desk.sentence.endswith(f"before it the loss was {before:.3f}.")
    assert desk.settings["passes"] == 4 and desk.settings["line"] == "Z1"


def test_the_lines_are_those_of_the_notebook():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    written = [line.split("  #")[0].strip() for cell in cells if cell.cell_type == "code"
               for line in cell.source.splitlines()]  # fmt: skip
    backward = [line.text for line in LINES[5:11]]
    assert backward[0].startswith("delta2 = ") and backward[-1].startswith("gb1 = ")
    places = [written.index(line) for line in backward]  # and in this order
    assert places == sorted(places)


# What is shown


@each_desk
def test_what_is_lit_makes_the_number(make):
    """Along the chain, from its texts alone: multiplied, added, and to two decimals the same."""
    desk = make()
    desk.set("ask", False)
    seen = 0
    for line in LINES:
        desk.set("line", line.makes)
        for entry in range(1, desk.made[line.makes].size + 1):
            desk.set("entry", entry)
            *chain, _, result = desk.panels()["chain"]["rows"][0]
            texts = [part if isinstance(part, str) else f"({part['texts'][0]})" for part in chain]
            words = " ".join(texts).replace("×", "*").replace("−", "-")
            value = eval(words.replace("tanh", "np.tanh "), {"np": np})
            assert value == pytest.approx(desk.entry.value, abs=0.05), words  # factors are rounded
            assert result["texts"] == [result["texts"][0]] and result["made"] == 0
            seen += 1
    assert seen == 55


def test_numbers_not_made_yet_are_question_marks():
    panels = StepperDesk(line="delta1", entry=6).panels()
    made = panels["formula"]["rows"][0][-1]
    assert made["texts"] == ["−0.21", "−0.05", "−0.31", "−0.31", "−0.31", "?", "?", "?"]
    assert made["made"] == 5 and panels["chain"]["rows"][0][-1]["texts"] == ["?"]
    delta2, _, W2T, _, slope, *_ = panels["formula"]["rows"][0]
    assert (delta2["lit"], W2T["lit"], slope["lit"]) == ([2], [1], [5])
    lit = {part["name"]: part["lit"] for row in ("given", "remembered")
           for part in panels[row]["rows"][0]}  # fmt: skip
    assert lit == {"X": [], "W1": [], "b1": [], "W2": [1], "b2": [], "Y": [], "A1": [5], "A2": []}
    assert set(StepperDesk().panels()["remembered"]["rows"][0][0]["texts"]) == {"?"}


def test_transposed_arrays_light_their_column():
    panels = StepperDesk(line="gW1", entry=2).panels()  # from input 1 to unit 2
    X = panels["given"]["rows"][0][0]
    assert X["lit"] == [0, 2, 4, 6]
    assert panels["formula"]["rows"][0][0]["lit"] == [0, 1, 2, 3]


def test_it_is_said_as_a_teacher_would():
    assert StepperDesk(line="delta1", entry=6).sentence == (
        "delta1 = (delta2 @ W2.T) * (1 - A1**2), row 3, unit 2."
        " Shapes: (4 × 1)(1 × 2) * (4 × 2) → 4 × 2. What is it?"
    )
    assert StepperDesk(line="loss", ask=False).sentence == (
        "loss = ((A2 - Y)**2).sum() / (2 * n). Shapes: sum of (4 × 1) / (2 * n) → one number."
        " It is +0.90."
    )


def test_a_frame_is_quick():
    desk = StepperDesk(line="delta1", entry=6)
    times = []
    for k in range(50):
        start = time.thread_time()  # the machine may have others to work for
        desk.change("W1", 0, k / 10)
        desk.frame()
        times.append(time.thread_time() - start)
    assert np.median(times) < 0.003


# Going through it


def test_next_goes_through_every_number_and_back_the_same_way():
    desk = StepperDesk()
    places = []
    while not desk.settings["passes"]:
        places.append((desk.settings["line"], desk.settings["entry"]))
        desk.hand("next")
    assert len(set(places)) == 55 and places[0] == ("Z1", 1) and places[-1] == ("b1", 2)
    assert [name for name, entry in places if entry == 1] == [line.makes for line in LINES]
    desk.set("line", "b1")
    desk.set("entry", 2)
    for place in reversed(places):
        assert (desk.settings["line"], desk.settings["entry"]) == place
        desk.hand("back")
    assert (desk.settings["line"], desk.settings["passes"]) == ("Z1", 1)
    assert set(desk.off) == {"begin", "back"}


def test_a_line_is_chosen_in_the_program():
    desk = StepperDesk()
    lines = desk.panels()["lines"]["lines"]
    for place, line in enumerate(lines):
        if "kind" in line:
            with pytest.raises(ValueError, match="there is no line of the program there"):
                desk.hand("choose", "lines", place)
        else:
            desk.hand("choose", "lines", place)
            assert desk.panels()["lines"]["now"] == place and desk.line.text == line["text"]
    desk.hand("begin")
    assert desk.settings["line"] == "Z1"
    for wrong in (-1, len(lines), 1.0, "Z1", None, True):
        with pytest.raises(ValueError, match="there is no line"):
            desk.hand("choose", "lines", wrong)


def test_where_one_stands_stays_when_a_number_changes():
    desk = StepperDesk(line="delta1", entry=6)
    desk.hand("guess", -0.31)
    desk.hand("change", "W2", 1, 2.0)
    assert (desk.settings["line"], desk.settings["entry"]) == ("delta1", 6)
    value = f"{desk.entry.value:+.2f}".replace("-", "−")
    assert not desk.open and desk.sentence.endswith(f"It is {value}.")
    desk.hand("reset")
    assert desk.recipe() == json.dumps({
        "nnlib": "backprop_stepper 1",
        "start": {"line": "delta1", "entry": 6, "shown": True},
    })  # fmt: skip


# Questions


def test_a_guess_is_right_to_two_decimals_and_a_sign_counts():
    for given, right in (
        (-0.05, True),
        (-0.048, True),
        (-0.04, True),
        (0.05, False),
        (-0.07, False),
    ):
        desk = StepperDesk(line="delta1", entry=2)
        desk.hand("guess", given)
        assert (desk.right, desk.open) == (right, not right), given
    assert desk.panels()["ask"]["right"] is False and desk.panels()["ask"]["skipped"] is False
    desk.hand("skip")
    assert desk.panels()["ask"]["verdict"] == "It is −0.05." and not desk.open
    desk.hand("guess", 7)  # it is over
    assert desk.verdict == "It is −0.05."


@pytest.mark.parametrize(
    "line, entry, does, words",
    [
        ("delta1", 2, lambda d: d["delta2"] @ d["W2"].T, "is forgotten"),
        ("delta1", 2, lambda d: (d["delta2"] @ d["W2"].T) * (1 - np.tanh(d["A1"]) ** 2), "2013"),
        ("delta2", 2, lambda d: d["A2"] - d["Y"], "divide by n"),
        ("delta2", 2, lambda d: (d["Y"] - d["A2"]) / 4, "sign is lost"),
        ("gb2", 1, lambda d: -d["made"], "sign is lost"),
        ("gW1", 2, lambda d: (d["X"].T @ d["delta1"]).T, "Row and column"),
        ("Z1", 2, lambda d: d["X"] @ d["W1"], "bias"),
        ("Z1", 6, lambda d: d["X"] @ d["W1"].T + d["b1"], "column"),
        ("A2", 1, lambda d: np.tanh(d["Z2"]), "no bend"),
        ("W1", 2, lambda d: d["W1"] + 0.3 * d["gW1"], "uphill"),
        ("loss", 1, lambda d: ((d["A2"] - d["Y"]) ** 2).sum() / 4, "½"),
    ],
)  # fmt: skip
def test_what_somebody_did_instead_is_recognised(line, entry, does, words):
    desk = StepperDesk(line=line, entry=entry)
    wrong = does(desk.names | {"made": desk.made[line]})
    desk.hand("guess", float(np.ravel(wrong)[entry - 1].round(2)))
    assert desk.open and words in desk.verdict


def test_a_transposed_weight_is_recognised():
    desk = StepperDesk(line="delta1", entry=2)
    desk.change("W2", 0, -2.0)
    other = (desk.names["delta2"] @ desk.names["W2"].T)[0, 0] * (1 - desk.names["A1"][0, 1] ** 2)
    desk.hand("guess", float(other))
    assert "the other unit's weight" in desk.verdict


def test_the_slip_of_2013_is_the_line_of_the_bug_gallery():
    """Its network ends in softmax, so the lines are compared, not their numbers."""
    does = next(does for does, words in LINES[8].slips if "2013" in words)
    (theirs,) = (line for mark, line in SPECIMENS["slope_of_output"].difference() if mark == "+")
    assert f"delta1={does}".replace(" ", "") == theirs.replace(" ", "").replace(".mT", ".T")


def test_a_right_answer_is_never_called_a_slip():
    """Where a slip gives the same number, the number is right."""
    for desk in (StepperDesk(), changed(StepperDesk())):
        for line in LINES:
            desk.set("line", line.makes)
            for entry in range(1, desk.made[line.makes].size + 1):
                desk.set("entry", entry)
                desk.hand("guess", round(desk.entry.value, 2))
                assert desk.right, (line.makes, entry)


# What is refused, and loses nothing


@pytest.mark.parametrize(
    "hand, words",
    [
        (("change", "W1", 4, 1.0), "there is no number 4 in 'W1'"),
        (("change", "A1", 0, 1.0), "there is no number 0 in 'A1'"),
        (("change", "W1", 0, 11), "expected a number from -10 to 10"),
        (("change", "W1", 0, float("nan")), "expected a number from -10 to 10"),
        (("change", "W1", 0, "1"), "expected a number from -10 to 10"),
        (("guess", "one"), "expected a number"),
        (("guess", float("nan")), "expected a number"),
        (("guess", True), "expected a number"),
        (("set", "line", "delta3"), "expected one of Z1, A1"),
        (("set", "entry", 9), "expected a whole number from 1 to 8"),
        (("set", "learning_rate", 0), "learning rate"),
        (("walk",), "expected one of"),
    ],
)
def test_a_hand_that_cannot_be_is_refused_and_nothing_is_lost(hand, words):
    desk = StepperDesk(line="delta1", entry=6)
    before = desk.recipe(), desk.sentence
    with pytest.raises(ValueError, match=words):
        desk.hand(*hand)
    assert (desk.recipe(), desk.sentence) == before


def test_an_entry_that_a_line_has_not_is_refused():
    with pytest.raises(ValueError, match="expected 1 to 2: so many numbers has gW2"):
        StepperDesk(line="gW2", entry=3)
    desk = StepperDesk(line="gW2", entry=2)
    with pytest.raises(ValueError, match="so many numbers has gW2"):
        desk.hand("set", "entry", 3)
    assert desk.settings["entry"] == 2
    desk.hand("set", "line", "gb2")
    assert desk.settings["entry"] == 1


def test_a_step_out_of_bounds_is_not_taken():
    desk = StepperDesk(line="b1", learning_rate=2.0)
    desk.change("b2", 0, -10.0)
    before = desk.recipe()
    with pytest.raises(ValueError, match="make the learning rate smaller"):
        desk.hand("next_line")
    assert desk.recipe() == before


# Exits


def some_desk():
    desk = changed(StepperDesk(ask=False, learning_rate=0.05))
    desk.set("line", "b1")
    desk.hand("next_line")
    desk.set("line", "delta1")
    desk.set("entry", 3)
    return desk


def test_a_recipe_puts_up_the_same_desk():
    for desk in (StepperDesk(), some_desk()):
        again = StepperDesk.from_recipe(desk.recipe())
        assert again.frame() == desk.frame() and again.recipe() == desk.recipe()
    assert some_desk().sentence.count("Pass 2: before it the loss was") == 1


@pytest.mark.parametrize("recipe", ["", "{}", "[]", '{"nnlib": "luck_map 1"}',
    '{"nnlib": "backprop_stepper 1", "own": {"W3": [[1]]}}',
    '{"nnlib": "backprop_stepper 1", "own": {"W1": [[1, 2, 3]]}}',
    '{"nnlib": "backprop_stepper 1", "own": {"W1": [[1e9, 1], [1, 1]]}}',
    '{"nnlib": "backprop_stepper 1", "start": {"line": "gb2", "entry": 5}}',
    '{"nnlib": "backprop_stepper 1", "start": {"lines": 1}}'])  # fmt: skip
def test_what_is_no_recipe_is_refused(recipe):
    with pytest.raises(ValueError):
        BackpropStepper(recipe=recipe)


@pytest.mark.parametrize("line", [line.makes for line in LINES])
def test_the_python_prints_what_stands_there(line):
    desk = some_desk()
    desk.set("line", line)
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(desk.python(), {})
    printed = np.array(output.getvalue().replace("[", " ").replace("]", " ").split(), float)
    np.testing.assert_allclose(printed, desk.made[line].ravel(), atol=0.0051)


def test_the_still_picture_says_what_it_shows():
    widget = BackpropStepper(line="delta1", entry=6)
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert len(bundle["image/png"]) > 10_000


def test_a_page_of_its_own_goes_through_a_pass(tmp_path):
    widget = BackpropStepper(line="delta1", entry=6)
    before = widget.lab.recipe()
    frames = list(widget.lab.recording(80))
    assert len(frames) == 56 and [frame["at"] for frame in frames] == list(range(56))
    assert frames[0]["when"] == "Z1, entry 1" and frames[-1]["status"] == widget.sentence
    assert not any(frame["panels"]["ask"] for frame in frames[:-1])
    assert widget.lab.recipe() == before
    page = widget.to_html(tmp_path / "pass.html").read_text("utf-8")
    assert widget.sentence in page and len(page) < 400_000


def test_settings_and_a_recipe_do_not_go_together():
    with pytest.raises(ValueError, match="a recipe says everything"):
        BackpropStepper(recipe=StepperDesk().recipe(), line="Z1")
    with pytest.raises(ValueError, match="there is no control 'lines'"):
        BackpropStepper(lines="Z1")
    with pytest.raises(ValueError, match="there is nothing called A7"):
        BackpropStepper(hide=["A7"])
    assert BackpropStepper(hide=["ask", "lines"]).frame["hidden"] == ["ask", "lines"]
