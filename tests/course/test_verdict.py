"""What a verdict says, as text and as HTML, of any value, and in how many letters."""

import json
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from nncourse.exercises.verdict import (
    FEW,
    LETTERS,
    MIME,
    Note,
    Verdict,
    cut,
    is_are,
    shortened,
    written,
    written_shape,
)
from nncourse.exercises.wire import Stranger


def test_the_text_of_a_note_has_its_numbers_in_a_column():
    note = Note("Hint 1", ("Look.", "Again."), (("Z", "[1]"), ("yours", "[[1]\n [2]]"), ("a", "3")))
    assert str(note) == repr(note) == (
        "→ Hint 1\nLook.\nAgain.\n"
        "  Z      [1]\n"
        "  yours  [[1]\n          [2]]\n"
        "  a      3"
    )  # fmt: skip
    assert str(Note("Hint", ("Look.",))) == "→ Hint\nLook."


def test_the_html_of_a_note_has_its_numbers_in_a_table_and_code_as_code():
    html = Note("A & B", ("Is `a < b` or `c`?",), (("Z", "1 < 2"),))._repr_html_()
    assert "<strong>A &amp; B</strong>" in html and "→" in html and "#3b7dd8" in html
    assert "Is <code>a &lt; b</code> or <code>c</code>?</p>" in html
    assert "Z</th>" in html and ">1 &lt; 2</pre>" in html and html.count("<table") == 1
    assert html.count("<div") == html.count("</div>") and "None" not in html
    assert "<table" not in Note("A", ("B",))._repr_html_()


@pytest.mark.parametrize(
    ("status", "sign", "colour", "heading"),
    [
        ("right", "✓", "#2e8b57", "Right: 04.slopes"),
        ("not yet", "✗", "#d2691e", "Not yet: 04.slopes"),
        ("not attempted", "○", "#7a7a7a", "Not attempted: 04.slopes"),
    ],
)
def test_a_verdict_is_told_by_sign_colour_and_word(status, sign, colour, heading):
    verdict = Verdict.of(status, "04.slopes", ["So it is."])
    assert str(verdict) == repr(verdict) == f"{sign} {heading}\nSo it is."
    assert colour in verdict._repr_html_() and verdict.right is (status == "right")
    with pytest.raises(FrozenInstanceError):
        verdict.status = "right"
    with pytest.raises(FrozenInstanceError):
        Note("A", ()).heading = "B"


def test_hints_are_folded_into_the_box_and_counted_from_one():
    verdict = Verdict.of("not yet", "04.slopes", ["No."], hints=("Look at `A`.", "It is A.T."))
    html = verdict._repr_html_()
    assert html.count("<details") == html.count("</details>") == 2
    assert html.index("Hint 1</summary>") < html.index("Look at <code>A</code>.</p>")
    assert html.index("Look at") < html.index("Hint 2</summary>") < html.index("It is A.T.")
    assert "Look" not in str(verdict)


def test_a_notebook_keeps_text_html_and_a_record_as_plain_json():
    about = dict(off=("gb",), misconception="It is the mean", question="Of what?")
    verdict = Verdict.of("not yet", "04.slopes", ["No."], **about)
    kept = verdict._repr_mimebundle_()
    assert kept == {
        "text/plain": str(verdict), "text/html": verdict._repr_html_(), MIME: verdict.record()
    }  # fmt: skip
    record = {"task": "04.slopes", "status": "not yet"} | about | {"off": ["gb"]}
    assert json.loads(json.dumps(kept[MIME])) == record


def test_all_sentences_together_have_at_most_500_letters():
    def kept(*lengths):
        verdict = Verdict.of("not yet", "04.slopes", ["x" * n for n in lengths])
        return [len(sentence) for sentence in verdict.sentences]

    assert LETTERS == 500
    assert kept(500, 1) == [500] and kept(501) == [500]
    assert kept(300, 199) == [300, 199] and kept(300, 200) == [300, 199]
    assert kept(100, 100, 298) == [100, 100, 298] and kept(100, 100, 299, 9) == [100, 100, 298]
    assert kept(498, 9) == [498, 1] and kept(499, 9) == [499]


def test_a_row_of_numbers_has_at_most_500_letters():
    rows = (("l" * 80, "n" * 420), ("l" * 81, "n" * 421))
    verdict = Verdict.of("not yet", "04.slopes", [], numbers=rows)
    assert verdict.numbers[0] == rows[0]
    assert verdict.numbers[1] == ("l" * 78 + " …", "n" * 418 + " …")


@pytest.mark.parametrize(
    ("most", "kept"), [(5, "abcde"), (4, "ab …"), (3, "a …"), (2, " …"), (1, " "), (0, "")]
)
def test_a_text_is_cut_to_any_length(most, kept):
    assert cut("abcde", most) == kept


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (2, "2"),
        (True, "True"),
        (2 / 3, "0.6667"),
        (1e-5, "1e-05"),
        (np.float64(2 / 3), "0.6667"),
        (np.int64(7), "7"),
        (np.array(2 / 3), "0.6667"),
        (np.array(1e-5), "1e-05"),
        (np.bool_(True), "True"),
        (np.array([2 / 3]), "[0.6667]"),
        (np.array([1e-9, 1.0]), "[0. 1.]"),
        ([2 / 3, 1], "[0.6667 1.    ]"),
        ((200, 300, 100), "(200, 300, 100)"),
        ([1, 2, 3], "[1, 2, 3]"),
        (list(range(30)), str([*range(30)])),
        ([0] * 200, str([0] * 200)[:400] + " …"),
        ([0.5] * FEW, f"[{' '.join(['0.5'] * FEW)}]"),
        ([0.5] * (FEW + 1), "an array of shape (25,)"),
        (np.zeros((5, 5)), "an array of shape (5, 5)"),
        (np.zeros((2, 2)), "[[0. 0.]\n [0. 0.]]"),
        ([np.zeros((2, 3)), 7, "word"], "[(2, 3), 7, word]"),
        ([(np.zeros((2, 3)), np.zeros(3)), []], "[[(2, 3), (3,)], []]"),
        (["a"] * 8, f"[{', '.join('a' * 8)}]"),
        (["a"] * 9, f"[{', '.join('a' * 8)}, …]"),
        (Stranger("a Mine"), "a Mine"),
        ([Stranger("a Mine")], "[a Mine]"),
        (None, "None"),
        ("a word", "a word"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_what_a_person_gave_is_written_in_few_digits_and_letters(value, words):
    said = written(value)
    assert said.replace("\n", " ").split() == words.replace("\n", " ").split()


def test_digits_can_be_asked_for():
    assert written(2 / 3, 9) == "0.666666667" and written(np.array([2 / 3]), 9) == "[0.666666667]"
    assert written(1 / 3) == "0.3333" and written_shape(np.zeros(3)) == "(3,)"


def test_a_long_text_is_shortened_by_lines_and_by_letters():
    assert shortened("a\nb\n") == "a\nb" and shortened("x" * 400) == "x" * 400
    assert shortened("x" * 401) == "x" * 400 + " …"
    assert shortened("\n".join("abcde")) == "a\nb\nc\nd\ne"
    assert shortened("\n".join("abcdef")) == "a\nb\nc\nd\ne …"
    assert shortened("x" * 399 + "\ny") == "x" * 399 + "\n …"


def test_one_is_and_two_are():
    assert [is_are("a"), is_are("ab"), is_are("")] == ["is", "are", "are"]
