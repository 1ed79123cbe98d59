"""The activation explorer: what comes out of a bend, how steep it is there, and what becomes of it.

Three looks at the same bend: one neuron, whose z is dragged along the curve; a layer, whose many z
go through the bend and through its slope; and thirty layers in a row.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nncourse.widgets.base.controls import Choice, Slider, button
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import line, series
from nncourse.widgets.base.stage import Stage
from nnlib.activations import ACTIVATIONS
from nnlib.notation import Array

REACH = 4.0  # of z, to both sides
GRID = np.linspace(-REACH, REACH, 321)
LAYER, BINS, WIDEST = 4000, 48, 12.0  # z in a layer; bars; the largest z that is drawn
DEPTH = 30
NUMBERS = 2000  # of a signal: samples times width, so that thirty layers take a millisecond or two
LEAST, MOST = 1e-12, 1e5  # what the picture of the layers shows
FADED, EXPLODED = 0.01, 100.0
FLAT = 0.1  # a slope below it passes on next to nothing
WIDE = 5.3  # of the fields for numbers, in em: a sign and four digits
LOOKS = {"all": "all three", "neuron": "one neuron", "layer": "a layer", "depth": "thirty layers"}


class Written(NamedTuple):
    """A slope as it is written with what goes in, and with what comes out, in Python's grammar."""

    z: str
    a: str


WRITTEN = {
    "identity": Written("1", "1"),
    "step": Written("0", "0"),
    "logistic": Written("exp(−z) / (1 + exp(−z))²", "a × (1 − a)"),
    "tanh": Written("1 − tanh(z)²", "1 − a²"),
    "relu": Written("1 if z > 0 else 0", "1 if a > 0 else 0"),
    "leaky_relu": Written("1 if z > 0 else 0.01", "1 if a > 0 else 0.01"),
    "softplus": Written("1 / (1 + exp(−z))", "1 − exp(−a)"),
    # Its formula is long; and it dips, so that one height belongs to two slopes.
    "gelu": Written("", ""),
}


