"""The digits lab without a browser: training, what is shown, and drawings that are read."""

import base64
import json
import subprocess
import sys
import time
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn import metrics
from sklearn.neighbors import NearestNeighbors

from nnlib import Network, digits
from nncourse.widgets.digits_lab import DigitsLab, DigitsRun, PaperRun, WholeRun, _split
from nncourse.widgets.digits_panels import pixel_evidence
from nncourse.widgets.drawing import INK, counted, normalised, read_strokes

# Thirty drawings, each digit three ways, small, middle and large, anywhere on the paper: strokes of
# points in thousandths of it. They were made before any network had read them.
DRAWINGS = json.loads((Path(__file__).parent / "drawings.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert not plt.get_fignums()


def trained(steps=860, **settings):
    run = WholeRun(**settings)
    run.advance(steps)
    return run


def strokes_of(drawing):
    """The strokes as the front end sends them, in shares of the paper."""
    return [[[x / 1000, y / 1000] for x, y in stroke] for stroke in drawing["strokes"]]


def line(x, y):
    return [[float(i), float(j)] for i, j in zip(x, y)]


def bar():
    return [line(np.full(60, 0.5), np.linspace(0.1, 0.9, 60))]


def ring():
    angle = np.linspace(0, 2 * np.pi, 100)
    return [line(0.5 + 0.28 * np.cos(angle), 0.5 + 0.4 * np.sin(angle))]


def dots_of(strokes):
    return normalised(read_strokes(strokes))


def codes(payload):
    return np.frombuffer(payload["codes"], np.uint8).reshape(payload["n"], -1)


def counts_seen(payload):
    """The 64 counts that are shown beside the dots, each four by four dots large."""
    return codes(payload)[1].reshape(32, 32)[::4, ::4].ravel()


def panels(run):
    return run.frame()["panels"]


def scores(run):
    """The outputs of the network for the test digits, computed without the lab."""
    return run.net.predict(run.now.theta, run.data.X_test)


# Learning


def test_the_default_network_reads_97_percent_within_30_epochs():
    run = DigitsRun()
    shares = []
    for _ in range(30):
        run.epoch()
        shares.append(run.now.scores["test_right"] / 450)
    assert max(shares) >= 0.97
    assert np.mean(shares[19:]) >= 0.965  # on average: it stays near it
    assert run.now.index == 30 * 43 and run.now.epoch == 30


@pytest.mark.parametrize(("pace", "seconds"), [("quarter", 12), ("epoch", 4), ("epochs", 1)])
def test_a_class_sees_97_percent_within_twelve_seconds_of_play(pace, seconds):
    run, frames = DigitsRun(pace=pace), 0
    while run.now.scores["test_right"] < 0.97 * 450:
        run.advance(run.pace)
        frames += 1
    assert frames / run.pictures <= seconds


def test_play_is_so_slow_that_the_cells_are_seen_to_empty():
    run, filled = DigitsRun(), []
    for _ in range(3 * run.pictures):  # three seconds
        filled.append(int((run.mistakes > 0).sum()))
        run.advance(run.pace)
    assert run.now.epoch == 3 and filled[0] >= 25 and filled[-1] <= 17
    assert len(set(filled)) >= 6  # some at a time


def test_the_pace_of_play_is_changed_while_it_plays():
    stage = DigitsLab()
    stage._advance()
    assert stage.player.rate == 4
    stage.lab.set("pace", "epochs")
    stage._advance()
    assert stage.player.rate == 30


def test_a_frame_is_ready_long_before_the_next_one_is_due():
    run = trained(430)
    run.draw(ring())
    took = []
    for _ in range(20):
        begun = time.thread_time()
        run.advance(run.pace)
        run.frame()
        took.append(time.thread_time() - begun)
    assert min(took) < 1 / 30 / 2


def test_the_scores_agree_with_scikit_learn_and_with_the_loss_of_training():
    run = trained(100)
    data, P = run.data, scores(run)
    right = {name: run.now.scores[name] for name in ("right", "test_right")}
    P_train = run.net.predict(run.now.theta, data.X)
    for key, Y, answers in (("right", data.Y, P_train), ("test_right", data.Y_test, P)):
        share = metrics.accuracy_score(Y.argmax(axis=1), answers.argmax(axis=1))
        assert right[key] == round(share * len(Y))
    assert run.now.scores["test_loss"] == pytest.approx(metrics.log_loss(data.Y_test, P))
    assert run.now.scores["loss"] == pytest.approx(metrics.log_loss(data.Y, P_train))


def test_each_pace_is_its_share_of_an_epoch():
    run = DigitsRun()
    assert run.pace == 11
    for pace, steps in (("epoch", 43), ("epochs", 43), ("quarter", 11)):
        run.hand("set", "pace", pace)
        assert run.pace == steps
    run.set("batch_size", 100)
    assert run.steps_per_epoch == 14 and run.pace == 4


def test_what_is_remembered_is_a_quarter_epoch_apart():
    run = trained(43)
    assert [m.index for m in run.moments] == [0, 11, 22, 33, 43]
    run = trained(22, batch_size=1)
    assert [m.index for m in run.moments] == [0, 22]


def test_the_split_is_loaded_once_for_each_seed():
    assert DigitsRun().data is DigitsRun().data
    other = DigitsRun(data_seed=8).data
    assert not np.array_equal(other.X_test, DigitsRun().data.X_test)
    assert np.array_equal(other.X_test, digits(np.random.default_rng(8)).X_test)


# Repeating a run


def busy():
    """A run after every kind of change."""
    run = DigitsRun(hidden_units=20, scale=0.5, hidden="relu", data_seed=3)
    run.advance(30)
    run.set("learning_rate", 0.2)
    run.advance(13)
    run.set("learning_rate", 0.02)
    run.set("l2", 0.001)
    run.advance(20)
    run.set("dropout", 0.25)
    run.set("optimizer", "adam")
    run.set("learning_rate", 0.005)
    run.advance(17)
    run.set("batch_size", 64)
    run.advance(40)
    return run


def test_the_same_recipe_gives_the_same_bits():
    run = busy()
    again = DigitsRun.from_recipe(run.recipe())
    assert np.array_equal(run.now.theta, again.now.theta)
    assert run.sentence == again.sentence and run.settings == again.settings
    again.advance(50)
    run.advance(50)
    assert np.array_equal(run.now.theta, again.now.theta)


@pytest.mark.parametrize("make", [lambda: trained(129), busy])
def test_copy_as_python_ends_at_the_same_loss_in_a_fresh_process(make):
    run = make()
    words = subprocess.run(
        [sys.executable, "-c", run.python()], capture_output=True, text=True, check=True
    ).stdout
    right = 100 * run.now.scores["test_right"] / len(run.data.X_test)
    assert words == f"loss {run.now.scores['loss']:.6g}\ntest {right:.1f} %\n"


def test_a_recipe_tells_the_pace_as_it_stands_and_no_history_of_it():
    run = trained(20)
    run.set("pace", "epoch")
    run.set("pace", "epochs")
    story = json.loads(run.recipe())
    assert story == {"nnlib": "digits 1", "start": {"pace": "epochs"}, "steps": 20}
    assert DigitsRun.from_recipe(run.recipe()).settings["pace"] == "epochs"


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("", "not JSON"),
        ("[]", 'one begins with {"nnlib": "digits 1"'),
        ('{"nnlib": "playground 1", "steps": 0}', 'one begins with {"nnlib": "digits 1"'),
        ('{"nnlib": "digits 1", "start": {"hidden_units": 4000}}', "from 1 to 100"),
        ('{"nnlib": "digits 1", "start": {"layers": 3}}', "there is no control 'layers'"),
        ('{"nnlib": "digits 1", "steps": -1}', "steps: -1 given"),
        ('{"nnlib": "digits 1", "changes": [[0, "draw", "1"]], "steps": 0}', "with one of set"),
        ('{"nnlib": "digits 1", "changes": [[0, "set", "l2", 7]], "steps": 0}', "L2: 7 given"),
        ('{"nnlib": "digits 1", "shell": "ls"}', "no part 'shell'"),
    ],
)
def test_a_recipe_that_is_none_is_refused_in_words(recipe, words):
    with pytest.raises(ValueError, match="recipe|given|control|change") as refused:
        DigitsLab(recipe=recipe)
    assert words in str(refused.value)


