"""Up to thirty layers in a row: how large a signal and a small change of it (a nudge) become.

The layers have no biases; their weights are drawn uniformly from -r to r.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.notation import Array
from nncourse.widgets.base.payloads import dot, line
from nncourse.words import called, many

DEPTH = 30  # layers, at most
NUMBERS = 2000  # in a signal, samples × units: thirty layers then take a millisecond or two
LEAST, MOST = 1e-12, 1e5  # the vertical axis
FADED, EXPLODED = 0.01, 100.0
SMALLEST = 1e-30  # that is drawn: 0 has no logarithm


class Stack(NamedTuple):
    """Layers of the same number of units and the same activation, named as in the settings."""

    activation: str
    hidden_units: int
    hidden_layers: int
    scale: float  # r
    nudge: str  # "front": followed from there; "end": put in at each layer, and seen at the end
    weight_seed: int

    @property
    def magnitudes(self) -> tuple[Array, Array]:
        """Root mean squares of the signal and of the nudge, (hidden_layers + 1,) each.

        The first is at the input. With "front" the nudge is put in there; with "end" entry l is
        what arrives at the last layer of a nudge put in at layer l.
        """
        return _magnitudes(self)

    @property
    def ends(self) -> tuple[float, float]:
        """The signal at the last layer, and what arrives there of a nudge at the first."""
        signal, nudge = self.magnitudes
        return signal[-1], nudge[-1] if self.nudge == "front" else nudge[0]

    @property
    def sentence(self) -> str:
        """What becomes of both, in words."""
        signal, nudge = self.ends
        return (f"{called(self.activation)}, {many(self.hidden_layers, 'layer')} of"
                f" {self.hidden_units}, r = {self.scale:g}: the signal {_fate(signal)}"
                f" ({_size(signal)}), the nudge {_fate(nudge)} ({_size(nudge)}).")  # fmt: skip

    @property
    def about_weights(self) -> str:
        """How r compares with the one at which z is as large as a."""
        n = self.hidden_units
        fit = np.sqrt(3 / n)
        times = self.scale / fit
        return (f"Each z adds up {n} products. It is as large as the a that came in at"
                f" r = √(3/{n}) = {fit:.2f}; here r is {times:.2g} times that.")  # fmt: skip

    def panel(self) -> dict:
        """Both magnitudes over the layers, for a plane."""
        front = self.nudge == "front"
        (signal, nudge), ends = self.magnitudes, self.ends
        layers, last = np.arange(len(signal)), len(signal) - 1
        y = [float(np.clip(end, 3 * LEAST, MOST / 3)) for end in ends]  # inside of the window
        texts = [f"signal {_size(ends[0])}", f"nudge {_size(ends[1])}"]
        if front and max(y) < 10 * min(y):  # too close for two labels
            texts = [", ".join(texts), ""]
        name = ("nudge, put in at the front" if front
                else "nudge at a layer, as it arrives at the end")  # fmt: skip
        return {
            "window": [-0.5, DEPTH + 0.5, LEAST, MOST], "logy": True, "xlabel": "layer",
            "ylabel": "size",
            "lines": [
                line(layers, np.maximum(signal, SMALLEST), "positive", name="signal"),
                line(layers, np.maximum(nudge, SMALLEST), "negative_text", name=name, dash=[6, 4]),
            ],
            "rules": [{"y": EXPLODED, "text": "above: explodes", "dash": [2, 4],
                       "begin": front and max(y) > EXPLODED},  # labels are near its end then
                      {"y": FADED, "text": "below: fades", "dash": [2, 4]}],
            "dots": [
                dot(last, y[0], "positive", text=texts[0]),
                dot(last if front else 0, y[1], "negative_text", mark="triangle", text=texts[1]),
            ],
            "words": self.sentence,
        }  # fmt: skip

    def python(self) -> list[str]:
        """The lines that compute both ends, where `f` is the activation."""
        n = self.hidden_units
        front = self.nudge == "front"
        forward = ["    nudge = (nudge @ W) * f.slope(z, a)"]
        backward = [
            "for W, slope in reversed(passed):",
            "    nudge = (nudge * slope) @ W.T",
        ]
        return [
            f"rng = np.random.default_rng({self.weight_seed})",
            f"a, nudge = rng.normal(size=(2, {NUMBERS // n}, {n}))",
            f"weights = {self.scale:g} * rng.uniform(-1, 1, size=({DEPTH}, {n}, {n}))",
            *([] if front else ["passed = []"]),
            f"for W in weights[:{self.hidden_layers}]:",
            "    z = a @ W",
            "    a = f.value(z)",
            *(forward if front else ["    passed.append((W, f.slope(z, a)))", *backward]),
            'for name, v in [("signal", a), ("nudge", nudge)]:',
            '    print(f"{name}: {np.sqrt(np.mean(v**2)):.2g}")',
        ]


@lru_cache(64)
def _magnitudes(stack: Stack) -> tuple[Array, Array]:
    f, r = ACTIVATIONS[stack.activation], stack.scale
    (a, nudge), weights = _draws(stack.weight_seed, stack.hidden_units)
    signal, nudges, passed = [rms(a)], [rms(nudge)], []
    for W in weights[: stack.hidden_layers]:
        z = r * (a @ W)
        a = f.value(z)
        signal.append(rms(a))
        passed.append((W, r * f.slope(z, a)))
    front = stack.nudge == "front"
    for W, slope in passed if front else reversed(passed):
        nudge = (nudge @ W) * slope if front else (nudge * slope) @ W.T
        nudges.append(rms(nudge))
    return np.array(signal), np.array(nudges if front else nudges[::-1])


@lru_cache(4)
def _draws(seed: int, units: int) -> tuple[Array, Array]:
    """A signal and a nudge, (2, samples, units), and weights for r = 1, (DEPTH, units, units)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(2, NUMBERS // units, units)), rng.uniform(-1, 1, (DEPTH, units, units))


def rms(v: Array) -> float:
    """The root mean square of many numbers."""
    return float(np.sqrt(np.mean(v**2)))


def _fate(magnitude: float) -> str:
    return "fades" if magnitude < FADED else "explodes" if magnitude > EXPLODED else "lives"


def _size(value: float) -> str:
    """A magnitude in two digits, with a power of ten where it is far from 1.

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
