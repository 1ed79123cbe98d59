"""The answer to a question is not in sight before it is given, in a fresh copy of a notebook.

Every question of every notebook is walked. What would be computed below it may take seconds, so
words stand in for it: what is covered is the cell, whatever it puts out.
"""

import ast
import json
import re
from pathlib import Path

import pytest
from hands import Hands
from playwright.sync_api import expect

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("[0-9]*.ipynb"))
COVERED = re.compile(r"\bnnlib-covered\b")
OUTCOME = "what the cell below has computed"
PUT_OUT = """(panel, [index, text]) => {
  const {outputs} = panel.content.widgets[index].model;
  outputs.add({output_type: "stream", name: "stdout", text});
}"""


def questions(path):
    """[(place of the cell, choices or None, answer, why)] of a notebook."""
    found = []
    for place, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and "widgets.predict(" in source:
            (call,) = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call)
                       and ast.unparse(n.func) == "widgets.predict"]  # fmt: skip
            _, choices, answer, why = map(ast.literal_eval, call.args)
            found.append((place, choices, answer, why))
    return found


def in_sight(book):
    """All words that can be seen in the notebook, as far as JupyterLab has drawn it."""
    return book.page.locator(".jp-Notebook").inner_text()


def answer(hands, choices, given):
    if choices is None:
        hands.node.get_by_role("spinbutton").fill(str(given))
    else:
        hands.node.get_by_label(str(given), exact=True).check()
    hands.button("This is my guess").press("Enter")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_no_answer_is_in_sight_before_it_is_given(path, notebook):
    asked = questions(path)
    book = notebook(path, run=False)
    assert book.page.locator(".jp-OutputArea-output").count() == 0
    book.execute("from nncourse import widgets")
    for place, choices, right, why in asked:
        below, text = (book.page.locator(f"[data-cell='{place + k}']") for k in (1, 2))
        fold = text.locator("details > p")
        if "jp-MarkdownCell" in text.get_attribute("class"):  # folded away also before it is asked
            text.scroll_into_view_if_needed()
            expect(text.locator("summary")).to_be_visible()
            expect(fold.first).not_to_be_visible()
        book.run(place)
        book.panel.evaluate(PUT_OUT, [place + 1, OUTCOME])
        hands = Hands(book.output(place))
        expect(below).to_have_class(COVERED)
        for hidden in (OUTCOME, why, "The answer is"):
            assert hidden not in in_sight(book)
        assert hands.too_wide() == []
        answer(hands, choices, right)
        expect(hands.node.locator(".verdict")).to_contain_text(why)
        expect(below.get_by_text(OUTCOME)).to_be_visible()
        if fold.count():
            expect(fold.first).to_be_visible()
        book.clear(place + 1)
        book.clear(place)