def test_the_learning_rate_acts_at_the_next_step_and_starts_nothing_over():
    one, two, three = runs = [trained(50) for _ in range(3)]
    for run, rate in zip(runs, (0.05, 0.1, 0.15)):
        run.hand("set", "learning_rate", rate)
        assert run.now.index == 50 and np.array_equal(run.now.theta, one.now.theta)
        assert [m.index for m in run.moments] == [m.index for m in one.moments]
    for run in runs:
        run.advance(1)
        assert run.generation == one.generation and run.now.index == 51
    # The velocity is the same; only the newest gradient counts twice, or three times.
    push = two.now.theta - one.now.theta
    assert np.abs(push).max() > 1e-4
    np.testing.assert_allclose(three.now.theta - two.now.theta, push, rtol=0, atol=1e-12)


def test_same_start_and_new_start():
    run = trained(40, weight_seed=7)
    first = run.history[0].theta
    run.hand("set", "learning_rate", 0.5)
    run.hand("reset")
    assert run.now.index == 0 and np.array_equal(run.now.theta, first)
    assert run.settings["learning_rate"] == 0.5
    run.hand("new_start")
    assert run.settings["weight_seed"] == 8 and not np.array_equal(run.now.theta, first)


# What goes wrong


def test_the_sentence_says_that_a_learning_rate_is_far_too_large():
    run = trained(86, learning_rate=10.0)
    said = "a loss worse than that of a blind guess, 2.30: try a smaller learning rate"
    assert run.now.scores["loss"] > np.log(10) and said in run.sentence
    assert "guess" not in trained(86).sentence and "guess" not in DigitsRun(scale=5.0).sentence


