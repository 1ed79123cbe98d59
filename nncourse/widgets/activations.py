"""Notebook 01: an activation function, and what becomes of what it is given.

Three views of the same function: one neuron, whose z is dragged along the curve; a layer, whose
many z go through the function and through its slope; and up to thirty layers in a row.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.notation import Array
from nncourse.widgets.activations_depth import DEPTH, Stack, rms
from nncourse.widgets.activations_slopes import Neuron, written
from nncourse.widgets.base.controls import Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.payloads import dot, line, series
from nncourse.widgets.base.stage import Stage
from nncourse.words import called, fixed, percent

FARTHEST_Z = 4.0  # of one neuron, to both sides
GRID = np.linspace(-FARTHEST_Z, FARTHEST_Z, 321)
LAYER_Z = 4000  # z in a layer
LARGEST_Z = 12.0  # that the bars of a layer have room for
BARS = 48
FLAT = 0.1  # a slope below it passes on almost nothing
STOPS = 33  # of an exported page
WIDE = 5.3  # of the fields for numbers, in em: a sign and four digits
OF_DEPTH = ["scale", "hidden_layers", "hidden_units", "nudge", "weight_seed"]
LOOKS = {"all": "all three", "neuron": "one neuron", "layer": "a layer", "depth": "thirty layers"}


class ActivationDesk(Desk):
    """The activation explorer without its stage. `settings` are the first positions, by name.

    >>> desk = ActivationDesk(look="neuron", z=2.0)
    >>> print(desk.sentence)
    tanh: z = 2.00 goes in, a = 0.964 comes out, and the slope there is 0.071.
    >>> desk.hand("set", "activation", "logistic")
    >>> print(desk.sentence)
    logistic: z = 2.00 goes in, a = 0.881 comes out, and the slope there is 0.105.
    """

    NAME, TITLE = "activations", "Activation explorer"
    CONTROLS = by_name(
        Choice("activation", "activation", {name: called(name) for name in ACTIVATIONS},
               "tanh"),
        Choice("look", "look at", LOOKS, "neuron"),
        Slider("z", "z", -FARTHEST_Z, FARTHEST_Z, 1.0, 0.05, wide=WIDE),
        Slider("z_size", "size of the layer's z", 0.1, 4, 1.0, log=True, wide=WIDE),
        Slider("scale", "largest weight r", 0.02, 2, 0.25, log=True, wide=WIDE),
        Slider("hidden_layers", "layers", 1, DEPTH, DEPTH, whole=True, wide=WIDE),
        Choice("hidden_units", "neurons in a layer", {10: "10", 100: "100"}, 100),
        Choice("nudge", "nudge", {"front": "put in at the front", "end": "seen at the end"},
               "front"),
        Slider("weight_seed", "weight seed", 0, 99, 7, whole=True, wide=WIDE),
    )  # fmt: skip
    BUTTONS = {"reset": "Everything as at first"}
    GRID = {
        "wide": "curve*3 written*2 / layer heights slopes / depth*2 stack",
        "narrow": "curve*29 written*21 / layer heights slopes / depth*2 stack",
    }  # fmt: skip
    HANDS = ("set", "drag", "reset")

    def drag(self, panel: str, hand: str, x: float, y: float) -> None:
        """Drag z along the curve, or under the bell of a layer; y does not matter."""
        if hand != "z" or panel not in ("curve", "layer"):
            raise ValueError(f"{str(hand)[:20]!r} on {str(panel)[:20]!r}: expected 'z' on 'curve'")
        self.set("z", round(min(max(self._number(x), -FARTHEST_Z), FARTHEST_Z), 2))

    def _looks_at(self, part: str) -> bool:
        return self.settings["look"] in ("all", part)

    @property
    def _called(self) -> str:
        return called(self.settings["activation"])

    # One neuron

    @property
    def neuron(self) -> Neuron:
        """The neuron whose z is set."""
        f, z = ACTIVATIONS[self.settings["activation"]], np.float64(self.settings["z"])
        a = f.value(z)
        return Neuron(*map(float, (z, a, f.slope(z, a), f.slope(a, f.value(a)))))

    def _curve(self) -> dict:
        """The function, its slope, and the neuron on both."""
        name = self.settings["activation"]
        z, a, slope, _ = self.neuron
        low, high = (-1.5, 1.5) if name in ("step", "logistic", "tanh") else (-1.5, FARTHEST_Z)
        low = -FARTHEST_Z if name == "identity" else low
        values, slopes = _curves(name)
        step = 1 if z + 1 <= FARTHEST_Z else -1  # a step of 1 along z, and what it rises
        return {
            "window": [-FARTHEST_Z, FARTHEST_Z, low, high],
            "xlabel": "z, what goes in", "ylabel": "",
            "lines": [
                values | {"name": "height a = f(z)", "hand": "z"},
                slopes | {"name": "slope f′(z)", "hand": "z"},
                line([z, z], [0, a], "quiet", width=1.3, dash=[2, 3]),
                line([z, -FARTHEST_Z], [a, a], "quiet", width=1.3, dash=[2, 3]),
                line([z - 1, z + 1], [a - slope, a + slope], "text", name="tangent"),
                line([z, z + step, z + step], [a, a, a + step * slope], "negative_text",
                     width=2.5, name="1 along, as far up as the slope"),
            ],
            "dots": [
                dot(z, slope, "negative_text", mark="triangle", size=9,
                    text=f"slope {fixed(slope)}"),
                dot(z, a, "positive", size=8, hand="z", text=f"a = {fixed(a)}"),
            ],
            "words": f"{self._called} and its slope over z from −4 to 4. {self._of_neuron()}",
        }  # fmt: skip

    def _of_neuron(self) -> str:
        z, a, slope, _ = self.neuron
        return (f"{self._called}: z = {fixed(z)} goes in, a = {fixed(a, 3)} comes out, and the"
                f" slope there is {fixed(slope, 3)}.")  # fmt: skip

    # A layer

    @property
    def flat(self) -> float:
        """The share of the layer's slopes between -0.1 and 0.1."""
        return _layer(self.settings["activation"], self.settings["z_size"])[1]

    def _histograms(self) -> dict:
        """How z, a and slope are spread over the layer, by panel."""
        histograms, _ = _layer(self.settings["activation"], self.settings["z_size"])
        panels = {}
        for (panel, histogram), at, word in zip(
            histograms.items(), self.neuron, ("z", "a", "slope")
        ):
            panels[panel] = histogram | {
                "xlabel": word, "ylabel": "share",
                "rules": [{"x": at, "text": f"{word} = {fixed(at)}"}],
                "words": f"How the {word} of a layer are spread. {self._of_layer()}",
            }  # fmt: skip
        top = panels["layer"]["window"][3]
        panels["layer"]["dots"] = [dot(self.neuron.z, 0.05 * top, "text", hand="z")]
        panels["slopes"]["note"] = f"f′(z), {percent(self.flat)} below 0.1"
        return panels

    def _of_layer(self) -> str:
        return (f"{self._called} over a layer with z of size {self.settings['z_size']:g}:"
                f" {percent(self.flat)} of its slopes are below 0.1.")  # fmt: skip

    # Thirty layers

    @property
    def stack(self) -> Stack:
        """The layers in a row that the settings ask for."""
        return Stack(**{name: self.settings[name] for name in Stack._fields})

    # What the stage shows

    @property
    def hidden(self) -> list[str]:
        """The controls of what is not looked at."""
        parts = {"neuron": ["z"], "layer": ["z_size"], "depth": OF_DEPTH}
        return [name for part, names in parts.items() if not self._looks_at(part) for name in names]

    @property
    def sentence(self) -> str:
        look = self.settings["look"]
        if look == "depth":
            return self.stack.sentence
        return self._of_layer() if look == "layer" else self._of_neuron()

    PANELS = (
        {"id": "curve", "kind": "plane", "title": "One neuron", "aspect": 1.5, "most": 430,
         "note": "drag the dot, or click on a curve", "hands": True},
        {"id": "written", "kind": "code", "title": "Its slope, in two spellings"},
        {"id": "layer", "kind": "plane", "title": "A layer", "aspect": 1.15, "hands": True,
         "note": "z, what goes in"},
        {"id": "heights", "kind": "plane", "title": "Its heights", "aspect": 1.15,
         "note": "a = f(z)"},
        {"id": "slopes", "kind": "plane", "title": "Its slopes", "aspect": 1.15},
        {"id": "depth", "kind": "plane", "title": "Layer after layer", "aspect": 1.6,
         "most": 440, "note": "the size of a signal and of a nudge"},
        {"id": "stack", "kind": "text", "title": "Its weights"},
    )  # fmt: skip

    def scene(self) -> dict:
        first, *others = OF_DEPTH
        return super().scene() | self.in_sight(
            *("activation", "z", "z_size", first),
            more={"What is shown": ["look", "reset"], "The layers in a row": others},
        )

    def panels(self) -> dict:
        """What each panel shows now; None where one looks at something else."""
        panels = dict.fromkeys(("curve", "written", "layer", "heights", "slopes", "depth", "stack"))
        if self._looks_at("neuron"):
            lines = written(self.settings["activation"], self.neuron)
            panels |= {"curve": self._curve(), "written": {"lines": lines}}
        if self._looks_at("layer"):
            panels |= self._histograms()
        if self._looks_at("depth"):
            panels |= {"depth": self.stack.panel(), "stack": {"text": self.stack.about_weights}}
        return panels

    # Exits

    @classmethod
    def moved(cls, settings: dict) -> dict:
        """What a recipe has to say: always what is looked at."""
        return {"look": settings["look"]} | super().moved(settings)

    @classmethod
    def only_controls(cls, start: dict) -> dict:
        """`start`, the beginning of a recipe; those that name no look are older, and mean all."""
        return {"look": "all"} | super().only_controls(start)

    @property
    def TOUR(self) -> str:
        """The control varied along an exported page: z, or the slider of what is looked at."""
        return {"layer": "z_size", "depth": "scale"}.get(self.settings["look"], "z")

    def tour(self) -> list:
        """Its stops, evenly from one end to the other."""
        control = self.CONTROLS[self.TOUR]
        spaced = np.geomspace if control.log else np.linspace
        return [float(f"{stop:.2g}") for stop in spaced(control.low, control.high, STOPS)]

    def python(self) -> str:
        """The lines that compute what stands here."""
        lines = ["import numpy as np", "", "from nnlib import ACTIVATIONS", "",
                 f'f = ACTIVATIONS["{self.settings["activation"]}"]']  # fmt: skip
        if self._looks_at("neuron"):
            lines += [
                "",
                f"z = np.float64({self.settings['z']:g})",
                "a = f.value(z)",
                'print(f"a = {a:z.3f}, slope {f.slope(z, a):z.3f}")',
                'print(f"slip: {f.slope(a, f.value(a)):z.3f}")',
            ]
        if self._looks_at("layer"):
            lines += [
                "",
                f"z = np.random.default_rng(7).normal(size={LAYER_Z})",
                f"z *= {self.settings['z_size']:g} / np.sqrt(np.mean(z**2))",
                "slope = f.slope(z, f.value(z))",
                f'print(f"slopes below {FLAT:g}: {{np.mean(np.abs(slope) < {FLAT:g}):.0%}}")',
            ]
        if self._looks_at("depth"):
            lines += ["", *self.stack.python()]
        return "\n".join([*lines, ""])


