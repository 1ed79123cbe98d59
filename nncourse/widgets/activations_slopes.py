"""The slope of each activation, written with z (what goes in) and with a (what comes out)."""

from __future__ import annotations

import re
from math import exp
from typing import NamedTuple

from nncourse.words import fixed, signed


class Neuron(NamedTuple):
    """One neuron: a = f(z), the slope f′(z), and the slip f′(a), where a stands in place of z."""

    z: float
    a: float
    slope: float
    slip: float


class Formula(NamedTuple):
    """The slope in terms of z and in terms of a; "" where there is no short formula."""

    z: str
    a: str


FORMULAS = {
    "identity": Formula("1", "1"),
    "step": Formula("0", "0"),
    "logistic": Formula("exp(−z) / (1 + exp(−z))²", "a × (1 − a)"),
    "tanh": Formula("1 − tanh(z)²", "1 − a²"),
    "relu": Formula("1 if z > 0 else 0", "1 if a > 0 else 0"),
    "leaky_relu": Formula("1 if z > 0 else 0.01", "1 if a > 0 else 0.01"),
    "softplus": Formula("1 / (1 + exp(−z))", "1 − exp(−a)"),
    # Its curve dips, so one height a belongs to two z with two slopes.
    "gelu": Formula("s + z s (1 − s)(1.6 + 0.21 z²)", ""),
}
GELU_S = "s = logistic(1.6 z + 0.071 z³)"
SAME = 5e-4  # slopes that differ by less look the same in three digits


def written(activation: str, neuron: Neuron) -> list[dict]:
    """The lines of a code panel: both formulas and the slip, each with its numbers put in."""
    z, a, slope, slip = neuron
    formula = FORMULAS[activation]
    harm = "" if abs(slip - slope) > SAME else " (no harm)"
    no_formula = ["there is no such formula:", "it dips, so two z share one a", ""]
    parts = {
        "Written with z, what goes in":
            _gelu("z", z, slope) if activation == "gelu" else _steps(formula.z, "z", z, slope),
        "Written with a, what comes out":
            _steps(formula.a, "a", a, slope) or no_formula,
        f"The slip, a in place of z{harm}":
            _gelu("a", a, slip) if activation == "gelu"
            else _steps(re.sub(_alone("z"), "a", formula.z), "a", a, slip),
    }  # fmt: skip
    lines = []
    for head, steps in parts.items():
        lines += [{"text": head, "kind": "head"}, *({"text": step} for step in steps)]
    return lines


def _steps(formula: str, letter: str, value: float, result: float) -> list[str]:
    """The formula, the formula with a number for its letter, and the result, in three lines."""
    if not re.search(_alone(letter), formula):
        return [formula, f"= {fixed(result, 3)}", ""] if formula else []
    return [formula, f"= {_put(formula, letter, value)}", f"= {fixed(result, 3)}"]


def _gelu(letter: str, value: float, result: float) -> list[str]:
    """Both formulas of gelu's slope, of which z sigmoid(...) is the height; then its two terms."""
    s = 1 / (1 + exp(-1.595769 * value - 0.071355 * value**3))
    rest = signed(result - s, 3)
    lines = [re.sub(_alone("z"), letter, text) for text in (GELU_S, FORMULAS["gelu"].z)]
    return [*lines, f"= {fixed(s, 3)} {rest[0]} {rest[1:]} = {fixed(result, 3)}"]


def _alone(letter: str) -> str:
    """A pattern for the letter where it stands for a number, and is not part of a word."""
    return rf"(?<![a-z]){letter}(?![a-z])"


def _put(formula: str, letter: str, value: float) -> str:
    """The formula with a number in place of the letter.

    >>> _put("exp(−z) / (1 + exp(−z))²", "z", -2.0), _put("1 − a²", "a", -0.964)
    ('exp(2.000) / (1 + exp(2.000))²', '1 − (−0.964)²')
    """
    alone = _alone(letter)
    formula = re.sub(rf"−{alone}", fixed(-value, 3), formula)
    number = fixed(value, 3)
    bare = value >= 0 or f"({letter})" in formula or " if " in formula
    return re.sub(alone, number if bare else f"({number})", formula)
