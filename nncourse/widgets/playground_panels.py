"""What the playground shows: where its panels are, and what each is sent."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import features
from nnlib.losses import OUTPUTS
from nnlib.notation import Array
from nncourse.widgets.base.payloads import finite, heat, links, score_line, series
from nncourse.widgets.playground_data import FEATURES, Window, cards, own_card

SIDE = 100  # of the map of the output, in pixels
RANGES = {"tanh": (0.0, 1.0), "logistic": (0.5, 0.5), "step": (0.5, 0.5)}  # of a: middle, reach
UNITS_HELP = "Point at a unit to enlarge it, click a line to set it."
POINTS_HELP = "Click to add a point, drag to move one, double-click to change its class."
POINTS_KEYS = "n, p: choose a point · arrows: move it · a: add · c: change its class · Delete"
GRID = {
    "wide": "data / network*1.4 output / space*.7 loss*.7 output",
    "middle": "data / network*1.3 output / space loss",
    "narrow": "data / network*1.15 output / space loss",
}


def scene(lab) -> dict:
    """What is where on the stage."""
    layers = [name for name in lab.controls if name.startswith("units_")]
    units = [name for name in ("hidden_units",) if name not in lab.SIGHT]
    sight = lab.in_sight(
        "play", "step", "new_start", "learning_rate", *lab.SIGHT,
        more={
            "network": [*units, "hidden", "hidden_layers", *layers, "scale", "weight_seed"],
            "input features": [*FEATURES],
            "data": ["n", "noise", "train_share", "data_seed", "new_data"],
            "training": ["reset", "epoch", "pace", "batch_size", "optimizer", "loss", "l1", "l2",
                         "dropout"],
            "pictures": ["brush", "discretize", "show_test", "hidden_space", "across", "up"],
        },
    )  # fmt: skip
    panels = [
        {"id": "data", "kind": "text", "title": "Data", "form": "strip",
         "controls": [_data_cards(lab)]},
        _network_panel([278, 280, 270]) | {"marks": "space"},
        _output_panel([440, 296, 276]),
        {"id": "space", "kind": "map", "title": "Hidden space", "form": "beside", "aspect": 1.15,
         "most": 140, "note": "what the output sees"},
        {"id": "loss", "kind": "curves", "title": "Learning", "xlabel": lab.CURVES_OVER,
         "ylabel": "loss", "aspect": 1.25, "most": 140},
    ]  # fmt: skip
    return _stage(lab, sight, panels, GRID) | {
        "exits": [["python", "Copy as Python"], ["recipe", "Recipe"], ["pin", "Pin"]]
    }


def lesson(lab) -> dict:
    """The same with little in sight, for a first look."""
    panels = [_network_panel([440, 370, 330]),
              _output_panel([470, 370, 320]) | {"note": "its answer at every place"}]  # fmt: skip
    grid = dict.fromkeys(("wide", "narrow"), "network*1.2 output")
    return _stage(lab, lab.in_sight("play", "step", "new_start"), panels, grid) | {"lines": 1}


def _stage(lab, sight: dict, panels: list, grid: dict) -> dict:
    return {"name": lab.NAME, "title": "Playground", **sight, "panels": panels, "grid": grid,
            "exits": [], "scrub": True}  # fmt: skip


def _network_panel(most: list) -> dict:
    return {"id": "network", "kind": "network", "title": "Network", "aspect": 1, "most": most,
            "enlarges": "output", "key": True, "help": UNITS_HELP}  # fmt: skip


def _output_panel(most: list) -> dict:
    return {"id": "output", "kind": "map", "title": "Output", "hands": True, "most": most,
            "help": POINTS_HELP, "keys": POINTS_KEYS}  # fmt: skip


def _data_cards(lab) -> dict:
    """The data set as a choice of cards; without points of one's own, there is no card for them."""
    own = {} if lab.own is None else {"own": own_card(lab.own)}
    control = lab.CONTROLS["data"]
    if lab.own is None:
        control = control.only(*(name for name in control.options if name != "own"))
    return control.scene(cards=cards() | own)