class ActivationExplorer(Stage):
    """Notebook 01: drag z along an activation function; value, slope and tangent follow.

    `look` is "neuron", "layer", "depth" or "all" of them. The other settings are the positions of
    the controls, by name: `activation`; `z` of one neuron; `z_size`, the root mean square of a
    layer's z; and of the layers in a row `scale` (the largest weight), `hidden_layers`,
    `hidden_units`, `nudge` ("front" or "end") and `weight_seed`. `hide` names controls and panels
    to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> explorer = ActivationExplorer(look="layer", z_size=3.0)
    >>> print(explorer.sentence)
    tanh over a layer with z of size 3: 55 % of its slopes are below 0.1.
    >>> print(ActivationExplorer(look="depth", hidden_units=10).sentence)
    tanh, 30 layers of 10, r = 0.25: the signal fades (5 × 10⁻¹¹), the nudge fades (5 × 10⁻¹¹).
    """

    MODEL = ActivationDesk


@lru_cache(len(ACTIVATIONS))
def _curves(name: str) -> tuple[dict, dict]:
    """The lines of an activation and of its slope, which depend on nothing else."""
    f = ACTIVATIONS[name]
    values = f.value(GRID)
    return (line(GRID, values, "positive", width=2.5),
            line(GRID, f.slope(GRID, values), "negative_text", dash=[6, 4]))  # fmt: skip