class ActivationDesk(Desk):
    """The activation explorer without its stage. `settings` are the first positions, by name.

    >>> desk = ActivationDesk(look="neuron", z=2.0)
    >>> print(desk.sentence)
    tanh: z = 2.00 goes in, a = 0.964 comes out, and the slope there is 0.071.
    >>> desk.hand("set", "activation", "logistic")
    >>> print(desk.sentence)
    logistic: z = 2.00 goes in, a = 0.881 comes out, and the slope there is 0.105.
    """

    NAME = "activations"
    CONTROLS = {
        control.name: control
        for control in [
            Choice("activation", "activation", {n: n.replace("_", " ") for n in ACTIVATIONS},
                   "tanh"),
            Choice("look", "look at", LOOKS, "all"),
            Slider("z", "z", -REACH, REACH, 1.0, 0.05, wide=WIDE),
            Slider("scale", "size of the layer's z", 0.1, 4, 1.0, log=True, wide=WIDE),
            Slider("weights", "largest weight r", 0.02, 2, 0.25, log=True, wide=WIDE),
            Slider("layers", "layers", 1, DEPTH, DEPTH, whole=True, wide=WIDE),
            Choice("width", "neurons in a layer", {10: "10", 100: "100"}, 100),
            Choice("nudge", "nudge", {"front": "put in at the front", "end": "seen at the end"},
                   "front"),
            Slider("seed", "weight seed", 0, 99, 7, whole=True, wide=WIDE),
        ]
    }  # fmt: skip
    HANDS = ("set", "drag", "reset")

    # Hands

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Drag z along the curve; how high it is held says nothing."""
        if (panel, hand) != ("curve", "z"):
            raise ValueError(f"{str(hand)[:20]!r} on {str(panel)[:20]!r}: expected 'z' on 'curve'")
        self.set("z", round(min(max(self._number(x), -REACH), REACH), 2))

    # One neuron

    def _looks_at(self, part: str) -> bool:
        return self.settings["look"] in ("all", part)

    @property
    def neuron(self) -> tuple[float, float, float, float]:
        """(z, a, slope, slip): the slip is what the slope says that is handed a for z."""
        f, z = ACTIVATIONS[self.settings["activation"]], np.float64(self.settings["z"])
        a = f.value(z)
        return tuple(float(v) for v in (z, a, f.slope(z, a), f.slope(a, f.value(a))))

    def _curve(self) -> dict:
        name = self.settings["activation"]
        z, a, slope, _ = self.neuron
        low, high = (-1.5, 1.5) if name in ("step", "logistic", "tanh") else (-1.5, REACH)
        low = -REACH if name == "identity" else low
        values, slopes = _curves(name)
        apart = abs(a - slope) > 0.08 * (high - low)
        return {
            "window": [-REACH, REACH, low, high], "xlabel": "z, what goes in", "ylabel": "",
            "lines": [
                values | {"name": "height a = f(z)"},
                slopes | {"name": "slope f′(z)"},
                line([z, z], [0, a], "quiet", width=1.3, dash=[2, 3]),
                line([z, -REACH], [a, a], "quiet", width=1.3, dash=[2, 3]),
                line([z - 1, z + 1], [a - slope, a + slope], "text", name="tangent"),
            ],
            "dots": [
                {"x": z, "y": slope, "colour": "negative_text", "mark": "triangle",
                 "text": f"slope {slope:z.2f}" if apart else ""},
                {"x": z, "y": a, "colour": "positive", "size": 8, "hand": "z",
                 "text": f"a = {a:z.2f}"},
            ],
            "words": f"{_called(name)} and its slope over z from −4 to 4. {self._neuron()}",
        }  # fmt: skip

    def _written(self) -> dict:
        name = self.settings["activation"]
        z, a, slope, slip = self.neuron
        form = WRITTEN[name]
        slipped = re.sub(_alone("z"), "a", form.z)
        harm = "" if abs(slip - slope) > 5e-4 else ", no harm here"
        parts = [
            ("Written with z, what goes in", form.z, "z", z, slope),
            ("Written with a, what comes out", form.a, "a", a, slope),
            (f"The slip: a in the place of z{harm}", slipped, "a", a, slip),
        ]
        lines = []
        for head, formula, letter, value, result in parts:
            if re.search(_alone(letter), formula):
                numbers = [formula, f"= {_put(formula, letter, value)}", f"= {_minus(result)}"]
            elif formula:
                numbers = [formula, f"= {_minus(result)}", ""]
            elif head == parts[1][0]:
                numbers = ["there is no such formula:", "it dips, so two z share one a", ""]
            else:
                numbers = ["long: nnlib/activations.py has it",
                           f"at {letter} = {_minus(value)}", f"= {_minus(result)}"]  # fmt: skip
            lines += [{"text": head, "kind": "head"}, *({"text": text} for text in numbers)]
        return {"lines": lines}

    def _neuron(self) -> str:
        z, a, slope, _ = self.neuron
        return (f"{_called(self.settings['activation'])}: z = {_minus(z, 2)} goes in,"
                f" a = {_minus(a)} comes out, and the slope there is {_minus(slope)}.")  # fmt: skip

    # A layer

    @property
    def flat(self) -> float:
        """The share of the layer's slopes between -0.1 and 0.1."""
        return _layer(self.settings["activation"], self.settings["scale"])[1]

    def _histograms(self) -> dict:
        bars, _ = _layer(self.settings["activation"], self.settings["scale"])
        panels = {}
        for (name, bar), at, word in zip(bars.items(), self.neuron, ("z", "a", "slope")):
            low, high = bar["span"]
            panels[name] = {
                "window": [low, high, 0, bar["high"]], "xlabel": word, "ylabel": "share",
                "bars": [bar["bars"]],
                "rules": [{"x": at, "text": f"{word} = {_minus(at, 2)}"}],
                "words": f"How the {word} of a layer are spread. {self._layer()}",
            }  # fmt: skip
        panels["slopes"]["note"] = f"f′(z), {_percent(self.flat)} below 0.1"
        return panels

    def _layer(self) -> str:
        said = self.settings
        return (f"{_called(said['activation'])} over a layer with z of size {said['scale']:g}:"
                f" {_percent(self.flat)} of its slopes are below 0.1.")  # fmt: skip

    # Thirty layers

    @property
    def sizes(self) -> tuple[Array, Array]:
        """Sizes of the signal and of the nudge, (layers + 1,) each, from the input on.

        A nudge put in at the front is followed from layer to layer. One that is seen at the end is
        put in at each layer in turn: its size there is 1, and this is what arrives at the last.
        """
        said = self.settings
        return _deep(said["activation"], said["width"], said["weights"], said["layers"],
                     said["nudge"], said["seed"])  # fmt: skip

    @property
    def _ends(self) -> tuple[float, float]:
        """What arrives of the signal, and of a nudge at the front."""
        signal, nudge = self.sizes
        return signal[-1], nudge[-1] if self.settings["nudge"] == "front" else nudge[0]

    def _depth(self) -> dict:
        front = self.settings["nudge"] == "front"
        (signal, nudge), ends = self.sizes, self._ends
        layers = np.arange(len(signal))
        # Far outside it is drawn at the edge, where a float of the front end still holds it.
        seen = [np.clip(sizes, 1e-30, 1e30) for sizes in (signal, nudge)]
        edge = [float(np.clip(end, 3 * LEAST, MOST / 3)) for end in ends]
        last = len(signal) - 1
        texts = [f"signal {_size(ends[0])}", f"nudge {_size(ends[1])}"]
        if front and max(edge) < 10 * min(edge):  # too close for two labels
            texts = [", ".join(texts), ""]
        dots = [
            {"x": last, "y": edge[0], "colour": "positive", "text": texts[0]},
            {"x": last if front else 0, "y": edge[1], "colour": "negative_text",
             "mark": "triangle", "text": texts[1]},
        ]  # fmt: skip
        said = ("nudge, put in at the front", "nudge at a layer, as it arrives at the end")
        return {
            "window": [-0.5, DEPTH + 0.5, LEAST, MOST], "logy": True, "xlabel": "layer",
            "lines": [
                line(layers, seen[0], "positive", name="signal"),
                line(layers, seen[1], "negative_text", name=said[not front], dash=[6, 4]),
            ],
            "rules": [{"y": EXPLODED, "text": "above: explodes", "dash": [2, 4]},
                      {"y": FADED, "text": "below: fades", "dash": [2, 4]}],
            "dots": dots,
            "words": self._deep(),
        }  # fmt: skip

    def _stack(self) -> str:
        said, width = self.settings, self.settings["width"]
        fit = np.sqrt(3 / width)
        times = said["weights"] / fit
        return (f"Each z adds up {width} products. It is as large as the a that came in at"
                f" r = √(3/{width}) = {fit:.2f}; here r is {times:.2g} times that.")  # fmt: skip

    def _deep(self) -> str:
        said, (signal, nudge) = self.settings, self._ends
        count = said["layers"]
        return (f"{_called(said['activation'])}, {count} layer{'' if count == 1 else 's'} of"
                f" {said['width']}, r = {said['weights']:g}: the signal {_fate(signal)}"
                f" ({_size(signal)}), the nudge {_fate(nudge)} ({_size(nudge)}).")  # fmt: skip

    # What the stage shows

    @property
    def hidden(self) -> list[str]:
        """A z has nothing to do in thirty layers."""
        return ["z"] if self.settings["look"] == "depth" else []

    @property
    def sentence(self) -> str:
        """The state in words."""
        parts = {"neuron": self._neuron, "layer": self._layer, "depth": self._deep}
        return " ".join(say() for part, say in parts.items() if self._looks_at(part))

    def scene(self) -> dict:
        """What is where on the stage."""
        c = {name: control.scene() for name, control in self.CONTROLS.items()}
        return {
            "name": self.NAME,
            "title": "Activation explorer",
            "first": [c["activation"], c["look"], c["z"], button("reset", "Same as at first")],
            "more": [],
            "columns": [[1, [
                {"id": "curve", "kind": "plane", "title": "One neuron", "aspect": 1.5,
                 "note": "drag the dot, or move it with the arrow keys", "hands": True,
                 "share": 0.6, "narrow": 1},
                {"id": "written", "kind": "code", "title": "Its slope, in two spellings",
                 "share": 0.4, "narrow": 1},
                {"id": "layer", "kind": "plane", "title": "A layer", "aspect": 1.6,
                 "note": "z, what goes in", "share": 1 / 3, "narrow": 0.5,
                 "controls": [c["scale"]]},
                {"id": "heights", "kind": "plane", "title": "Its heights", "aspect": 1.6,
                 "note": "a = f(z)", "share": 1 / 3, "narrow": 0.5},
                {"id": "slopes", "kind": "plane", "title": "Its slopes", "aspect": 1.6,
                 "share": 1 / 3, "narrow": 0.5},
                {"id": "depth", "kind": "plane", "title": "Layer behind layer", "aspect": 1.75,
                 "note": "the size of a signal and of a nudge", "share": 0.68, "narrow": 1},
                {"id": "stack", "kind": "text", "title": "Its weights", "share": 0.32, "narrow": 1,
                 "controls": [c[n] for n in ("weights", "layers", "width", "nudge", "seed")]},
            ]]],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
            "scrub": False,
        }  # fmt: skip

    def panels(self) -> dict:
        """What each panel shows now; None where one looks at something else."""
        panels = dict.fromkeys(("curve", "written", "layer", "heights", "slopes", "depth", "stack"))
        if self._looks_at("neuron"):
            panels |= {"curve": self._curve(), "written": self._written()}
        if self._looks_at("layer"):
            panels |= self._histograms()
        if self._looks_at("depth"):
            panels |= {"depth": self._depth(), "stack": {"text": self._stack()}}
        return panels

    # A page of its own

    @property
    def TOUR(self) -> str:
        """What a page scrubs through: z, or what this look is about."""
        return {"layer": "scale", "depth": "weights"}.get(self.settings["look"], "z")

    def tour(self) -> list:
        """Its stops, evenly from one end to the other."""
        control = self.CONTROLS[self.TOUR]
        spaced = np.geomspace if control.log else np.linspace
        return [float(f"{stop:.2g}") for stop in spaced(control.low, control.high, 33)]

    def python(self) -> str:
        """The lines that compute what stands here."""
        said = self.settings
        lines = ["import numpy as np", "", "from nnlib import ACTIVATIONS", "",
                 f'f = ACTIVATIONS["{said["activation"]}"]']  # fmt: skip
        if self._looks_at("neuron"):
            lines += [
                "",
                f"z = np.float64({said['z']:g})",
                "a = f.value(z)",
                'print(f"a = {a:z.3f}, slope {f.slope(z, a):z.3f}")',
                'print(f"slip: {f.slope(a, f.value(a)):z.3f}")',
            ]
        if self._looks_at("layer"):
            lines += [
                "",
                f"z = np.random.default_rng(7).normal(size={LAYER})",
                f"z *= {said['scale']:g} / np.sqrt(np.mean(z**2))",
                "slope = f.slope(z, f.value(z))",
                f'print(f"slopes below {FLAT:g}: {{np.mean(np.abs(slope) < {FLAT:g}):.0%}}")',
            ]
        if self._looks_at("depth"):
            lines += ["", *self._deep_python()]
        return "\n".join([*lines, ""])

    def _deep_python(self) -> list[str]:
        said, width = self.settings, self.settings["width"]
        shapes = f"({DEPTH}, {width}, {width})"
        forward = ["    nudge = (nudge @ W) * f.slope(z, a)"]
        backward = [
            "for W, slope in reversed(passed):",
            "    nudge = (nudge * slope) @ W.T",
        ]
        front = said["nudge"] == "front"
        return [
            f"rng = np.random.default_rng({said['seed']})",
            f"a, nudge = rng.normal(size=(2, {NUMBERS // width}, {width}))",
            f"weights = {said['weights']:g} * rng.uniform(-1, 1, size={shapes})",
            *([] if front else ["passed = []"]),
            f"for W in weights[:{said['layers']}]:",
            "    z = a @ W",
            "    a = f.value(z)",
            *(forward if front else ["    passed.append((W, f.slope(z, a)))", *backward]),
            "for name, v in [(\"signal\", a), (\"nudge\", nudge)]:",
            '    print(f"{name}: {np.sqrt(np.mean(v**2)):.2g}")',
        ]  # fmt: skip


