"""The bug gallery without a browser: what is measured, hidden, guessed and written down."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest

from nncourse.bugs import (
    EVERY,
    GRADIENT_WRONG,
    LATER,
    SPECIMENS,
    draw,
    exercise_seeds,
    instruments,
    symptoms_of,
)
from nncourse.bugs.symptoms import CHOICES, STARTS
from nncourse.widgets import BugGallery
from nncourse.widgets.bug_gallery import GalleryDesk
from nncourse.widgets.bug_gallery_words import WIDEST, where_met
from nncourse.words import called, percent, unbroken


def guessed(number, right=True):
    """Mystery `number`, with a guess made."""
    desk = GalleryDesk(mystery=number)
    name, choices = draw(number)
    desk.hand("guess", next(k for k, c in enumerate(choices) if (c == name) == right))
    return desk


# What is measured


@pytest.mark.parametrize("name", ["slope_of_output", "never_zeroed", "relu_slope_from_output"])
def test_the_symptoms_are_those_of_the_specimen(name):
    specimen, panels = SPECIMENS[name], GalleryDesk(specimen=name).panels()
    errors = specimen.gradient_errors()
    signs = [value < 0 for value in panels["slopes"]["values"]]
    assert signs == [error > GRADIENT_WRONG for error in errors.values()]
    runs = [specimen.digits(np.random.default_rng(start)) for start in range(STARTS)]
    twin = specimen.right_one.xor().solved.sum()
    rows = {row["name"]: row for row in panels["instruments"]["rows"]}
    assert rows["digits read"]["texts"][1] == unbroken(
        percent(np.mean([run.accuracy for run in runs]))
    )
    assert rows["XOR, of 40 starts"]["texts"][1:] == [
        f"{specimen.xor().solved.sum()}", f"{twin}"]  # fmt: skip
    drawn = [np.frombuffer(line["y"], np.float32) for line in panels["loss"]["lines"]]
    assert np.allclose(drawn[1], runs[0].losses)
    says = instruments(specimen, starts=STARTS)
    says = [verdict for verdict in says.values() if verdict != "-"]
    assert [row["texts"][0] for row in rows.values()] == says
    assert [row["mark"] == "full" for row in rows.values()] == [v == "caught" for v in says]


def test_every_specimen_is_in_a_corner_of_the_map_and_the_two_blind_spots_are_not_empty():
    desk = GalleryDesk(look="all")
    while desk.advance(1):
        pass
    assert sorted(desk.seen) == sorted(SPECIMENS)
    panel = desk.panels()["map"]
    dots = [dot for dot in panel["dots"] if dot["mark"] != "none"]
    assert len(dots) == len(SPECIMENS)
    x0, x1, y0, y1 = panel["window"]
    assert all(x0 <= dot["x"] <= x1 and y0 <= dot["y"] <= y1 for dot in dots)
    (wrong,), (read,) = ([rule[k] for rule in panel["rules"] if k in rule] for k in "xy")
    score_blind = sum(dot["x"] > wrong and dot["y"] > read for dot in dots)
    check_blind = sum(dot["x"] < wrong and dot["y"] < read for dot in dots)
    assert score_blind >= 8 and check_blind >= 6
    assert not desk.advance(1) and "play" in desk.off
    desk.hand("choose", "map", dots[3]["choice"])
    assert desk.name == dots[3]["choice"]
    assert [dot["text"] for dot in desk.panels()["map"]["dots"] if dot.get("size") == 10] == [
        called(desk.name)]  # fmt: skip


def test_the_map_and_its_button_are_there_when_all_are_looked_at_and_nothing_else_is():
    one, every = GalleryDesk(), GalleryDesk(look="all")
    assert one.panels()["map"] is None and one.hidden == ["play"]
    assert [name for name, payload in every.panels().items() if payload] == ["map"]
    assert every.hidden == []


def test_where_it_was_met_is_said_in_plain_words():
    met = {name: where_met(specimen) for name, specimen in EVERY.items()}
    assert met["no_bend"] == "People have met it: the book Deep Learning for Coders, chapter 17."
    assert "micrograd on GitHub, issue 53." in met["never_zeroed"]
    assert not [words for words in met.values() if "issues/" in words or "pull/" in words]


def test_what_is_no_number_any_more_is_said_at_the_last_that_was_one():
    (dot,) = GalleryDesk(specimen="output_formula_on_input").panels()["loss"]["dots"]
    assert dot["x"] == 0 and dot["text"] == "then no number any more"


def test_every_line_of_every_difference_fits_and_no_right_one_has_any():
    for name, specimen in EVERY.items():
        lines = GalleryDesk(specimen=name).panels()["code"]["lines"]
        assert all(len(line["text"]) <= WIDEST for line in lines), name
        kinds = {line["kind"] for line in lines}
        assert ("wrong" in kinds) == (specimen.kind != "right"), name
        assert len(lines) <= 13, name
        differs = {"right": "-", "wrong": "+"}
        for kind, mark in differs.items():  # nothing that differs is left out
            shown = "".join(line["text"] for line in lines if line["kind"] == kind)
            told = "".join(text for m, text in specimen.difference() if m == mark)
            assert "".join(shown.split()) == "".join(told.split()), name


# What is met later


def test_the_gallery_of_07_holds_nothing_that_is_met_later():
    desk = GalleryDesk()
    (listed,) = [one for one in desk.scene()["first"] if one["name"] == "specimen"]
    assert sorted(listed["keys"]) == sorted(SPECIMENS) == sorted(desk.met)
    assert {draw(number)[0] for number in range(1, 1000)} <= set(SPECIMENS)
    rows = {row["name"] for row in desk.panels()["instruments"]["rows"]}
    assert not rows & {"known slopes", "asked again", "leak", "fresh digits"}
    later = GalleryDesk(until=8)
    (listed,) = [one for one in later.scene()["first"] if one["name"] == "specimen"]
    assert sorted(listed["keys"]) == sorted(later.met)
    assert set(SPECIMENS) < set(later.met) < set(GalleryDesk(until=10).met) == set(EVERY)


@pytest.mark.parametrize("name", [name for name, one in LATER.items() if one.kind != "right"])
def test_a_later_one_brings_the_instruments_that_notice_it(name):
    desk = GalleryDesk(specimen=name)
    assert desk.settings["until"] == LATER[name].chapter
    rows = {row["name"]: row for row in desk.panels()["instruments"]["rows"]}
    caught = [row for row in rows.values() if row["mark"] == "full"]
    assert caught and all(len(text) <= 14 for row in rows.values() for text in row["texts"])
    assert all(row["texts"][1] != row["texts"][2] for row in caught)
    found = symptoms_of(name)
    if "fresh digits" in rows:
        assert rows["fresh digits"]["texts"][1] == unbroken(percent(found.fresh()))
    again = GalleryDesk.from_recipe(desk.recipe())
    assert again.panels() == desk.panels() and again.sentence == desk.sentence


# The mystery


def test_nothing_that_is_sent_names_the_mystery_before_the_guess():
    for number in range(1, 40):
        desk = GalleryDesk(mystery=number)
        desk.advance(len(SPECIMENS))  # all on the map: it may not be told by that either
        name, choices = draw(number)
        frame, specimen = desk.frame(), SPECIMENS[name]
        ask = frame["panels"]["ask"]
        assert ask["answer"] is None and ask["verdict"] == ""
        desk.set("look", "all")
        frame["map"] = [dot.get("text") for dot in desk.panels()["map"]["dots"]]
        desk.hand("choose", "map", "sign")  # it is not ended by a click either
        assert desk.hiding
        desk.set("look", "one")
        sent = str(frame).replace(specimen.title, "")
        assert name not in sent and called(name) not in sent.replace("bad luck", "")
        assert specimen.question not in sent and specimen.source not in sent
        assert frame["values"]["specimen"] is None and "specimen" in frame["off"]
        assert name not in desk.python() and "difference" not in desk.python()
        assert name not in desk.recipe()


def test_a_right_guess_opens_the_envelope():
    desk = guessed(3)
    assert desk.right and desk.verdict == SPECIMENS[desk.name].why
    panels = desk.panels()
    assert panels["ask"]["question"] == f"Right, at the first try: {SPECIMENS[desk.name].title}."
    assert SPECIMENS[desk.name].question in panels["about"]["text"]
    assert any(line["kind"] == "wrong" for line in panels["code"]["lines"])
    before = desk.recipe()
    desk.hand("guess", (desk.settings["guess"] + 1) % CHOICES)
    desk.hand("skip")
    assert desk.recipe() == before


def test_after_a_wrong_guess_one_may_try_again_and_the_tries_are_counted():
    desk = guessed(3, right=False)
    name, choices = draw(3)
    wrong = [k for k, choice in enumerate(choices) if choice != name]
    why = SPECIMENS[choices[wrong[0]]].why
    assert desk.hiding and desk.right is False
    assert desk.verdict == f"Your first try is not it. There you would see this: {why}"
    ask = desk.panels()["ask"]
    assert (ask["given"], ask["tried"], ask["answer"]) == (None, wrong[:1], None)
    desk.hand("guess", wrong[0])  # once more: it is no new try
    assert desk.tries == 1
    desk.hand("guess", wrong[2])
    assert desk.verdict.startswith("Your second try is not it.")
    assert desk.panels()["ask"]["tried"] == [wrong[0], wrong[2]]
    desk.hand("guess", choices.index(name))
    assert desk.panels()["ask"]["question"].startswith("Right, at the third try: ")
    again = GalleryDesk.from_recipe(desk.recipe())
    assert (again.tries, again.panels()) == (3, desk.panels())
    desk.hand("another")
    assert desk.tries == 0 and desk.hiding


def test_who_skips_sees_it_and_another_mystery_begins_anew():
    desk = GalleryDesk()
    desk.hand("another")
    desk.hand("skip")
    assert desk.right is None and desk.verdict == SPECIMENS[desk.name].why
    assert desk.panels()["ask"]["question"].startswith("You gave up. It is this one: ")
    first = desk.settings["mystery"]
    desk.hand("another")
    assert desk.settings["mystery"] == first + 1 and desk.hiding
    desk.hand("guess", 0)
    desk.hand("set", "specimen", "sign")
    assert (desk.settings["mystery"], desk.settings["guess"], desk.name) == (0, "none", "sign")
    assert desk.panels()["ask"] is None
    assert GalleryDesk(mystery=999).settings["mystery"] == 999
    last = GalleryDesk(mystery=999)
    last.hand("another")
    assert last.settings["mystery"] == first


def test_no_button_brings_a_mystery_of_the_exercise_before_it_is_solved_there():
    desk = GalleryDesk()
    for before in (0, 3, 999):
        desk.set("mystery", before)
        desk.hand("another")
        later = GalleryDesk(mystery=before, until=8)
        later.hand("another")
        assert desk.settings["mystery"] == later.settings["mystery"] == max(exercise_seeds()) + 1


@pytest.mark.parametrize(
    "do, arguments, words",
    [
        ("guess", [5], "there are 5 choices"),
        ("guess", ["sign"], "there are 5 choices"),
        ("set", ["mystery", -1], "expected a whole number from 0 to 999"),
        ("set", ["specimen", "moth"], "expected one of"),
        ("set", ["rate", 1], "there is no control"),
        ("drop", [], "expected one of"),
        ("choose", ["loss", "sign"], "specimens are chosen on 'map'"),
    ],
)
def test_a_hand_that_cannot_be_is_told_so_and_loses_nothing(do, arguments, words):
    desk = GalleryDesk(mystery=4)
    before = desk.recipe(), desk.sentence
    with pytest.raises(ValueError, match=words):
        desk.hand(do, *arguments)
    assert (desk.recipe(), desk.sentence) == before


def test_without_a_mystery_there_is_nothing_to_guess():
    with pytest.raises(ValueError, match="press Mystery bug"):
        GalleryDesk().hand("guess", 0)
    with pytest.raises(ValueError, match="give no settings"):
        BugGallery(recipe="{}", mystery=3)


# Exits


@pytest.mark.parametrize(
    "desk", [lambda: GalleryDesk(specimen="sign"), lambda: GalleryDesk(mystery=7),
             lambda: guessed(8), lambda: guessed(9, right=False)],
)  # fmt: skip
def test_a_recipe_puts_the_same_up_again(desk):
    desk = desk()
    again = GalleryDesk.from_recipe(desk.recipe())
    assert again.recipe() == desk.recipe() and again.sentence == desk.sentence
    assert again.right == desk.right and again.verdict == desk.verdict
    assert BugGallery(recipe=desk.recipe()).sentence == desk.sentence


@pytest.mark.parametrize("settings", [{"specimen": "zero_init"}, {"mystery": 7}])
def test_copy_as_python_prints_what_stands_there(settings):
    desk = GalleryDesk(**settings)
    done = subprocess.run(
        [sys.executable, "-c", desk.python()], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = symptoms_of(desk.name)
    assert f"digits read: {found.digits():.0%}\n" in done.stdout
    assert f"XOR solved: {found.xor()} of 40\n" in done.stdout
    assert f"{found.verdicts()}\n" in done.stdout
    assert ("+    W1 = np.zeros((n_0, n_1))" in done.stdout) == (not desk.hiding)


def test_where_no_kernel_runs_there_is_a_picture_with_words():
    widget = BugGallery(specimen="no_bend")
    bundle, metadata = widget._repr_mimebundle_()
    assert bundle["text/plain"] == metadata["image/png"]["alt"] == widget.sentence
    assert widget.sentence == (
        "no bend · the slopes are right · caught by XOR; blind: the gradient check, the loss curve"
        " and the digits"
    )
    assert len(bundle["image/png"]) > 10_000


def test_a_page_of_its_own_shows_each_that_was_measured(tmp_path):
    widget = BugGallery(mystery=3)
    recipe = widget.lab.recipe()
    frames = list(widget.lab.recording(80))
    assert [frame["when"] for frame in frames] == [
        *(called(name) for name in SPECIMENS if name in widget.lab.seen), "as it stood",
    ]  # fmt: skip
    assert widget.lab.recipe() == recipe
    assert "Bug gallery" in widget.to_html(tmp_path / "gallery.html").read_text("utf-8")


def test_measure_puts_all_on_the_map():
    gallery = BugGallery(look="all").measure()
    assert "27 of 27" in json.dumps(gallery.frame["panels"]["map"]["note"])


def test_what_was_measured_once_is_not_measured_again_for_each_frame():
    desk = GalleryDesk()
    desk.advance(len(SPECIMENS))

    def one():
        begun = time.thread_time()
        desk.frame()
        return time.thread_time() - begun

    assert min(one() for _ in range(20)) < 0.05  # 2 ms, and 8 s for all of them anew
