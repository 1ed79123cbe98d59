"""One specimen has one set of symptoms, and one number is one mystery bug, wherever it is drawn."""

import inspect

import numpy as np
import pytest

from nncourse.bugs import EVERY, GRADIENT_WRONG, SPECIMENS, draw, exercise_seeds, symptoms_of
from nncourse.bugs import symptoms as module
from nncourse.bugs.symptoms import CHOICES, LOOKALIKES, STARTS, UNTIL, Symptoms
from nncourse.exercises.mystery import LATER_NUMBERS, NUMBERS, mystery
from nncourse.widgets.bug_gallery import GalleryDesk
from nncourse.words import percent, unbroken

WRONG = [name for name, specimen in EVERY.items() if specimen.kind != "right"]
ALL = NUMBERS + LATER_NUMBERS


# A number is one bug


@pytest.mark.parametrize("number", ALL)
def test_a_number_is_the_same_bug_in_the_gallery_and_in_the_exercise(number):
    in_gallery, in_exercise = GalleryDesk(mystery=number, until=UNTIL[-1]), mystery(number)
    assert in_exercise.is_called(in_gallery.name)
    assert in_gallery.name == draw(number, UNTIL[-1])[0]
    assert (draw(number) == draw(number, UNTIL[-1])) == (number in NUMBERS)


@pytest.mark.parametrize("number", ALL)
def test_the_gallery_and_the_exercise_tell_the_same_symptoms(number):
    panels, one = GalleryDesk(mystery=number, until=UNTIL[-1]).panels(), mystery(number)
    table = dict(one.table())
    for name, error, text in zip(*(panels["slopes"][key] for key in ("names", "values", "texts"))):
        assert (error < 0) == (name in one.off())
        assert not one.off() or name not in one.off() or text.split()[0] in table["gradient error"]
    this_one = {row["name"]: row["texts"][1] for row in panels["instruments"]["rows"]}
    assert this_one["digits read"] == unbroken(table["digits read"])
    assert f"{this_one['XOR, of 40 starts']} of 40 starts" == table["XOR, 4 hidden units"]
    drawn = np.frombuffer(panels["loss"]["lines"][1]["y"], np.float32)
    np.testing.assert_allclose(drawn, one.losses(), rtol=1e-6)


def test_the_bugs_of_the_exercise_are_no_others_drawn_by_their_seeds():
    """Else two numbers would show one draw."""
    seeds = exercise_seeds()
    assert len(set(seeds.values())) == len(seeds)
    assert min(seed for seed, _ in seeds.values()) > 999
    assert NUMBERS == (1, 2, 3, 4, 5, 6) and tuple(seeds) == ALL == (*NUMBERS, 7, 8, 9)


def test_no_name_of_the_exercise_stands_in_the_order_of_its_mysteries():
    source = inspect.getsource(module)
    head = source[source.index("EXERCISE_SEEDS") : source.index("class Symptoms")]
    assert not any(name in head for name in EVERY)


@pytest.mark.parametrize("until", UNTIL)
def test_a_mystery_offers_five_that_can_be_told_apart(until):
    met = [name for name in WRONG if EVERY[name].chapter <= until]
    for number in range(1, 1000):
        name, choices = draw(number, until)
        assert set(choices) <= set(met)
        assert name in choices and len(set(choices)) == len(choices) == CHOICES
        assert not any(len(group & set(choices)) > 1 for group in LOOKALIKES)
        slopes = EVERY[name].kind == "slopes"
        assert sum((EVERY[c].kind == "slopes") == slopes for c in choices) >= 3
    assert {draw(number, until)[0] for number in range(1, 1000)} == set(met)


# Symptoms are measured, and once


def test_an_array_that_holds_seven_times_its_slopes_is_said_to():
    assert symptoms_of("sum_for_mean").times() == pytest.approx(
        {"W1": 7, "b1": 7, "W2": 7, "b2": 7}, rel=1e-6
    )
    assert symptoms_of("hidden_never_trained").times() == pytest.approx(
        {"W1": 0, "b1": 0, "W2": 1, "b2": 1}, abs=1e-6
    )


def test_scores_are_means_of_the_first_starts():
    specimen, found = SPECIMENS["raw_pixels"], symptoms_of("raw_pixels")
    runs = [specimen.digits(start) for start in range(STARTS)]
    assert found.digits() == np.mean([run.accuracy for run in runs])
    assert found.losses().tolist() == runs[0].losses.tolist()
    assert [found.xor(n) for n in (2, 4)] == [
        specimen.xor(hidden_units=n).solved.sum() for n in (2, 4)
    ]


def test_nothing_is_trained_twice_whoever_asks(monkeypatch):
    asked = symptoms_of("bad_luck"), mystery(6), Symptoms(SPECIMENS["bad_luck"])
    before = [one.table() if one is asked[1] else one.verdicts() for one in asked]

    def refuse(*_, **__):
        raise AssertionError("trained again")

    for name in ("digits", "xor"):
        monkeypatch.setattr(type(SPECIMENS["bad_luck"]), name, refuse)
    after = [one.table() if one is asked[1] else one.verdicts() for one in asked]
    assert after == before
    assert Symptoms(SPECIMENS["bad_luck"]).reported() == asked[1].reported()


def test_what_is_given_out_may_be_changed_and_the_symptoms_stay():
    found = symptoms_of("sign")
    for measured in (found.gradient_errors(), found.times(), found.verdicts()):
        measured.clear()
    assert found.gradient_errors() and found.times() and found.verdicts()


def looks(name):
    """The symptoms of a specimen as somebody reads them off, coarsely."""
    found, right = symptoms_of(name), symptoms_of(EVERY[name].right_one.name)
    times = found.times()
    arrays = [
        (error > GRADIENT_WRONG) * round(times[array], 1)
        for array, error in found.gradient_errors().items()
    ]
    loss = np.clip(np.nan_to_num(np.log10(found.losses()[[1, -1]]), nan=2), -3, 2).round()
    xor = EVERY[name].pictures or round(5 * found.xor() / right.xor())
    asked = [found.steps(), found.leak()] * (EVERY[name].chapter > 7)
    return (*arrays, *loss, round(5 * found.digits()), xor, *found.verdicts().values(), *asked)


def test_no_two_outside_a_group_of_lookalikes_have_the_same_symptoms():
    for k, one in enumerate(WRONG):
        for other in WRONG[:k]:
            if not any({one, other} <= group for group in LOOKALIKES):
                assert looks(one) != looks(other), (one, other)


def test_a_share_of_digits_is_written_as_everywhere():
    assert dict(mystery(1).table())["digits read"] == percent(mystery(1).digits())