def panels(lab) -> dict:
    """What each panel shows now."""
    moment, data = lab.shown, lab.data
    unit_answers = answers(lab, moment.theta)
    held_out = f" and {len(data.X_test)} to test" if len(data.X_test) else ""
    return {
        "data": {"text": "", "note": f"{len(data.X)} points{held_out}"},
        "network": _network(lab, moment.theta, unit_answers),
        "space": _hidden_space(lab, moment.theta),
        "output": _output(lab, unit_answers[-1]),
        "loss": {"lines": _loss_lines(lab), "at": moment.index,
                 "words": f"Loss over {lab.moments[-1].index:,} steps. {lab.sentence}."},
    }  # fmt: skip


# The plane


@lru_cache(4)
def _pixel_features(window: Window, names: tuple[str, ...]) -> Array:
    """(inputs, SIDE²) the inputs of the network at every pixel of the map, as float32."""
    x0, x1, y0, y1 = window
    half = 0.5 / SIDE  # each pixel stands for its middle
    across = x0 + (x1 - x0) * np.linspace(half, 1 - half, SIDE)
    up = y1 - (y1 - y0) * np.linspace(half, 1 - half, SIDE)
    places = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    return np.ascontiguousarray(features(places, list(names)).T, np.float32)


def answers(lab, theta: Array) -> list[Array]:
    """The activations of every unit at every pixel of the map, (units, SIDE²) a layer, inputs too.

    Units come first and numbers are float32, three times faster than (SIDE², units): a picture
    has 256 colours.
    """
    net = lab.net
    a, layers = _pixel_features(lab.window, tuple(lab.names)), net.layers(theta.astype(np.float32))
    hidden, output = ACTIVATIONS[net.hidden].value, OUTPUTS[net.output]
    every = [a]
    for layer, (W, b) in enumerate(layers, 1):
        a = W.T @ a
        a += b.T
        a = output(a) if layer == len(layers) else hidden(a)
        every.append(a)
    return every


def _target_range(lab) -> tuple[float, float]:
    """Middle and reach of the targets: the middle is drawn white, middle + reach blue."""
    return (0.5, 0.5) if lab.data.class_names else (0.0, lab.reach)


def _output(lab, answer: Array) -> dict:
    data, settings = lab.data, lab.settings
    middle, reach = _target_range(lab)
    shades = (answer - middle) / reach
    if settings["discretize"]:
        shades = np.where(shades >= 0, 1.0, -1.0)
    test = settings["show_test"] and len(data.X_test) > 0
    kinds = "● ▲ targets by colour" if not data.class_names else (
        f"● class {data.class_names[1]} · ▲ class {data.class_names[0]}")  # fmt: skip
    return {
        "window": lab.window, "side": SIDE, "heat": heat(shades),
        "sharp": settings["discretize"], "graded": not data.class_names,
        "points": _points(lab, data.X, data.Y),
        "test": _points(lab, data.X_test, data.Y_test) if test else None,
        "note": f"{kinds}{' · hollow: test' if test else ''}",
        "words": f"The network's answer over the plane, and the points. {lab.sentence}.",
    }  # fmt: skip


def _points(lab, X: Array, Y: Array) -> dict:
    middle, reach = _target_range(lab)
    return {"x": series(finite(X[:, 0])), "y": series(finite(X[:, 1])),
            "code": heat((Y[:, 0] - middle) / reach)}  # fmt: skip


# The network, and what its last hidden layer sees


def _network(lab, theta: Array, unit_answers: list[Array]) -> dict:
    net = lab.net
    maps, side = _unit_maps(lab, unit_answers)
    sizes = " – ".join(map(str, net.sizes))
    return {
        "sizes": list(net.sizes),
        "names": {0: lab.names, len(net.sizes) - 1: ["output"]},
        "weights": series(finite(theta)), "links": links(net), "maps": maps, "side": side,
        "note": f"{sizes}: {net.n_parameters:,} numbers to learn",
        "axes": [len(lab.names) + sum(net.sizes[1:-2]) + k for k in _space_units(lab, theta)],
        "words": f"The network {sizes}, {net.n_parameters} parameters. Arrow keys"
                 " choose a unit, n and p one of its weights, Enter to type it.",
    }  # fmt: skip