@lru_cache(len(ACTIVATIONS))
def _curves(name: str) -> tuple[dict, dict]:
    """The lines of a bend and of its slope, which no hand changes."""
    f = ACTIVATIONS[name]
    values = f.value(GRID)
    return (line(GRID, values, "positive", width=2.5),
            line(GRID, f.slope(GRID, values), "negative_text", dash=[6, 4]))  # fmt: skip


@lru_cache(1)
def _bell() -> Array:
    """The z of a layer, in size 1: a slider makes them larger."""
    z = np.random.default_rng(7).normal(size=LAYER)
    return z / np.sqrt(np.mean(z**2))


@lru_cache(64)
def _layer(name: str, scale: float) -> tuple[dict, float]:
    """Bars of z, a and slope, by panel, and the share of slopes that are flat."""
    f, z = ACTIVATIONS[name], scale * _bell()
    a = f.value(z)
    slope = f.slope(z, a)
    far = np.linspace(-WIDEST, WIDEST, 481)  # an odd count: 0, where slopes are greatest, is one
    heights = f.value(far)
    bars = {}
    for panel, values, reach, colour in (
        ("layer", z, far, "quiet"),
        ("heights", a, heights, "positive"),
        ("slopes", slope, f.slope(far, heights), "negative"),
    ):
        low, high = reach.min(), reach.max()
        margin = 0.02 * (high - low) or 0.1  # the slope of a line is one number
        low, high = float(low - margin), float(high + margin)
        counts, edges = np.histogram(values, BINS, (low, high))
        shares = counts / len(values)
        bars[panel] = {
            "span": (low, high), "high": 1.2 * float(shares.max()),  # room for what a rule says
            "bars": {"edges": series(edges), "y": series(shares), "colour": colour},
        }  # fmt: skip
    return bars, float(np.mean(np.abs(slope) < FLAT))


