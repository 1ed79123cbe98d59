"""The backprop stepper without a browser: its lines, its numbers, its questions, its passes."""

import contextlib
import io
import json
import re
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

from nnlib import SGD, Network, numerical_gradient, train
from nncourse.widgets import BackpropStepper
from nncourse.widgets.stepper import StepperDesk
from nncourse.widgets.stepper_lines import LINES, evaluate

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "04_backprop.ipynb"
NET = Network((2, 2, 1), hidden="tanh", output="identity")
PARAMETERS = ("W1", "b1", "W2", "b2")


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
        assert before == pytest.approx(step.loss)
        desk.set("line", "b1")
        sentence = desk.sentence
        desk.hand("next")
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
            *chain, _, result = desk.panels()["formula"]["rows"][1]
            texts = [part if isinstance(part, str) else f"({part['texts'][0]})" for part in chain]
            words = " ".join(texts).replace("×", "*").replace("−", "-")
            value = eval(words.replace("tanh", "np.tanh "), {"np": np})
            assert value == pytest.approx(desk.entry.value, abs=0.05), words  # factors are rounded
            assert result["texts"] == [result["texts"][0]] and result["made"] == 0
            seen += 1
    assert seen == 55


def test_of_the_line_in_question_and_of_later_ones_no_number_is_shown():
    desk = StepperDesk(line="delta1", entry=6)
    formula, chain = desk.panels()["formula"]["rows"]
    assert formula[-1]["texts"] == ["?"] * 8
    assert formula[-1]["made"] == 5 and chain[-1]["texts"] == ["?"]
    delta2, _, W2T, _, slope, *_ = formula
    assert (delta2["lit"], W2T["lit"], slope["lit"]) == ([2], [1], [5])
    lit = {part["name"]: part["lit"] for row in ("given", "remembered")
           for part in desk.panels()[row]["rows"][0]}  # fmt: skip
    assert lit == {"X": [], "W1": [], "b1": [], "W2": [1], "b2": [], "Y": [], "A1": [5], "A2": []}
    assert set(StepperDesk().panels()["remembered"]["rows"][0][0]["texts"]) == {"?"}


def test_without_questions_the_whole_line_is_shown_and_a_flat_unit_gets_nothing():
    """What notebook 04 has the hand find: with b1 at 3, a whole column of delta1 becomes 0.00."""
    desk = StepperDesk(line="delta1", entry=2, ask=False)
    desk.hand("change", "b1", 0, 3.0)
    texts = desk.panels()["formula"]["rows"][0][-1]["texts"]
    assert "?" not in texts and texts[::2] == ["0.00"] * 4 != texts[1::2]
    assert desk.panels()["remembered"]["rows"][0][0]["texts"][::2] == ["+1.00"] * 4
    desk.hand("reset")
    desk.hand("change", "W2", 1, 0.0)
    assert desk.panels()["formula"]["rows"][0][-1]["texts"][1::2] == ["0.00"] * 4
    desk.hand("set", "line", "gW2")
    assert desk.panels()["formula"]["rows"][0][-1]["texts"][1] == "−0.85"


def test_transposed_arrays_light_their_column():
    panels = StepperDesk(line="gW1", entry=2).panels()  # from input 0 to unit 1
    X = panels["given"]["rows"][0][0]
    assert X["lit"] == [0, 2, 4, 6]
    assert panels["formula"]["rows"][0][0]["lit"] == [0, 1, 2, 3]


def test_it_is_said_as_a_teacher_would():
    assert StepperDesk(line="delta1", entry=6).sentence == (
        "delta1 = (delta2 @ W2.T) * (1 - A1**2). What do you expect?"
    )
    assert StepperDesk(line="loss", ask=False).sentence == (
        "loss = ((A2 - Y)**2).sum() / (2 * n). loss is 0.90, how wrong the four answers are, in one"
        " number."
    )


def test_rows_and_columns_are_counted_as_the_code_counts_them():
    desk = StepperDesk(ask=False)
    for line in LINES:
        desk.set("line", line.makes)
        for entry in range(1, desk.made[line.makes].size + 1):
            desk.set("entry", entry)
            name, value = desk.entry.name, desk.made[line.makes].flat[entry - 1]
            assert name in desk.sentence
            assert eval(name, desk.names | {line.makes: desk.made[line.makes]}) == value


def test_a_frame_is_quick():
    desk = StepperDesk(line="delta1", entry=6)
    times = []
    for k in range(50):
        start = time.thread_time()  # the machine may have others to work for
        desk.change("W1", 0, k / 10)
        desk.frame()
        times.append(time.thread_time() - start)
    assert np.median(times) < 0.02  # 1 ms, where nothing else runs