@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_a_run_that_flies_off_stops_with_a_word_and_can_still_be_shown(hidden):
    stage = DigitsLab(density="lab", learning_rate=10.0, l2=1.0, hidden=hidden)
    run = stage.lab
    run.draw(ring())
    run.choose("weights", 3)
    run.advance(600)
    assert "left the finite numbers" in run.trouble and np.isfinite(run.now.theta).all()
    stage._show()
    assert stage.frame["trouble"] == run.trouble
    assert {"play", "epoch"} <= stage.frame["off"].keys()
    json.dumps(run.frame(), default=lambda _: None, allow_nan=False)
    assert np.isfinite(np.frombuffer(panels(run)["loss"]["lines"][0]["y"], np.float32)).all()
    assert base64.b64decode(stage._png()).startswith(b"\x89PNG")


def test_the_step_that_is_named_counts_from_the_start_of_the_run():
    run = DigitsRun(learning_rate=0.1)
    run.advance(50)
    run.set("batch_size", 16)  # a new call of `train`, which counts from 0
    run.set("learning_rate", 10.0)
    run.set("l2", 1.0)
    run.advance(600)
    assert run.now.index > 50
    assert f"at step {run.now.index + 1}, where the slopes of layer" in run.trouble
    assert "a smaller learning rate than 10" in run.trouble


