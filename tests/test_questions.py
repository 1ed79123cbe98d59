"""No notebook says the answer to a question of its own, or of a later notebook, before it is asked.

What can be held is an answer of three words or more (four, in the notebooks before), and a number
of three digits or signs: shorter ones stand in every second sentence. That no output shows them is
for tests/browser/test_questions.py.
"""

import ast
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("[0-9]*.ipynb"))


def plain(text):
    """The words of a text, in lower case, without marks and signs of emphasis."""
    return " ".join(re.sub(r"[*_`$“”\"]", "", text).lower().replace("−", "-").split())


def asked(source):
    """(question, answer, why) of a cell with a question; otherwise None."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "widgets.predict":
            question, _, answer, why = map(ast.literal_eval, node.args)
            return question, str(answer), why
    return None


def telling(answer, least):
    """Whether an answer says so much that no other sentence has it by chance."""
    return len(answer.split()) >= least or re.fullmatch(r"[-−±]?\d[\d.,]+\d", answer) is not None


def says(text, what):
    words = re.escape(plain(what).rstrip("."))
    return re.search(rf"(?<![\w.,]){words}(?![\w]|[.,]\d)", text) is not None


def given_away(cells, earlier=""):
    """The answers that stand in the text before their question, or in the code below it.

    `earlier` is the text of the notebooks before this one, where three words may stand by chance.
    """
    before = ""
    for index, cell in enumerate(cells):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            before += f" {plain(source)}"
        elif found := asked(source):
            question, answer, why = found
            near = before + " | " + plain("".join(cells[index + 1]["source"]))
            if (
                (says(near, answer) and telling(answer, 3))
                or (says(earlier, answer) and telling(answer, 4) and " " in answer)
                or says(earlier + near, why)
            ):
                yield f"{question!r} is answered before it is asked: {answer!r}"


def test_no_answer_stands_in_the_text_before_its_question():
    earlier, wrong = "", []
    for path in NOTEBOOKS:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        wrong += given_away(cells, earlier)
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        earlier += plain(" | ".join(texts))
    assert not wrong


@pytest.mark.parametrize("path", NOTEBOOKS[1:], ids=[path.stem for path in NOTEBOOKS[1:]])
def test_a_notebook_asks_three_to_five_questions(path):
    """00 is ten minutes long and asks one."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    count = sum(
        "widgets.predict(" in "".join(c["source"]) for c in cells if c["cell_type"] == "code"
    )
    assert 3 <= count <= 5


QUESTION = {"cell_type": "code", "source": [
    'widgets.predict("How much comes through?", ["all", "0.07"], "0.07", "Nearly nothing is left.")'
]}  # fmt: skip


@pytest.mark.parametrize(
    "before, below, wrong",
    [
        ("A nudge of 0.07 comes.", "x", True),
        ("A nudge of **0.07**, it says", "x", True),
        ("In the end nearly *nothing* is left.", "x", True),
        ("Something else.", "share = 0.07", True),
        ("A nudge of 0.071, or 10.07.", "share = 0.075", False),
        ("Something else.", "x", False),
    ],
)
def test_an_answer_before_its_question_is_noticed(before, below, wrong):
    cells = [
        {"cell_type": "markdown", "source": [before]},
        QUESTION,
        {"cell_type": "code", "source": [below]},
    ]
    assert bool(list(given_away(cells))) is wrong