# Going through it


def test_next_goes_through_every_line_and_back_the_same_way():
    desk = StepperDesk()
    places = []
    while not desk.settings["passes"]:
        places.append(desk.settings["line"])
        assert desk.values["next"] == ("Next pass ▶" if places[-1] == "b1" else "Next ▶")
        desk.hand("next")
    assert places == [line.makes for line in LINES]
    desk.set("line", "b1")
    for place in reversed(places):
        assert desk.settings["line"] == place
        desk.hand("back")
    assert (desk.settings["line"], desk.settings["passes"]) == ("Z1", 1)
    assert set(desk.off) == {"begin", "back"}


def test_pointing_looks_at_a_number_of_the_line_and_at_no_other():
    desk = StepperDesk(line="delta1", ask=False)
    desk.hand("point", "delta1", 5)
    assert desk.sentence.endswith("delta1[2, 1] is −0.31, the slope of the loss along Z1[2, 1].")
    desk.hand("point")  # the mouse has left
    assert desk.settings["entry"] == 6
    for wrong in (("delta1", 8), ("delta1", -1), ("delta2", 0), ("delta1", 1.0), ("delta1",)):
        with pytest.raises(ValueError, match="there is no number"):
            desk.hand("point", *wrong)
    desk.hand("set", "line", "W2")
    desk.hand("point", "new W2", 1)
    assert "New W2[1, 0] is +1.14" in desk.sentence


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
    desk.hand("skip")
    desk.hand("change", "W2", 1, 2.0)
    assert (desk.settings["line"], desk.settings["entry"]) == ("delta1", 6)
    value = f"{desk.entry.value:+.2f}".replace("-", "−")
    assert not desk.open and f"delta1[2, 1] is {value}," in desk.sentence
    desk.hand("reset")
    assert desk.recipe() == json.dumps({
        "nnlib": "backprop_stepper 1",
        "start": {"line": "delta1", "entry": 6, "shown": True},
    })  # fmt: skip


# Questions


def test_a_wrong_answer_gets_a_word_and_another_try():
    desk = StepperDesk(line="delta2")
    text, choices, right, words, _ = desk.question
    assert text.startswith("In row 1 the answer is −0.58 and should be +1.")
    assert choices == ("+", "−", "it is 0") and choices[right] == "−"
    desk.hand("guess", 0)
    asked = desk.panels()["ask"]
    assert (desk.right, desk.open, asked["tried"], asked["answer"]) == (False, True, [0], None)
    assert asked["verdict"] == words[0] and "The slope points the other way" in words[0]
    desk.hand("guess", right)
    asked = desk.panels()["ask"]
    assert (desk.right, desk.open, asked["over"], asked["answer"]) == (True, False, True, right)
    assert asked["verdict"] == f"Right. {words[right]}"
    desk.hand("guess", 0)  # it is over
    assert desk.right is True


def test_a_question_is_asked_once():
    desk = StepperDesk()
    asked = []
    for _ in range(30):  # two passes
        if desk.open:
            asked.append(desk.settings["line"])
            desk.hand("skip")
            assert desk.panels()["ask"]["verdict"] == desk.question.words[desk.question.right]
        desk.hand("next")
    assert len(asked) == len(set(asked)) == 11
    desk.hand("back")
    assert not desk.open and desk.panels()["ask"]["over"]
    quiet = StepperDesk(ask=False)
    assert not quiet.open and quiet.panels()["ask"] is None


TRUE = {
    "Z1": lambda d, q: 4,
    "Z2": lambda d, q: f"row {rows(q)[np.argmax(d['Z2'][rows(q), 0])]}",
    "delta2": lambda d, q: "−" if (d["A2"] - d["Y"])[rows(q)[0], 0] < 0 else "+",
    "gW2": lambda d, q: (d["A1"][:, rows(q)[0]] * d["delta2"][:, 0] < 0).sum(),
    "gW1": lambda d, q: (d["X"][:, 0] * d["delta1"][:, 0] != 0).sum(),
    "delta1": lambda d, q: f"delta1[{rows(q)[0]}, {np.abs(d['delta1'][rows(q)[0]]).argmax()}]",
    "W2": lambda d, q: "up" if d["gW2"][rows(q)[0], 0] < 0 else "down",
}


def rows(question):
    """The rows that a question names."""
    return [int(digit) for digit in re.findall(r"(?:row |\[)(\d)", question.text)]


