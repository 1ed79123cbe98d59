"""What the backprop stepper shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.controls import button
from nncourse.widgets.base.payloads import array_part
from nncourse.widgets.stepper_lines import MADE, PARAMETERS, Entry, evaluate, program
from nncourse.words import signed

REMEMBERED = ("A1", "A2")  # the arrays of the forward lines that the backward lines use
FEW = 2  # products that are shown factor by factor; of more, each is one text


def scene(desk) -> dict:
    """What is where on the stage."""
    c = desk.control_scenes
    left = [
        {"id": "lines", "kind": "code", "title": "lines", "hands": True, "narrow": 0.66},
        {"id": "remembered", "kind": "arrays", "title": "remembered",
         "note": "for the backward lines", "narrow": 0.34},
    ]  # fmt: skip
    right = [
        {"id": "formula", "kind": "arrays", "title": "this line", "least": 158},
        {"id": "chain", "kind": "arrays", "title": "this number", "least": 82},
        {"id": "ask", "kind": "ask", "title": "predict first", "least": 134},
        {"id": "given", "kind": "arrays", "title": "given",
         "note": "drag a number, or type one: every line recomputes"},
    ]  # fmt: skip
    return {
        "first": [button("begin", "|◀"), button("back", "◀ Back"),
                  button("next", "Next ▶", main=True), button("next_line", "▶| Line"),
                  {"kind": "progress", "name": "where", "label": "how far this pass is"},
                  c["ask"]],
        "more": [["numbers", [c["learning_rate"],
                              button("reset", "↺ Same numbers as at first")]]],
        "columns": [[1.04, left], [2.2, right]],
    }  # fmt: skip


def panels(desk) -> dict:
    """What each panel shows now."""
    entry = desk.entry
    return {
        "lines": _lines(desk),
        "formula": {"rows": [_formula(desk, entry)], "note": desk.line.text},
        "chain": {"rows": [_chain(desk, entry)], "note": entry.about},
        "ask": _question(desk, entry) if desk.settings["ask"] else None,
        "remembered": {"rows": [_remembered(desk, entry)]},
        "given": {"rows": [[array_part(name, values, step=desk.STEP, lit=entry.lit(name))
                            for name, values in desk.numbers.items()]]},
    }  # fmt: skip


def _lines(desk) -> dict:
    """The program, its current line marked."""
    lines = program()
    return {"lines": [{key: line[key] for key in ("text", "kind") if key in line}
                      for line in lines],
            "now": [line.get("makes") for line in lines].index(desk.line.makes),
            "note": desk.pass_name}  # fmt: skip


def _formula(desk, entry: Entry) -> list:
    """The arrays of the line, those of their numbers lit that make the one in question."""
    row, line = [], desk.line
    for part in line.formula:
        if isinstance(part, str):
            row.append(part)
        else:
            expression, used = part
            value = evaluate(expression, desk.names)
            values = np.atleast_2d(value)
            shown = expression.replace("**2", "²").replace(" - ", " − ")
            operand = array_part(shown, values, lit=entry.places(used, values.shape))
            if not np.ndim(value):
                operand |= {"shape": "", "texts": [f"{value:g}"]}
            row.append(operand)
    name = f"new {line.makes}" if line.makes in PARAMETERS else line.makes
    made = array_part(name, desk.made[line.makes], made=desk.settings["entry"] - 1,
                      current=True)  # fmt: skip
    return [*row, "=", _as_far_as_known(desk, line.makes, made)]


def _remembered(desk, entry: Entry) -> list:
    """What the backward lines will use of the forward ones."""
    return [
        _as_far_as_known(desk, name, array_part(name, desk.names[name], lit=entry.lit(name)))
        for name in REMEMBERED
    ]


def _as_far_as_known(desk, name: str, part: dict) -> dict:
    """The part of an array with a question mark for every number that is not made yet."""
    known, index = 0, MADE.index(name)
    if index == desk.index:
        known = desk.settings["entry"] - desk.open
    elif index < desk.index:
        known = desk.made[name].size
    return part | {"texts": part["texts"][:known] + ["?"] * (len(part["texts"]) - known)}


def _chain(desk, entry: Entry) -> list:
    """The numbers that make the one in question, one beside the other."""
    line, parts, tokens = desk.line, [], list(desk.line.formula)
    words = iter(line.words)
    while tokens:
        token = tokens.pop(0)
        if isinstance(token, str):
            parts.append({"@": "×", "*": "×", "sum of": ""}.get(token, token))
            continue
        factors, named = [entry.factors(token)], [next(words)]
        if tokens[:1] == ["@"]:
            factors.append(entry.factors(tokens[1]))
            named.append(next(words))
            del tokens[:2]
        scalar = not np.ndim(evaluate(token[0], desk.names))
        terms = _sum_of_products(list(zip(*factors)), named, scalar)
        parts += ["(", *terms, ")"] if len(terms) > 1 and "/" in tokens else terms
    value = "?" if desk.open else signed(entry.value)
    return [*filter(None, parts), "=", _number(line.makes, value, made=0)]


def _question(desk, entry: Entry) -> dict:
    """The question for the number, and the verdict on the last guess."""
    makes = desk.line.makes
    asked = f"This number of {makes}, {entry.place}," if entry.place else makes
    return {
        "question": f"{asked} is (to two decimals, and a sign counts):",
        "choices": None, "no": desk.questions, "check": "Check", "skip": "Show", "given": None,
        "skipped": not desk.open, "answer": None, "right": desk.right,
        "verdict": desk.verdict or ("" if desk.open else desk.answer),
        "focus": desk.questions > 0,
    }  # fmt: skip


def _sum_of_products(terms: list[tuple], words: list[str], scalar: bool) -> list:
    """Parts for terms[0][0] × terms[0][1] + terms[1][0] × ...; `words` name the factors of a term.

    A `scalar` is written without a sign.
    """
    parts = []
    for k, factors in enumerate(terms, 1):
        parts += ["+"] if parts else []
        if len(terms) > FEW:
            parts.append(_number(f"row {k}", " × ".join(map(signed, factors)), lit=[0]))
            continue
        for j, (word, factor) in enumerate(zip(words, factors)):
            parts += ["×"] if j else []
            name = f"{word} {k}" if len(terms) > 1 and not j else word
            parts.append(_number(name, f"{factor:g}" if scalar else signed(factor), lit=[0]))
    return parts


def _number(name: str, text: str, **rest) -> dict:
    """A single number for a row of arrays, its name over it."""
    return {"name": name, "shape": "", "columns": 1, "texts": [text]} | rest
