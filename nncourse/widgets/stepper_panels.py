"""What the backprop stepper shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.payloads import array_part, fewest
from nncourse.widgets.stepper_lines import MADE, Entry, evaluate, program
from nncourse.widgets.stepper_questions import told_of

REMEMBERED = ("A1", "A2")  # the arrays of the forward lines that the backward lines use
FEW = 2  # products that are shown factor by factor; of more, each is one text


def scene(desk) -> dict:
    """What is where on the stage."""
    where = {"kind": "progress", "name": "where", "label": "how far this pass is"}
    return {
        **desk.in_sight("next", "back", where, "ask",
                        more={"numbers": ["learning_rate", "begin", "reset"]}),
        "panels": [
            {"id": "ask", "kind": "pick", "title": "What do you expect?", "least": 156},
            {"id": "formula", "kind": "arrays", "title": "This line", "ends": "chain",
             "least": 258},
            {"id": "lines", "kind": "code", "title": "The program", "hands": True},
            {"id": "given", "kind": "arrays", "title": "Given",
             "note": "drag a number, or type one: every line recomputes"},
            {"id": "remembered", "kind": "arrays", "title": "Remembered"},
        ],
        "grid": {"wide": _grid(1.6), "middle": _grid(1.6), "narrow": _grid(1.85)},
    }  # fmt: skip


def _grid(wide: float) -> str:
    """The question and its numbers on the left, so many times as wide as the program."""
    left = " / ".join(f"{panel}*{wide} lines" for panel in ("ask", "formula"))
    return f"{left} / given*2.75 remembered"


def panels(desk) -> dict:
    """What each panel shows now."""
    entry = desk.entry
    return {
        "ask": _question(desk) if desk.settings["ask"] else None,
        "formula": {"rows": [_formula(desk, entry), _chain(desk, entry)],
                    "note": "point at a number to see how it is made"},
        "lines": _lines(desk),
        "given": {"rows": [[array_part(name, values, digits=None, step=desk.STEP,
                                       lit=entry.lit(name))
                            for name, values in desk.numbers.items()]]},
        "remembered": {"rows": [[
            _as_far_as_known(desk, name, array_part(name, desk.names[name], digits=None,
                                                    lit=entry.lit(name)))
            for name in REMEMBERED]]},
    }  # fmt: skip


def _question(desk) -> dict:
    """The question before the line, and what is said to the last answer."""
    question = desk.question
    if question is None:
        return {"question": told_of(desk.line.makes), "choices": [], "tried": [], "over": True,
                "right": None, "answer": None, "verdict": ""}  # fmt: skip
    words = question.words[question.right] if not desk.open else ""
    return {
        "question": question.text, "choices": list(question.choices), "tried": desk.tried,
        "over": not desk.open, "right": desk.right,
        "answer": None if desk.open else question.right, "verdict": desk.verdict or words,
    }  # fmt: skip


def _lines(desk) -> dict:
    """The program, its current line marked."""
    lines = program()
    return {"lines": [{key: line[key] for key in ("text", "kind") if key in line}
                      for line in lines],
            "now": [line.get("makes") for line in lines].index(desk.line.makes),
            "note": "click a line to see it"}  # fmt: skip


def _formula(desk, entry: Entry) -> list:
    """The arrays of the line, those of their numbers lit that make the one that is looked at."""
    row, line = [], desk.line
    for part in line.formula:
        if isinstance(part, str):
            row.append(part)
        else:
            expression, used = part
            value = evaluate(expression, desk.names)
            values = np.atleast_2d(value)
            shown = expression.replace("**2", "²").replace(" - ", " − ")
            operand = array_part(shown, values, digits=None, lit=entry.places(used, values.shape))
            if not np.ndim(value):
                operand |= {"shape": "", "texts": [f"{value:g}"]}
            row.append(operand)
    made = array_part(desk.made_name, desk.made[line.makes], digits=None, points=True,
                      made=desk.settings["entry"] - 1, current=True)  # fmt: skip
    made = _as_far_as_known(desk, line.makes, made)
    if desk.open and desk.question.shape:
        made |= {"shape": "? × ?", "columns": 1, "texts": ["?"], "made": 0}
    return [*row, "=", made]


def _as_far_as_known(desk, name: str, part: dict) -> dict:
    """The part of an array; while its line is not reached or not shown, question marks."""
    index = MADE.index(name)
    if index < desk.index or (index == desk.index and not desk.open):
        return part
    return part | {"texts": ["?"] * len(part["texts"])}


def _chain(desk, entry: Entry) -> list:
    """The numbers that make the one that is looked at, one beside the other."""
    line, parts, tokens = desk.line, [], list(desk.line.formula)
    words = iter(line.words)
    while tokens:
        token = tokens.pop(0)
        if isinstance(token, str):
            parts.append({"*": "×", "sum of": ""}.get(token, token))
            continue
        factors, named = [_texts(entry, token)], [next(words)]
        if tokens[:1] == ["@"]:
            factors.append(_texts(entry, tokens[1]))
            named.append(next(words))
            del tokens[:2]
        terms = _sum_of_products(list(zip(*factors)), named)
        parts += ["(", *terms, ")"] if len(terms) > 1 and "/" in tokens else terms
    made = "?" if desk.open else desk.number
    # One name for all entries: the panel is not rebuilt while a person steps through them.
    return [*filter(None, parts), "=", _number("this number", made, made=0)]


def _texts(entry: Entry, operand) -> list[str]:
    """The numbers of an operand that go into the entry, as its array in the formula shows them."""
    value = evaluate(operand[0], entry.names)
    if not np.ndim(value):
        return [f"{value:g}"]
    texts = fewest(value)
    return [texts[place] for place in entry.places(operand[1], np.atleast_2d(value).shape)]


def _sum_of_products(terms: list[tuple], words: list[str]) -> list:
    """Parts for terms[0][0] × terms[0][1] + terms[1][0] × ...; `words` name the factors."""
    parts = []
    for k, factors in enumerate(terms):
        parts += ["+"] if parts else []
        if len(terms) > FEW:
            parts.append(_number(f"row {k}", " × ".join(factors), lit=[0]))
            continue
        for j, (word, factor) in enumerate(zip(words, factors)):
            parts += ["×"] if j else []
            name = f"{word} {k}" if len(terms) > 1 and not j else word
            parts.append(_number(name, factor, lit=[0]))
    return parts


def _number(name: str, text: str, **rest) -> dict:
    """A single number for a row of arrays, its name below it."""
    return {"name": name, "shape": "", "columns": 1, "texts": [text]} | rest