@lru_cache(4)
def _draws(seed: int, width: int) -> tuple[Array, Array]:
    """A signal and a nudge, (2, samples, width), and the weights, (DEPTH, width, width) up to 1."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, NUMBERS // width, width)), rng.uniform(-1, 1, (DEPTH, width, width))


@lru_cache(64)
def _deep(
    name: str, width: int, reach: float, layers: int, way: str, seed: int
) -> tuple[Array, Array]:
    """Sizes of signal and nudge, (layers + 1,) each: `ActivationDesk.sizes` says which."""
    f, ((a, nudge), weights) = ACTIVATIONS[name], _draws(seed, width)
    signal, nudges, passed = [_rms(a)], [_rms(nudge)], []
    for W in weights[:layers]:
        z = reach * (a @ W)
        a = f.value(z)
        signal.append(_rms(a))
        passed.append((W, reach * f.slope(z, a)))
    for W, slope in passed if way == "front" else reversed(passed):
        nudge = (nudge @ W) * slope if way == "front" else (nudge * slope) @ W.T
        nudges.append(_rms(nudge))
    return np.array(signal), np.array(nudges if way == "front" else nudges[::-1])


def _rms(v: Array) -> float:
    """The size of many numbers: the root of the mean of their squares."""
    return float(np.sqrt(np.mean(v**2)))


def _called(name: str) -> str:
    return name.replace("_", " ")


def _minus(value: float, digits: int = 3) -> str:
    return f"{value:z.{digits}f}".replace("-", "−")


def _alone(letter: str) -> str:
    """A pattern for a letter that stands for a number, not for a part of a word."""
    return rf"(?<![a-z]){letter}(?![a-z])"


def _put(formula: str, letter: str, value: float) -> str:
    """The formula with a number in the place of a letter.

    >>> _put("exp(−z) / (1 + exp(−z))²", "z", -2.0), _put("1 − a²", "a", -0.964)
    ('exp(2.000) / (1 + exp(2.000))²', '1 − (−0.964)²')
    """
    alone = _alone(letter)
    formula = re.sub(rf"−{alone}", _minus(-value), formula)
    number = _minus(value)
    bare = value >= 0 or f"({letter})" in formula or " if " in formula
    return re.sub(alone, number if bare else f"({number})", formula)


def _size(value: float) -> str:
    """A size in two digits, with a power of ten where it is far from 1.

    >>> _size(0.634), _size(4712.0), _size(7.9e-12)
    ('0.63', '4,700', '8 × 10⁻¹²')
    """
    if value == 0:
        return "0"
    value = float(f"{value:.2g}")
    if 1e-3 <= value < 1e6:
        return f"{value:,.0f}" if value >= 10 else f"{value:#.2g}"
    digit, power = f"{value:.0e}".split("e")
    return f"{digit} × 10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _fate(value: float) -> str:
    return "fades" if value < FADED else "explodes" if value > EXPLODED else "lives"


class ActivationExplorer(Stage):
    """Notebook 01: drag z along a bend; its value, slope and tangent follow.

    `look` is "neuron", "layer", "depth" or "all"; further settings are the positions of the
    controls, by name: `activation`, `z`, `scale`, `weights`, `layers`, `width`, `nudge`, `seed`.
    `hide` names controls and panels to leave out for a lesson; `recipe` is what the button Recipe
    gave. Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> explorer = ActivationExplorer(look="layer", scale=3.0)
    >>> print(explorer.sentence)
    tanh over a layer with z of size 3: 55 % of its slopes are below 0.1.
    >>> print(ActivationExplorer(look="depth", width=10).sentence)
    tanh, 30 layers of 10, r = 0.25: the signal fades (5 × 10⁻¹¹), the nudge fades (5 × 10⁻¹¹).
    """

    MODEL = ActivationDesk