def test_the_right_choice_is_true_for_any_numbers():
    """Against the numbers themselves; a shape against that of the array that the line makes."""
    seen = set()
    for seed in range(60):
        desk = changed(StepperDesk(), seed) if seed else StepperDesk()
        for line in LINES:
            desk.set("line", line.makes)
            question = desk.question
            if question is None:
                continue
            said = question.choices[question.right]
            assert len(question.words) == len(question.choices) == len(set(question.choices))
            if question.shape:
                assert said == " × ".join(map(str, desk.made[line.makes].shape))
                continue
            true = TRUE.get(line.makes, lambda d, q: None)(desk.names, question)
            if isinstance(true, int | np.integer):
                word = ("none", "one", "two", "three", "all four")[true]
                assert said in (word, f"{true} times"), (seed, line.makes)
            elif true is not None and said not in ("equally far", "by 4"):
                assert said == true, (seed, line.makes)
            seen.add((line.makes, said))
    assert {said for makes, said in seen if makes == "gW2"} >= {"one", "two", "three"}
    assert {said for makes, said in seen if makes == "W2"} == {"up", "down"}
    assert {said for makes, said in seen if makes == "delta2"} >= {"+", "−"}


def test_gb2_lies_where_the_question_says():
    for seed in range(40):
        desk = changed(StepperDesk(line="gb2"), seed)
        total, delta2 = desk.made["gb2"][0, 0], desk.made["delta2"]
        where = "below" if total < delta2.min() else "above" if total > delta2.max() else "between"
        assert desk.question.choices[desk.question.right].startswith(where)


def test_of_a_question_for_a_shape_the_shape_is_not_in_sight():
    desk = StepperDesk(line="gb1")
    part = desk.panels()["formula"]["rows"][0][-1]
    assert (part["shape"], part["texts"]) == ("? × ?", ["?"])
    assert "1 × 2" not in desk.sentence
    desk.hand("skip")
    part = desk.panels()["formula"]["rows"][0][-1]
    assert (part["shape"], part["texts"]) == ("1 × 2", ["−0.88", "−0.88"])


def test_where_the_numbers_leave_a_question_open_another_is_asked():
    desk = StepperDesk()
    for name, values in desk.numbers.items():
        for place in range(values.size):
            desk.hand("change", name, place, 0.0)
    for line in LINES:
        desk.set("line", line.makes)
        if line.makes in ("A2", "W2", "b2", "W1", "b1"):
            assert desk.question is None and desk.panels()["ask"]["over"]
        else:
            assert desk.question.choices


# What is refused, and loses nothing


@pytest.mark.parametrize(
    "hand, words",
    [
        (("change", "W1", 4, 1.0), "there is no number 4 in 'W1'"),
        (("change", "A1", 0, 1.0), "there is no number 0 in 'A1'"),
        (("change", "W1", 0, 11), "expected a number from -10 to 10"),
        (("change", "W1", 0, float("nan")), "expected a number from -10 to 10"),
        (("change", "W1", 0, "1"), "expected a number from -10 to 10"),
        (("guess", "one"), "expected 0 to 2"),
        (("guess", 3), "expected 0 to 2"),
        (("guess", True), "expected 0 to 2"),
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
    with pytest.raises(ValueError, match="expected 1 to 2: gW2 has so many numbers"):
        StepperDesk(line="gW2", entry=3)
    desk = StepperDesk(line="gW2", entry=2)
    with pytest.raises(ValueError, match="gW2 has so many numbers"):
        desk.hand("set", "entry", 3)
    assert desk.settings["entry"] == 2
    desk.hand("set", "line", "gb2")
    assert desk.settings["entry"] == 1


def test_a_step_out_of_bounds_is_not_taken():
    desk = StepperDesk(line="b1", learning_rate=2.0)
    desk.change("b2", 0, -10.0)
    before = desk.recipe()
    with pytest.raises(ValueError, match="make the learning rate smaller"):
        desk.hand("next")
    assert desk.recipe() == before


# Exits


def some_desk():
    desk = changed(StepperDesk(ask=False, learning_rate=0.05))
    desk.set("line", "b1")
    desk.hand("next")
    desk.set("line", "delta1")
    desk.set("entry", 3)
    return desk


def test_a_recipe_puts_up_the_same_desk():
    for desk in (StepperDesk(), some_desk()):
        again = StepperDesk.from_recipe(desk.recipe())
        assert again.frame() == desk.frame() and again.recipe() == desk.recipe()
    begun = some_desk()
    begun.hand("begin")
    assert begun.sentence.count("Pass 2: before it the loss was") == 1


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
    assert len(frames) == 16 and [frame["at"] for frame in frames] == list(range(16))
    assert frames[0]["when"] == "line 1, Z1" and frames[-1]["status"] == widget.sentence
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
