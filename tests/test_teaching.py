"""What docs/ says to teachers and learners is true: recipes, links, questions, sections, times.

A recipe is a fenced block of Python. A comment below a line is the sentence that the widget of that
line shows, its promise; … in it stands for any text.
"""

import ast
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from nncourse import widgets
from nncourse.bugs import EVERY
from nncourse.widgets.base import bundle

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
NOTEBOOKS = {path.name[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}
TEACHING = (DOCS / "teaching.md").read_text("utf-8")
INDEX = (DOCS / "index.md").read_text("utf-8")
each_page = pytest.mark.parametrize("page", PAGES, ids=[path.name for path in PAGES])
each_notebook = pytest.mark.parametrize("number", NOTEBOOKS)
PER_MINUTE = 130  # words of mathematical text that one reads


# Reading


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rows(text):
    """The rows of all tables, as lists of cells, without the heads and the lines below them."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    rules = [k for k, row in enumerate(table) if set("".join(row)) == {"-"}]
    return [row for k, row in enumerate(table) if k not in rules and k + 1 not in rules]


def cells(number, kind):
    notebook = json.loads(NOTEBOOKS[number].read_text("utf-8"))
    return ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == kind]


def prose(number):
    return "\n\n".join(cells(number, "markdown"))


def headings(text):
    """The headings of a page or a notebook, without fenced code."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)


def anchors(path):
    """The anchors of a file's headings; JupyterLab and GitHub make them in different ways."""
    if path.suffix == ".ipynb":
        sources = json.loads(path.read_text("utf-8"))["cells"]
        text = "\n".join("".join(c["source"]) for c in sources if c["cell_type"] == "markdown")
        return {heading.replace(" ", "-") for heading in headings(text)}
    found = headings(path.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


def predictions(number):
    """(wrong answers, right answer) of each widgets.predict of a notebook."""
    for source in cells(number, "code"):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "widgets.predict":
                _, choices, answer = (ast.literal_eval(value) for value in node.args[:3])
                yield [choice for choice in choices if choice != answer], answer


def section(number):
    """The section of teaching.md about one notebook."""
    found = re.search(rf"^### {number} .*?(?=^##)", TEACHING, re.MULTILINE | re.DOTALL)
    assert found, f"docs/teaching.md has no section '### {number} ...'"
    return found[0]


# Recipes


RECIPES = [
    pytest.param(source, id=f"{page.stem} {k}")
    for page in PAGES
    for k, source in enumerate(blocks(page.read_text("utf-8"), "python"), start=1)
]


def says(promise, sentence):
    pattern = ".*".join(re.escape(part.strip()) for part in promise.split("…"))
    return re.fullmatch(r"\s*" + pattern + r"\s*", sentence) is not None


def broken_promises(source):
    """Run a recipe; (promise, sentence) of each widget whose sentence is not the promised one."""
    names, lines, broken = {"widgets": widgets}, source.splitlines(), []
    for node in ast.parse(source).body:
        text = ast.unparse(node)
        if not isinstance(node, ast.Expr):
            exec(text, names)
            continue
        shown = eval(text, names)
        below = lines[node.end_lineno : node.end_lineno + 1]
        if below and below[0].startswith("# "):
            promise = below[0].removeprefix("# ")
            if not says(promise, shown.sentence):
                broken.append((promise, shown.sentence))
        elif hasattr(shown, "sentence"):
            broken.append(("no promise", shown.sentence))
    return broken


@pytest.mark.parametrize("source", RECIPES)
def test_a_recipe_runs_and_its_widget_says_what_is_promised(source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # for recipes that write a page
    assert not broken_promises(source)
    for name in re.findall(r"to_html\(\"(.+?)\"\)", source):
        assert "<html" in (tmp_path / name).read_text("utf-8")


def test_a_promise_that_is_not_kept_is_noticed():
    recipe = "widgets.Descent(learning_rate=2.0, steps=3)\n# step 3: {}Rate × curvature = 2.00: {}"
    assert not broken_promises(recipe.format("…", "…"))
    assert broken_promises(recipe.format("…", "it lands in one step."))
    assert broken_promises(recipe.format("", "…"))
    assert broken_promises("widgets.Playground()")


def test_the_pages_have_recipes_for_every_widget():
    text = TEACHING + INDEX
    absent = [n for n in widgets.__all__ if n[0].isupper() and f"widgets.{n}(" not in text]
    assert not absent


# Links and names


@each_page
def test_links_lead_somewhere(page):
    text = page.read_text("utf-8")
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        path = (page.parent / unquote(name)).resolve() if name else page
        if not path.exists() or (fragment and unquote(fragment) not in anchors(path)):
            wrong.append(target)
    assert not wrong


@each_page
def test_commands_exist(page):
    text = page.read_text("utf-8")
    described = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M)
    named = re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", "\n".join(blocks(text, "sh")))
    named += re.findall(r"`make\s([a-z]+(?:-[a-z]+)*)`", text)
    assert named
    assert set(named) <= set(described)
    scripts = {line.split()[0] for line in blocks(text, "sh") for line in line.splitlines() if line}
    assert all((ROOT / name).is_file() for name in scripts if "/" in name)


def test_the_table_quotes_the_messages_of_the_front_end():
    stage = bundle.javascript()
    first = {cells[0].split("*")[1] for cells in rows(TEACHING) if "*The kernel" in cells[0]}
    assert len(first) == 2
    assert all(words in stage for words in first)


# Notebook by notebook


@each_notebook
def test_every_notebook_has_its_section(number):
    text = section(number)
    for words in ("**Aim:**", "**Open with:**", "**The surprise:**", "```python"):
        assert words in text
    assert len(rows(text)) >= 4


@each_notebook
def test_the_opening_question_is_the_notebooks_own(number):
    first = " ".join(cells(number, "markdown")[0].split()).lower()
    opening = re.search(r"\*\*Open with:\*\* (.+?)\n", section(number))[1]
    (row,) = [row for row in rows(INDEX) if row[0].startswith(f"[{number} ")]
    for question in (opening, row[1]):
        last = re.split(r"(?<=[.:]) ", question)[-1]
        assert last.endswith("?")
        assert last.lower() in first


@each_notebook
def test_the_question_for_a_mistake_is_that_of_its_specimen(number):
    """Or the row is about a wrong answer to a question of the notebook, or about a section."""
    wrong = [choice for choices, _ in predictions(number) for choice in choices]
    for _, source, question in rows(section(number)):
        assert question.endswith("?")
        if source.startswith("`"):
            assert EVERY[source.strip("`")].question == question
        elif source.startswith("*"):
            assert source.strip("*") in wrong
        else:
            assert f"{NOTEBOOKS[number].name}#" in source


def test_every_specimen_is_expected_somewhere():
    named = re.findall(r"\| `(\w+)` \|", TEACHING)
    assert set(named) == {name for name, one in EVERY.items() if one.kind != "right"}


@each_notebook
def test_the_sentence_to_keep_is_the_notebooks_own(number):
    keep = prose(number).partition("## Keep this\n")[2].partition("\n## ")[0]
    (sentence,) = re.findall(r"\*\*(.+?)\*\*", " ".join(keep.split()))
    weeks = TEACHING.partition("## Six weeks")[2].partition("## Notebook by notebook")[0]
    assert f" {sentence}" in " ".join(weeks.split())


def counted(number):
    """The words, code cells, widgets and questions of a notebook, and the minutes for them."""
    code = cells(number, "code")
    asked = len(list(predictions(number)))
    hands = sum(len(re.findall(r"^(?:\w+ = )?widgets\.[A-Z]", cell, re.M)) for cell in code)
    words = len(prose(number).split())
    own = len(code) - asked - sum("widgets.tally(" in cell for cell in code)
    questions = asked + sum(source.count("*Before you") for source in cells(number, "markdown"))
    return words, own, hands, questions, words / PER_MINUTE + own + 4 * hands + questions


@each_notebook
def test_the_times_are_what_counting_gives(number):
    table = TEACHING.partition("minutes, about |")[2].partition("\n\n")[0]
    (row,) = [row for row in rows("||\n|-|\n" + table) if row[0].startswith(number)]
    said = [int(cell.replace(",", "")) for cell in row[1:]]
    *counts, minutes = counted(number)
    assert said[0] == pytest.approx(counts[0], rel=0.1)  # one more sentence is allowed
    assert all(abs(a - b) <= 2 for a, b in zip(said[1:4], counts[1:]))
    assert abs(said[4] - minutes) <= 5
