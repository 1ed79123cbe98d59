"""The glossary has the letters of the library, and says truly where each word is met first."""

import re
from pathlib import Path

import nbformat
import pytest

from nnlib import notation

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
GLOSSARY = (FOLDER / "glossary.md").read_text("utf-8")
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.ipynb"))
WORDS = re.findall(r"^\| (.+?) \| (.+) \| \[(\d\d)\]\((.+?)\) \|$", GLOSSARY, flags=re.M)
# Said in a sense of its own before: the step is also a bend, the kernel also what runs the code.
ANOTHER_SENSE = {"step", "kernel"}


def sources(path):
    """The texts that are read: all markdown, and the questions."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" or "widgets.predict(" in cell.source:
            yield cell.source


def says(text, word):
    return re.search(rf"(?i)(?<![\w-]){re.escape(word)}(s|es)?\b", text) is not None


def prose(path):
    """What a notebook says in its own words, without code, formulas and titles of others."""
    text = "\n\n".join(sources(path))
    return re.sub(r"```.*?```|`[^`\n]*`|\$+.*?\$+|\[[^]]*\]\([^)]*\)", " ", text, flags=re.DOTALL)


def used_too_early(word, number, texts):
    """The numbers of the notebooks before the one where the word is met that say it."""
    return [k for k in sorted(texts) if k < number and says(texts[k], word)]


def letters_of_the_library():
    """(letter, shape) of each letter in the table of nnlib/notation.py that has a shape."""
    table = notation.__doc__.split("=\n")[1]
    letter = r"(?:^|;  )([A-Za-z]+(?:\[[\w+]+\])?)(?: = \S.*?)? +(\((?:n|n_l|P|1),[^)]*\))"
    return re.findall(letter, table, flags=re.MULTILINE)


def test_the_words_are_in_order_each_once_and_fit_a_page():
    words = [word.lower() for word, *_ in WORDS]
    assert words == sorted(set(words))
    assert 40 <= len(words) <= len(re.findall(r"^\| ", GLOSSARY, flags=re.MULTILINE)) <= 110
    assert max(len(meaning) for _, meaning, *_ in WORDS) <= 100, "a meaning fits a line"


def test_the_letters_and_shapes_are_those_of_the_library():
    rows = re.findall(r"^\| (\S+) \| (\(.+?\)) \| .+ \|$", GLOSSARY, flags=re.MULTILINE)
    assert rows == letters_of_the_library()
    assert len(rows) == 9


@pytest.mark.parametrize("said", ["theta is (S, P)", "Z and A are (S, n, units)"])
def test_the_shapes_of_a_stack_are_those_of_the_library(said):
    assert said in GLOSSARY and said in " ".join(notation.__doc__.split())


@pytest.mark.parametrize("word, number, target", [(w, n, t) for w, _, n, t in WORDS])
def test_a_word_is_met_in_the_notebook_that_the_glossary_names_and_not_before(word, number, target):
    assert target.startswith(number)
    assert any(says(text, word) for text in sources(FOLDER / target)), f"not in {target}"
    if word not in ANOTHER_SENSE:
        texts = {path.name[:2]: prose(path) for path in NOTEBOOKS if path.name < target}
        early = used_too_early(word, number, texts)
        assert not early, f"{word}, met in {number}, is used in {early}"


def test_a_word_used_too_early_is_noticed():
    texts = {"01": "Two epochs, and a loss.", "02": "A glossary", "03": "An epoch is a pass."}
    assert used_too_early("epoch", "03", texts) == ["01"]
    assert used_too_early("loss", "01", texts) == used_too_early("gloss", "03", texts) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_each_notebook_links_the_glossary(path):
    assert any("](glossary.md)" in text for text in sources(path))