def _unit_maps(lab, unit_answers: list[Array]) -> tuple[bytes, int]:
    """The maps of all units, one after the other, and the side of each in pixels."""
    every = 2 if sum(len(a) for a in unit_answers) <= 32 else 4  # pixels of the map of the output
    maps = []
    for layer, a in enumerate(unit_answers):
        a = a.reshape(-1, SIDE, SIDE)[:, ::every, ::every]
        last = layer == len(unit_answers) - 1
        if last:
            middle, reach = _target_range(lab)
        elif layer and lab.net.hidden in RANGES:
            middle, reach = RANGES[lab.net.hidden]
        else:
            middle, reach = 0.0, np.abs(a).max(axis=(1, 2), keepdims=True) + 1e-9
        maps.append(heat((a - middle) / reach))
    return b"".join(maps), SIDE // every


def _space_units(lab, theta: Array) -> list[int]:
    """The two units of the last hidden layer that are the axes of its space, counted from 0.

    Those that are chosen; the others are the ones with the largest weights to the output. [] where
    there are not two, or where the space is not shown.
    """
    settings, n = lab.settings, lab.last_units
    if n < 2 or not settings["hidden_space"]:
        return []
    W, _ = lab.net.layers(theta)[-1]
    chosen = [settings[name] for name in ("across", "up")]
    chosen = [unit - 1 if unit != "auto" and unit <= n else None for unit in chosen]
    if chosen[0] == chosen[1]:
        chosen[1] = None
    largest = np.argsort(-np.abs(W[:, 0]), kind="stable").tolist()
    free = [unit for unit in largest if unit not in chosen]
    rest = sorted(free[: chosen.count(None)])
    return [rest.pop(0) if unit is None else unit for unit in chosen]


def _space_words(lab, i: int, j: int) -> str:
    """Which two units the hidden space shows, and why."""
    layer, n = len(lab.net.sizes) - 2, lab.last_units
    which = f"→ unit {layer}.{i + 1}, ↑ unit {layer}.{j + 1}"
    values = lab.values
    by_hand = sum(values[name] != "auto" for name in ("across", "up"))
    if n == 2:
        return f"{which}: there are only two."
    why = ("these of {n} have the largest weights to the output", "one you chose, the other has the"
           " largest weight to the output", "you chose them")[by_hand]  # fmt: skip
    return f"{which}: {why.format(n=n)}."


def _hidden_space(lab, theta: Array) -> dict | None:
    """The points as the last hidden layer sees them; None where it has not two units."""
    net, side, units = lab.net, SIDE // 2, _space_units(lab, theta)
    if not units:
        return None
    i, j = units
    W, b = net.layers(theta)[-1]
    H = net.forward(theta, lab.X).A[-2][:, units]
    window = _hidden_window(net.hidden, H)
    layer, words = len(net.sizes) - 2, _space_words(lab, i, j)
    shown = {"window": window, "graded": not lab.data.class_names, "legend": words,
             "points": _points(lab, H, lab.data.Y), "side": side,
             "xlabel": f"a of {layer}.{i + 1}", "ylabel": f"a of {layer}.{j + 1}",
             "words": f"The points as the last hidden layer sees them. {words}"}  # fmt: skip
    if net.sizes[-2] == 2:  # then the output is known at every place of the window
        x, y = np.linspace(*window[:2], side), np.linspace(*window[:1:-1], side)
        places = np.stack(np.meshgrid(x, y), axis=-1)
        middle, reach = _target_range(lab)
        shown["heat"] = heat((OUTPUTS[net.output](places @ W[units] + b) - middle) / reach)
    return shown


def _hidden_window(hidden: str, H: Array) -> list[float]:
    """(x0, x1, y0, y1): the range of the activation function, or of these points (n, 2)."""
    if hidden in RANGES:
        middle, reach = RANGES[hidden]
        return [middle - 1.15 * reach, middle + 1.15 * reach] * 2
    low, high = H.min(axis=0), H.max(axis=0)
    margin = 0.1 * (high - low) + 1e-3
    return np.stack([low - margin, high + margin], axis=1).ravel().tolist()


# The curves


def _loss_lines(lab) -> list[dict]:
    moments, steps = lab.moments, lab.curves_x(lab.moments)
    test = "test_loss" in moments[-1].scores
    lines = [score_line(steps, moments, "loss", "text", name="train" if test else "loss")]
    if test:
        lines.append(score_line(steps, moments, "test_loss", "test", dash=[6, 4], name="test"))
    if lab.pinned:  # its name is in the sentence below
        _, run, then = lab.pinned
        lines.append(score_line(then, run, "loss", "test", dash=[2, 3], name="pinned", past=True))
    return lines
