"""Numbers, counts and lists are written in one way, in one place."""

import re
from pathlib import Path

import numpy as np
import pytest

from nncourse import words

NNCOURSE = Path(words.__file__).parent


@pytest.mark.parametrize("write", [words.signed, words.fixed])
def test_zero_is_never_negative_and_a_minus_is_no_hyphen(write):
    assert write(-0.0) == write(-0.004) == write(0.0)
    assert write(-1.5).startswith("−") and "-" not in write(-1.5)


@pytest.mark.parametrize("value", [-2.5, -1e-7, np.float32(-0.5)])
def test_what_is_written_is_the_number(value):
    for write in (words.signed, words.fixed, words.short):
        assert float(write(value, 7).replace("−", "-")) == pytest.approx(float(value))


@pytest.mark.parametrize(
    "share, text", [(0.0, "0 %"), (-1e-17, "0 %"), (0.994, "99 %"), (1, "100 %")]
)
def test_a_share_is_a_number_a_space_and_the_sign(share, text):
    assert words.percent(share) == text


def test_one_thing_is_singular_and_none_or_two_are_plural():
    assert [words.many(n, "run") for n in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]
    assert words.many(np.int64(1_000_000), "step") == "1,000,000 steps"


def test_a_list_takes_anything_that_can_be_walked_through():
    assert words.listed(name for name in "abc") == "a, b and c"
    assert words.listed({"b": 1, "c": 2}) == "b and c"
    assert words.listed([]) == ""


# A number written by hand elsewhere: a share, a true minus, a plural.
BY_HAND = [
    r"100 \* [^{}]*:z?\.\df\} ?%",
    r'replace\("-", "−"\)',
    r"(== 1 else|if \w+ != 1)[^\n]*'s'",
    r"(?m)^(?!.*print\().*:\.\d%\}",  # in lines that a learner takes along it is Python's own way
]


def written_by_hand(source):
    return [found[0] for pattern in BY_HAND for found in re.finditer(pattern, source)]


def test_no_other_module_writes_them_by_hand():
    paths = [path for path in NNCOURSE.rglob("*.py") if path.name != "words.py"]
    assert len(paths) > 40
    found = {path: written_by_hand(path.read_text("utf-8")) for path in paths}
    assert not {path: texts for path, texts in found.items() if texts}


@pytest.mark.parametrize(
    "line",
    [
        'f"{100 * share:.0f} %"',
        'f"{100 * n / whole:z.1f}%"',
        'f"reads {accuracy:.0%} of them"',
        'f"{value:+.2f}".replace("-", "−")',
        "f\"{n} unit{'' if n == 1 else 's'}\"",
    ],
)
def test_a_number_written_by_hand_is_noticed(line):
    assert written_by_hand(line)
