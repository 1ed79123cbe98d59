"""A specimen in words: the lines in which it differs from the right one, and where it was met."""

from __future__ import annotations

import re
import textwrap

from nncourse.bugs import Specimen

WIDEST = 46  # letters in a line of code
CUT = "…"  # in the place of lines that are the same
AROUND = 1  # lines that are shown before and after those that differ


def difference_lines(specimen: Specimen) -> list[dict]:
    """The difference from the right one for a panel of code, in lines of at most WIDEST letters."""
    difference = specimen.difference()
    if not difference:
        return [{"text": "none: this is the right one", "kind": "head"}]
    changed = [k for k, (mark, _) in enumerate(difference) if mark != " "]
    lines = []
    for k, (mark, text) in enumerate(difference):
        near = min(abs(k - at) for at in changed) <= AROUND
        if mark != " ":
            lines += _broken(text.removeprefix("    "), "right" if mark == "-" else "wrong")
        elif text.startswith("def "):
            lines.append({"text": f"{text.partition('(')[0]}(…):", "kind": "head"})
        elif near:
            lines.append({"text": _shortened(text.removeprefix("    ")), "kind": "same"})
        elif lines[-1]["text"] != CUT and lines[-1]["kind"] != "head":
            lines.append({"text": CUT, "kind": "same"})
    return lines if lines[-1]["text"] != CUT else lines[:-1]


def _shortened(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 2]} {CUT}"


def _broken(text: str, kind: str) -> list[dict]:
    """A line in as many as it needs, the others indented further than the first."""
    indent = " " * (len(text) - len(text.lstrip()) + 4)
    return [{"text": part, "kind": kind}
            for part in textwrap.wrap(text, WIDEST, subsequent_indent=indent)]  # fmt: skip


def where_met(specimen: Specimen) -> str:
    """Where people have met it, or whose idea the right one is.

    >>> from nncourse.bugs import SPECIMENS
    >>> print(where_met(SPECIMENS["slope_of_output"]))
    People have met it: the 2013 post; Toy-Neural-Network-JS on GitHub, pull request 56.
    """
    words = re.sub(r" issues/(\d+)", r" on GitHub, issue \1", specimen.source)
    words = re.sub(r" pull/(\d+)", r" on GitHub, pull request \1", words)
    return f"{'Source' if specimen.kind == 'right' else 'People have met it'}: {words}."
