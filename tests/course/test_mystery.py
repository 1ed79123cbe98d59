"""The mysteries keep their names until they are named, and together they show what they are for."""

import re
from pathlib import Path

import numpy as np
import pytest

from nncourse.bugs import EVERY, draw
from nncourse.bugs.symptoms import UNTIL
from nncourse.exercises.kinds.names import against
from nncourse.exercises.mystery import (
    LATER_NUMBERS,
    NUMBERS,
    OFFERED,
    OFFERED_LATER,
    mystery,
    offered,
    offered_later,
)

ROOT = Path(__file__).resolve().parents[2]
each = pytest.mark.parametrize("number", NUMBERS + LATER_NUMBERS)


def its_name(number):
    return draw(number, UNTIL[-1])[0]


def others(number):
    """The names offered for this mystery that are not its own."""
    return set(OFFERED if number in NUMBERS else OFFERED_LATER) - {its_name(number)}


@each
def test_what_is_shown_does_not_tell_the_name(number):
    one, name = mystery(number), its_name(number)
    for text in (repr(one), one._repr_html_(), str(one.source("sign"))):
        assert name not in text
        assert EVERY[name].title not in text
        assert f"Mystery {number}" in text


@each
def test_its_name_opens_its_code_and_no_other_does(number):
    one, name = mystery(number), its_name(number)
    for other in others(number):
        assert not one.is_called(other)
        assert "not its name" in str(one.source(other))
    opened = str(one.source(name))
    assert "def " in opened and ("return" in opened or "yield" in opened)
    for mark, line in EVERY[name].difference():
        if mark == "+":
            assert line.strip() in opened
    assert one.source(f" {name.replace('_', ' ').upper()} ") == one.source(EVERY[name].title)


def test_no_name_stands_in_the_students_notebook():
    text = (ROOT / "notebooks" / "exercises" / "13_mysteries.ipynb").read_text("utf-8")
    assert not [name for name in OFFERED + OFFERED_LATER if "_" in name and name in text]


@each
def test_what_speaks_against_a_wrong_name_is_a_number_and_never_the_right_name(number):
    one, name = mystery(number), its_name(number)
    for other in others(number):
        said = against(one, other)
        assert other in said and name not in said.replace(other, "")
        parts = said.split(", and here ")
        if "known slopes" in said or "test pictures" in said:
            there, here = (re.findall(r"'[^']*'", part)[-1] for part in parts)
        elif "wrong" in said:
            there, here = (set(re.findall(r"[Wb]\d", part)) for part in parts)
        else:
            there, here = (re.findall(r"\d+ %|−?[\d.]+ times|from \d+", part) for part in parts)
            assert len(there) == len(here) == 1
        assert there != here, said
    assert f"offered{'_later' * (number in LATER_NUMBERS)}()" in against(one, "a comma")


def test_no_two_instruments_are_enough_and_no_two_mysteries_look_alike():
    seen = np.array([mystery(number).noticed() for number in NUMBERS])
    assert len(np.unique(seen, axis=0)) == len(seen)
    check, digits, xor = seen.T
    assert (check & ~digits).any() and (digits & ~check).any(), "two instruments, always both"
    assert (xor & ~digits).any() and (digits & ~xor).any(), "each score hides what the other shows"
    assert (~check & digits).sum() == 2, "two with a perfect gradient that fail"
    assert (~seen.any(axis=1)).sum() == 1, "and one that is innocent"


def test_bad_luck_is_a_verdict_that_the_starts_do_not_bear_out():
    innocent = [n for n in NUMBERS if not any(mystery(n).noticed())]
    for number in NUMBERS:
        one = mystery(number)
        fair = round(one.reported(), 6) == one.xor(2) / 40
        assert fair == (number not in innocent)


def test_the_later_mysteries_look_well_and_each_has_one_answer_that_is_not_right():
    ones = [mystery(number) for number in LATER_NUMBERS]
    assert not any(one.off() for one in ones) and all(one.digits() > 0.85 for one in ones)
    asked = [(not one.twice(), one.steps() != "as told", one.leak() != "none") for one in ones]
    assert np.array_equal(asked, np.eye(3))
    questions = [dict(one.table()) for one in ones]
    assert all("steps from known slopes" in table for table in questions)
    assert "steps from known slopes" not in dict(mystery(1).table())


@pytest.mark.parametrize("number", [0, 10, -1, "1"])
def test_a_number_that_is_no_mystery_says_which_there_are(number):
    with pytest.raises(ValueError, match="from 1 to 9"):
        mystery(number)


def test_all_that_are_offered_have_a_meaning():
    assert len(set(offered().values())) == len(OFFERED) == len(set(OFFERED))
    assert {its_name(number) for number in NUMBERS} < set(OFFERED)
    assert len(set(offered_later().values())) == len(set(OFFERED_LATER))
    assert {its_name(number) for number in LATER_NUMBERS} < set(OFFERED_LATER)