def test_numbers_beyond_all_reason_are_drawn_without_a_warning():
    run = WholeRun(hidden="relu")
    run.draw(ring())
    far = run.now.theta * 1e200  # both layers together: beyond the largest float
    run.now = run.now._replace(theta=far, scores=run.measure(far))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(panels(run)["answer"]["values"]).all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"hidden_units": 0}, "hidden units: 0 given, expected a whole number from 1 to 100"),
        ({"hidden_units": 2.5}, "a whole number"),
        ({"optimizer": "lbfgs"}, "expected one of sgd, momentum, nesterov, adam"),
        ({"rate": 1}, "there is no control 'rate'"),
        ({"hide": ["volume"]}, "there is nothing called volume"),
        ({"density": "wide"}, "density: 'wide' given, expected one of paper, lesson, lab"),
        ({"density": ["lab"]}, "expected one of paper, lesson, lab"),
        ({"recipe": "{}", "l2": 0.1}, "give no settings with it"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(settings, words):
    with pytest.raises(ValueError) as refused:
        DigitsLab(**settings)
    assert words in str(refused.value)


# The confusion matrix, and the digits of a cell


def test_the_confusion_matrix_is_that_of_scikit_learn_and_counts_every_test_digit():
    run = trained(129)
    shown = panels(run)["confusion"]
    counts = [0 if text == "·" else int(text) for text in shown["texts"]]
    expected = metrics.confusion_matrix(run.data.Y_test.argmax(axis=1), scores(run).argmax(axis=1))
    assert np.array_equal(np.reshape(counts, (10, 10)), expected)
    assert sum(counts) == len(run.data.X_test) == 450
    recall = metrics.recall_score(
        run.data.Y_test.argmax(axis=1), scores(run).argmax(axis=1), average=None
    )
    assert [side.replace("\xa0", " ") for side in shown["sides"]] == [
        f"{100 * r:.0f} %" for r in recall
    ]
    assert (
        shown["labels"][12]
        == f"{expected[1, 2]} of {expected[1].sum()} digits that are 1 were read as 2"
    )


def test_mistakes_are_orange_on_their_own_scale_and_right_answers_blue():
    run = trained(129)
    heat = np.frombuffer(panels(run)["confusion"]["heat"], np.uint8).reshape(10, 10).astype(int)
    M = run.now.scores["confusion"]
    wrong = ~np.eye(10, dtype=bool)
    assert (heat[wrong & (M == 0)] == 128).all() and (heat[wrong & (M > 0)] < 128).all()
    assert (heat[wrong & (M == M[wrong].max())] == 1).all()  # the most frequent one
    share = M.diagonal() / M.sum(axis=1)
    assert np.abs(heat.diagonal() - (128 + 127 * share)).max() <= 1


def test_the_cell_shows_exactly_the_digits_of_its_true_and_its_predicted_class():
    run = trained(86)
    true, read = run.data.Y_test.argmax(axis=1), scores(run).argmax(axis=1)
    for r, c in ((8, 1), (3, 3), (0, 9)):
        run.hand("choose", "confusion", r, c)
        which = np.flatnonzero((true == r) & (read == c))
        cell = panels(run)["cell"]
        assert np.array_equal(codes(cell) if len(which) else which.reshape(0, 64),
                              np.round(255 * run.data.X_test[which[:12]]))  # fmt: skip
        assert cell["n"] == min(len(which), 12)
        assert cell["note"].startswith(f"{r} → {c} · {len(which)} digit")
        assert ("first 12 of" in cell["note"]) == (len(which) > 12)
        for k, words in zip(which, cell["labels"]):
            assert words == f"true {r}, said {c}, {100 * scores(run)[k].max():.0f} % sure"
        assert panels(run)["confusion"]["chosen"] == 10 * r + c
    assert cell["n"] == 0 and cell["none"] == "There is no such digit in the test set."


def test_until_a_cell_is_chosen_the_most_frequent_mistake_of_that_moment_is_shown():
    run = trained(43)
    for index in (0, 43):
        run.look(index)
        M = run.shown.scores["confusion"].copy()
        np.fill_diagonal(M, 0)
        chosen = panels(run)["confusion"]["chosen"]
        assert M.ravel()[chosen] == M.max()
        assert f"most confused: {chosen // 10} read as {chosen % 10}, {M.max()} t" in run.sentence
    run.choose("confusion", 2, 2)
    assert panels(run)["confusion"]["chosen"] == 22
    run.choose("confusion", 2, 2)  # a second time: no longer chosen
    assert panels(run)["confusion"]["chosen"] == chosen


def test_the_sentence_says_that_there_are_no_mistakes():
    run = DigitsRun()
    perfect = run.now.scores | {"confusion": np.diag([45] * 10)}
    run.now = run.now._replace(scores=perfect)
    cell = panels(run)["cell"]
    assert cell["n"] == 0 and cell["note"] == "no test digit is read wrong" and cell["none"]
    assert "no mistakes" in run.sentence and panels(run)["confusion"]["chosen"] == -1


def test_a_digit_chosen_from_a_cell_is_read_in_place_of_the_drawing():
    run = trained(86)
    run.draw(ring())
    run.choose("confusion", 3, 3)
    run.choose("cell", 4)
    k = np.flatnonzero((run.data.Y_test.argmax(axis=1) == 3) & (scores(run).argmax(axis=1) == 3))[4]
    shown = panels(run)
    assert shown["cell"]["chosen"] == 4
    assert np.array_equal(counts_seen(shown["sees"]), np.round(255 * run.data.X_test[k]))
    assert shown["sees"]["captions"][1] == "test digit, true 3"
    assert not codes(shown["sees"])[0].any()  # the dots that it was counted from are not known
    assert np.allclose(shown["answer"]["values"], scores(run)[k])
    run.advance(43)  # the same digit stays chosen, also if it is read otherwise now
    assert np.allclose(panels(run)["answer"]["values"], scores(run)[k])
    run.draw(bar())
    assert panels(run)["sees"]["captions"] == ["fitted", "64 counts"]
    run.choose("cell", 0)
    run.set("data_seed", 8)  # then it is another digit
    assert run.picked is None


@pytest.mark.parametrize(
    "place",
    [("confusion", 10, 0), ("confusion", 3), ("confusion", 1.0, 2), ("weights", 30), ("cell", -1),
     ("weights", True), ("ink", 0), (None, 0), ("cell", 12)],
)  # fmt: skip
def test_what_is_not_there_cannot_be_chosen(place):
    run = DigitsRun()
    with pytest.raises(ValueError, match="there is no|one can choose in confusion, weights, cell"):
        run.hand("choose", *place)
    assert run.cell is run.unit is run.picked is None


# Drawing


def test_counting_blocks_gives_a_digit_of_the_data_set_back():
    dot = np.arange(16).reshape(4, 4)
    for x in DigitsRun().data.X[:50]:
        counts = np.round(16 * x).reshape(8, 8).astype(int)
        ink = np.block([[dot < n for n in row] for row in counts])  # as many dots a block
        assert np.array_equal(counted(ink), x)


def test_a_drawing_is_kept_as_it_was_drawn_and_shown_beside_what_becomes_of_it():
    run = DigitsRun()
    drawing = strokes_of(DRAWINGS[12])
    run.hand("draw", drawing)
    shown = panels(run)
    kept = [np.frombuffer(stroke, np.float32).reshape(-1, 2) for stroke in shown["pad"]["strokes"]]
    assert len(kept) == len(drawing) > 1
    assert all(np.allclose(a, b) for a, b in zip(kept, drawing))
    assert np.array_equal(codes(shown["sees"])[0], 255 * dots_of(drawing).ravel())
    assert np.array_equal(counts_seen(shown["sees"]), np.round(255 * run.asked))
    assert np.array_equal(run.asked, counted(dots_of(drawing)))


@pytest.mark.parametrize(
    "wrong",
    ["0101", None, [1], [[]], [[[0.5]]], [[[0.5, 1.5]]], [[[0.5, float("nan")]]], [[["0", "0"]]],
     [[[True, 0.0]]], [[[0.5, 0.5]]] * 201, [[[0.5, 0.5]] * 20_001], {"strokes": []}],
)  # fmt: skip
def test_a_drawing_that_is_none_is_refused_and_the_old_one_stays(wrong):
    run = DigitsRun()
    run.draw(ring())
    before = run.dots
    with pytest.raises(ValueError, match="a drawing is a list|a drawing has at most|a stroke is"):
        run.hand("draw", wrong)
    assert run.dots is before and len(run.strokes) == 1


def left_ends(x):
    """Of pictures (n, 64) the left ends of the ink in the first and in the last row, in dots."""
    rows = x.reshape(-1, 8, 8)[:, [0, 7]]
    first = (rows > 0.1).argmax(axis=-1)
    ink = np.take_along_axis(rows, first[..., None], -1)[..., 0]
    return (4 * (first + 1 - ink)).T


def test_a_drawing_becomes_what_the_pictures_of_the_data_set_are():
    X = DigitsRun().data.X
    drawn = np.array([counted(dots_of(strokes_of(drawing))) for drawing in DRAWINGS])
    # As much ink, whatever the digit, from the upper to the lower edge, in the middle six columns.
    assert pytest.approx(1024 * X.mean(), abs=1) == INK
    assert np.abs(1024 * drawn.mean(axis=1) - INK).max() <= 0.05 * INK  # a few dots leave the paper
    ones = np.arange(30) // 3 == 1
    for kind in (drawn, drawn[ones], X):
        pictures = kind.reshape(-1, 8, 8)
        assert (pictures[:, [0, 7]].max(axis=-1) > 0.2).mean() > 0.98
        assert pictures[:, :, 0].mean() < 0.02
    # Straight: the left ends of the first and of the last row are one above the other.
    for pictures in (X, drawn):
        top, bottom = left_ends(pictures)
        assert np.abs(np.median(top - bottom)) <= 1 and np.abs(top - bottom).mean() < 1.5
    # No further from the nearest picture of the training set than a test digit is, or hardly.
    near = [((X - x) ** 2).sum(axis=1).min() ** 0.5 for x in drawn]
    usual = [((X - x) ** 2).sum(axis=1).min() ** 0.5 for x in DigitsRun().data.X_test]
    assert np.mean(near) < 1.1 * np.mean(usual)


def test_where_and_how_large_it_is_drawn_makes_no_difference():
    drawing = read_strokes(strokes_of(DRAWINGS[14]))
    small = [0.3 * stroke for stroke in drawing]
    assert np.array_equal(normalised(drawing), normalised(small))
    assert np.array_equal(normalised(small), normalised([stroke + 0.6 for stroke in small]))


def test_a_bar_stays_a_bar_and_a_dash_a_dash_and_a_dot_is_round():
    for strokes, height, width in ((bar(), 32, 11), ([line([0.2, 0.8], [0.5, 0.5])], 18, 20),
                                   ([[[0.4, 0.4]]], 20, 20)):  # fmt: skip
        dots = dots_of(strokes)
        assert dots.sum() == INK
        assert abs(dots.any(axis=1).sum() - height) <= 1
        assert abs(dots.any(axis=0).sum() - width) <= 1


def test_clear_removes_the_drawing_or_the_test_digit():
    run = DigitsRun()
    assert "clear" in run.frame()["off"]
    run.hand("clear")
    assert run.asked is None
    run.draw(bar())
    assert "clear" not in run.frame()["off"]
    run.hand("clear")
    assert run.strokes == [] and run.asked is None
    run.choose("cell", 0)
    assert "clear" not in run.frame()["off"] and run.asked is not None
    run.hand("clear")
    assert run.asked is None


@pytest.mark.parametrize("weight_seed", [7, 1, 2])
def test_of_thirty_drawings_by_hand_nearly_all_are_read(weight_seed):
    run = PaperRun(weight_seed=weight_seed)
    run.advance(1290)  # the thirty passes of the notebooks
    wrong = []
    for drawing in DRAWINGS:
        run.hand("draw", strokes_of(drawing))
        said = panels(run)["answer"]["best"]
        if said != drawing["digit"]:
            wrong.append((drawing["digit"], drawing["size"], said))
    assert len(DRAWINGS) == 30 and len(wrong) <= 3, wrong


def test_a_natural_small_three_is_read_as_three():
    """It was read as 4, and 100 % sure, when the drawing was counted as it stood on the paper."""
    run = PaperRun()
    run.advance(1290)
    run.draw(strokes_of(DRAWINGS[9]))
    assert (DRAWINGS[9]["digit"], DRAWINGS[9]["size"]) == (3, "small")
    assert run.sentence.startswith("It reads this as 3, ")
    assert panels(run)["answer"]["values"][3] > 0.9


def test_before_anything_is_drawn_nothing_is_answered():
    shown = panels(WholeRun())
    for name in ("answer", "votes"):
        assert not any(shown[name]["values"]) and not any(shown[name]["texts"])
    assert shown["answer"]["note"] == "draw a digit" and not codes(shown["sees"]).any()
    assert (codes(shown["pixels"]) == 128).all()


@pytest.mark.parametrize("weight_seed", [7, 1, 2])
@pytest.mark.parametrize(("drawing", "answer"), [(bar, 1), (ring, 0)])
def test_a_bar_is_read_as_one_and_a_ring_as_zero(drawing, answer, weight_seed):
    run = trained(860, weight_seed=weight_seed)
    run.draw(drawing())
    shown = panels(run)
    assert shown["answer"]["best"] == answer and shown["answer"]["values"][answer] > 0.5
    assert shown["answer"]["note"].startswith(f"{answer}, ")
    assert shown["nearest"]["note"] == f"{answer}, {answer}, {answer}"


def test_pixel_evidence_is_what_the_log_odds_lose_without_the_ink():
    run = trained(215)
    run.draw(ring())
    x = run.asked

    def odds(picture, answer):
        p = run.net.predict(run.now.theta, picture[None])[0]
        return np.log(p[answer]) - np.log(p.sum() - p[answer])

    answer = run.net.predict(run.now.theta, x[None])[0].argmax()
    expected = np.zeros(64)
    for i in np.flatnonzero(x):
        less = x.copy()
        less[i] = 0
        expected[i] = odds(x, answer) - odds(less, answer)
    assert np.allclose(pixel_evidence(run.net, run.now.theta, x), expected, atol=1e-6)
    heat = codes(panels(run)["pixels"])[0].astype(int)
    assert np.abs(heat - (128 + 127 * expected / np.abs(expected).max())).max() <= 1
    assert (heat[x == 0] == 128).all()


def test_the_units_that_decide_add_up_to_the_lead_of_the_answer():
    run = trained(430, hidden_units=6)  # all six are listed
    run.draw(ring())
    votes = panels(run)["votes"]
    p = np.sort(run.net.predict(run.now.theta, run.asked[None])[0])
    best, second = np.argsort(-run.net.predict(run.now.theta, run.asked[None])[0])[:2]
    b = run.net.layers(run.now.theta)[1][1][0]
    lead = sum(float(text.replace("−", "-")) for text in votes["texts"]) + b[best] - b[second]
    assert lead == pytest.approx(np.log(p[-1] / p[-2]), abs=0.05)
    assert sorted(map(int, votes["names"])) == [1, 2, 3, 4, 5, 6]
    assert votes["note"] == f"lead of {best} over {second}"


def test_the_nearest_training_digits_are_those_of_scikit_learn():
    run = WholeRun()
    run.draw(ring())
    near = NearestNeighbors(n_neighbors=3).fit(run.data.X).kneighbors([run.asked])[1][0]
    shown = panels(run)["nearest"]
    assert np.array_equal(codes(shown), np.round(255 * run.data.X[near]))
    assert shown["captions"] == [f"a {k}" for k in run.data.Y[near].argmax(axis=1)]


def test_drawing_choosing_and_looking_change_neither_the_run_nor_its_recipe():
    run, quiet = trained(86), trained(86)
    before = run.now.theta.copy()
    for hand in (("draw", ring()), ("choose", "confusion", 8, 8),
                 ("choose", "cell", 2), ("choose", "weights", 5), ("look", 22), ("pin",),
                 ("clear",), ("look", None)):  # fmt: skip
        run.hand(*hand)
        run.frame()
    assert np.array_equal(run.now.theta, before)
    assert len(run.moments) == len(quiet.moments) and run.generation == quiet.generation
    assert all(a.index == b.index and np.array_equal(a.theta, b.theta)
               for a, b in zip(run.moments, quiet.moments))  # fmt: skip
    assert run.recipe() == quiet.recipe() and run.python() == quiet.python()
    run.advance(30)
    quiet.advance(30)
    assert np.array_equal(run.now.theta, quiet.now.theta)


# The other panels


def test_the_weights_of_each_hidden_unit_are_its_picture():
    run = trained(86, hidden_units=50)
    run.choose("weights", 12)
    shown = panels(run)["weights"]
    W, V = (W for W, _ in run.net.layers(run.now.theta))
    assert shown["n"] == 50 and shown["across"] == 8 and shown["chosen"] == 12
    heat = codes(shown).astype(int)
    clear = np.abs(W.T) > 0.02 * np.abs(W).max()
    assert np.array_equal(np.sign(heat - 128)[clear], np.sign(W.T)[clear])
    most, least = V[12].argmax(), V[12].argmin()
    assert shown["labels"][12] == f"unit 13: most for {most}, most against {least}"
    assert panels(run)["unit"]["text"].startswith(f"Unit 13: its largest weights lead to {most} (+")
    run.draw(bar())
    a = np.tanh(run.asked @ W[:, 12] + run.net.layers(run.now.theta)[0][1][0, 12])
    assert panels(run)["unit"]["text"].replace("−", "-").endswith(f"a\xa0=\xa0{a:+.2f}.")
    run.set("hidden_units", 5)  # there is no such unit any more
    assert panels(run)["weights"]["chosen"] == -1 and "Choose a unit" in panels(run)["unit"]["text"]


def test_the_curves_run_over_epochs_also_when_the_batch_size_has_changed():
    run = trained(43)
    run.set("batch_size", 64)  # 22 steps an epoch
    run.advance(33)
    train, test = panels(run)["loss"]["lines"]
    x = np.frombuffer(train["x"], np.float32)
    assert x[-1] == pytest.approx(2.5) and x[0] == 0 and (np.diff(x) > 0).all()
    assert np.frombuffer(train["y"], np.float32)[-1] == pytest.approx(run.now.scores["loss"])
    assert np.frombuffer(test["y"], np.float32)[-1] == pytest.approx(run.now.scores["test_loss"])
    shares = panels(run)["accuracy"]["lines"][1]
    assert np.frombuffer(shares["y"], np.float32)[-1] == pytest.approx(
        run.now.scores["test_right"] / 450
    )
    run.look(0)
    assert panels(run)["loss"]["at"] == 0


def test_a_pinned_run_stays_in_sight_of_the_next_one():
    run = trained(43)
    share, losses = run.now.scores["test_right"] / 4.5, [m.scores["loss"] for m in run.moments]
    run.hand("pin")
    run.set("hidden_units", 5)
    run.advance(43)
    line = panels(run)["loss"]["lines"][2]
    assert np.allclose(np.frombuffer(line["y"], np.float32), losses) and line["past"]
    assert f"pinned (30 units, rate 0.05): test {share:.1f} % at step 43" in run.sentence
    assert run.frame()["values"]["pin"] == "Unpin"
    run.hand("pin")
    assert len(panels(run)["loss"]["lines"]) == 2 and "pinned" not in run.sentence


def test_the_sentence_says_how_far_and_how_well():
    run = trained(516)
    right, test = run.now.scores["right"] / 13.47, run.now.scores["test_right"] / 4.5
    assert run.sentence.startswith(
        f"epoch 12 · step 516 · loss {run.now.scores['loss']:.2f} · train {right:.1f} % · test"
        f" {test:.1f} % · most confused: "
    )


# On the stage


@pytest.mark.parametrize("density", ["paper", "lesson", "lab"])
def test_every_panel_has_what_the_stage_needs_to_draw_it(density):
    stage = DigitsLab(density=density, hide=[*(["l2"] if density != "paper" else [])])
    listed = {panel["id"]: panel for panel in stage.scene["panels"]}
    assert listed.keys() == stage.frame["panels"].keys()
    for state in ("empty", "drawn"):
        for name, payload in panels(stage.lab).items():
            if listed[name]["kind"] == "images":
                size = payload["n"] * payload["height"] * payload["width"]
                assert len(payload["codes"]) == size and len(payload["labels"]) == payload["n"]
            elif listed[name]["kind"] == "bars":
                assert len(payload["names"]) == len(payload["values"]) == len(payload["texts"])
        stage.lab.draw(ring()) if state == "empty" else None
    stage._show()
    assert len(stage.frame["panels"]["pad"]["strokes"]) == 1
    assert ("l2" in stage.frame["hidden"]) == (density != "paper")
    assert stage.settings()["hidden_units"] == 30 and stage.settings()["learning_rate"] == 0.05


def test_hands_reach_the_lab_through_the_stage_and_what_is_wrong_is_shown():
    stage = DigitsLab()
    numbers = iter(range(1, 100))

    def hear(do, *arguments, **more):
        message = {"do": do, "arguments": list(arguments), "view": "v", "no": next(numbers), **more}
        stage._heard(None, message, [])
        return stage.frame

    hear("hello")
    assert len(hear("draw", bar())["panels"]["pad"]["strokes"]) == 1
    assert hear("choose", "confusion", 4, 4)["panels"]["confusion"]["chosen"] == 44
    assert "list of at most 200 strokes" in hear("draw", "0101")["trouble"]
    assert hear("epoch")["status"].startswith("epoch 1 · step 43")
    assert hear("set", name="learning_rate", value=0.1)["at"] == 43
    recipe = hear("recipe")["paper"]["text"]
    assert hear("open", recipe.replace("43", "44"))["at"] == 44
    assert hear("close")["paper"] is None


def test_where_nobody_runs_it_a_picture_and_its_sentence_are_left(tmp_path):
    stage = DigitsLab()
    stage.lab.epoch()
    live, about = stage._repr_mimebundle_()
    assert base64.b64decode(live["image/png"]).startswith(b"\x89PNG")
    assert live["text/plain"] == about["image/png"]["alt"] == stage.sentence
    page = stage.to_html(tmp_path / "digits.html").read_text("utf-8")
    assert stage.sentence in page and "{{" not in page.split("<script")[0]


def test_the_lab_opens_a_network_of_this_library():
    run = DigitsRun()
    assert run.net == Network((64, 30, 10), "tanh", "softmax", "cross_entropy")
    assert _split.cache_info().currsize <= 4


# The paper alone


def test_the_paper_alone_says_what_its_network_has_seen_and_what_it_reads():
    run = PaperRun()
    assert run.sentence == "This network has learned nothing yet, and can only guess."
    run.advance(860)  # 20 passes
    right = run.net.predict(run.shown.theta, run.data.X_test).argmax(1) == run.data.Y_test.argmax(1)
    reads = f"reads {100 * right.mean():.1f} % of others. Draw one."
    assert run.sentence == f"This network has seen 1,347 digits 20 times, and {reads}"
    nothing = run.picture()
    assert nothing.axes[0].get_title() == "drawing" and not nothing.axes[0].lines
    run.hand("draw", bar())
    shares = run.net.predict(run.shown.theta, run.asked[None])[0]
    assert run.sentence.startswith(f"It reads this as {shares.argmax()}, ")
    drawn = run.picture()
    assert len(drawn.axes[0].lines) == 1
    assert np.allclose([patch.get_width() for patch in drawn.axes[1].patches], shares)
    plt.close("all")