@lru_cache(1)
def _bell() -> Array:
    """The z of a layer, normally distributed, with a root mean square of 1."""
    z = np.random.default_rng(7).normal(size=LAYER_Z)
    return z / rms(z)


@lru_cache(64)
def _layer(name: str, z_size: float) -> tuple[dict, float]:
    """Histograms of z, a and slope, by panel, and the share of slopes that are flat."""
    f, z = ACTIVATIONS[name], z_size * _bell()
    a = f.value(z)
    slope = f.slope(z, a)
    far = np.linspace(-LARGEST_Z, LARGEST_Z, 481)  # with 0, where most slopes are largest
    heights = f.value(far)
    histograms = {
        "layer": _histogram(z, far, "quiet"),
        "heights": _histogram(a, heights, "positive"),
        "slopes": _histogram(slope, f.slope(far, heights), "negative"),
    }
    return histograms, float(np.mean(np.abs(slope) < FLAT))


def _histogram(values: Array, possible: Array, colour: str) -> dict:
    """The window and the bars of a plane, with room for every possible value."""
    low, high = float(possible.min()), float(possible.max())
    margin = 0.02 * (high - low) or 0.1  # the slope of the identity is one number
    low, high = low - margin, high + margin
    counts, edges = np.histogram(values, BARS, (low, high))
    shares = counts / len(values)
    return {
        "window": [low, high, 0, 1.2 * float(shares.max())],  # a rule has its text at the top
        "bars": [{"edges": series(edges), "y": series(shares), "colour": colour}],
    }
