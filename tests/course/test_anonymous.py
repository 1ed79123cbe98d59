"""What a student wrote can be shown to a class: her lines are left, and nothing that names her."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "deploy"))
from insight.anonymous import (  # noqa: E402 - the folder has to be named first
    anonymous_code,
    anonymous_words,
    names_in,
)


@pytest.mark.parametrize(
    "source, shown",
    [
        ("x = 1  # Anna", "x = 1"),
        ("def f(a):\n    '''Anna'''\n    return a", "def f(a):\n    return a"),
        ("x = f'{anna!r}: Anna' + \"Anna\" + r'''A\nnna'''", 'x = "…" + "…" + "…"'),
        ("annas_W = W @ anna.T", "… = W @ ….T"),
        ("Anna_Schmidt = 20261234 + 3", "… = … + 3"),
        ("x = (a\n     + b)", "x = (a\n     + b)"),
        ("x = a \\\n    + b", "x = a\n    + b"),
        ("channel, delta_3 = 1, banned", "channel, delta_3 = 1, banned"),
        ("if a:\n    # Anna\n\n    b()", "if a:\n    b()"),
    ],
)
def test_code_keeps_its_lines_and_loses_what_names(source, shown):
    assert anonymous_code(source, names_in(["anna-schmidt", "del", "ed"])) == shown


@pytest.mark.parametrize(
    "source",
    ["", "# Anna", '"Anna"', "x = (1", "x = 'Anna", "x\n" * 40, "x" * 2000, "x = 1;" * 9000, "\0"],
)
def test_code_that_cannot_be_shown_is_left_out(source):
    assert anonymous_code(source) is None


def test_names_of_the_language_and_of_what_was_handed_out_stay():
    names = names_in(["max", "sum-delta"])
    assert (
        anonymous_code("m = max(a.sum(), delta)", names, "sum delta") == "m = max(a.sum(), delta)"
    )


def test_words_that_everybody_was_given_are_no_names():
    names = names_in(["max-will", "Jürgen", "李雷", "li"], ordinary="You will write np.max(Z)")
    assert names == {"jürgen", "李雷", "li"}
    said = anonymous_words("Max will say: 李雷 and JÜRGEN, or Li; linear, ali.", names)
    assert said == "Max will say: … and …, or …; linear, ali."


def test_numbers_addresses_and_what_cannot_be_seen_are_taken_out():
    said = anonymous_words("a\u202eb\ud800 \x00c\n\nme@x.org, https://x.org/me 0412345 and 42")
    assert said == "ab c\n\n… … … and 42"


def test_words_do_not_go_on_for_ever():
    assert len(anonymous_words("word " * 100_000)) < 3100
