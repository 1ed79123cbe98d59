"""Code and words of a student keep their lines and lose all that could identify her."""

import pytest
from insight.anonymous import (
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
def test_code_keeps_its_lines_and_loses_names(source, shown):
    assert anonymous_code(source, names_in(["anna-schmidt", "del", "ed"])) == shown


@pytest.mark.parametrize(
    "source",
    ["", "# Anna", '"Anna"', "x = (1", "x = 'Anna", "x\n" * 40, "x" * 2000, "x = 1;" * 9000, "\0"],
)
def test_code_that_cannot_be_shown_is_left_out(source):
    assert anonymous_code(source) is None


def test_identifiers_of_python_and_of_the_handed_out_code_stay():
    names = names_in(["max", "sum-delta"])
    assert (
        anonymous_code("m = max(a.sum(), delta)", names, "sum delta") == "m = max(a.sum(), delta)"
    )


def test_words_of_the_handed_out_text_are_not_taken_for_names():
    names = names_in(["max-will", "Jürgen", "李雷", "li"], ordinary="You will write np.max(Z)")
    assert names == {"jürgen", "李雷", "li"}
    said = anonymous_words("Max will say: 李雷 and JÜRGEN, or Li; linear, ali.", names)
    assert said == "Max will say: … and …, or …; linear, ali."


def test_numbers_addresses_and_control_characters_are_removed():
    said = anonymous_words("a\u202eb\ud800 \x00c\n\nme@x.org, https://x.org/me 0412345 and 42")
    assert said == "ab c\n\n… … … and 42"


def test_long_answers_are_cut():
    assert len(anonymous_words("word " * 100_000)) < 3100
