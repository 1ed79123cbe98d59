"""What the playground shows: where its panels are, and what each is sent."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from nnlib.activations import ACTIVATIONS
from nnlib.datasets import features
from nnlib.losses import OUTPUTS
from nnlib.notation import Array
from nncourse.widgets.base.controls import button
from nncourse.widgets.base.payloads import finite, heat, links, score_line, series
from nncourse.widgets.playground_data import FEATURES, Window, cards, own_card

SIDE = 100  # of the map of the output, in pixels
RANGES = {"tanh": (0.0, 1.0), "logistic": (0.5, 0.5), "step": (0.5, 0.5)}  # of a: middle, reach
POINTS_HELP = (
    "Click the map to add a point, drag to move it, double-click to change its class."
    " Keys: n, p choose a point; arrows move it; a adds; c changes its class; Delete."
)
WEIGHTS_HELP = "Hover a unit to see its answer large. Click a line or a unit, type its weight."


def scene(lab) -> dict:
    """What is where on the stage."""
    c = lab.control_scenes
    c["data"] = _data_cards(lab)
    named = lambda *names: [c[name] for name in names]  # noqa: E731
    layers = [name for name in c if name.startswith("units_")]
    return {
        "name": "playground",
        "title": "Playground",
        "first": [
            button("play", "▶ Play", main=True), button("step", "Step"),
            button("epoch", "Epoch"), button("reset", "↺ Same start"),
            button("new_start", "New start"),
            *named("learning_rate", "hidden_units", "hidden"),
        ],
        "more": [
            ["network", named("hidden_layers", *layers, "scale", "weight_seed")],
            ["input features", named(*FEATURES)],
            ["data", named("n", "data_seed")],
            ["training", named("optimizer", "loss", "l1", "l2", "dropout", "pace")],
        ],
        "columns": [
            [0.62, [{"id": "data", "kind": "text", "title": "Data",
                     "controls": [*named("data", "noise", "train_share", "batch_size"),
                                  button("new_data", "New data")]}]],
            [1.85, [
                {"id": "network", "kind": "network", "title": "Network", "aspect": 1.75,
                 "enlarges": "output", "help": WEIGHTS_HELP},
                {"id": "space", "kind": "map", "title": "Hidden space", "aspect": 1.25,
                 "share": 0.5, "note": "where the last hidden layer puts the points"},
                {"id": "loss", "kind": "curves", "title": "Learning", "xlabel": lab.CURVES_OVER,
                 "ylabel": "loss", "aspect": 1.25, "share": 0.5}]],
            [1.25, [
                {"id": "output", "kind": "map", "title": "Output", "hands": True,
                 "help": POINTS_HELP,
                 "controls": named("brush", "discretize", "show_test", "hidden_space")}]],
        ],
        "exits": [["python", "Copy as Python"], ["recipe", "Recipe"], ["pin", "Pin"]],
        "scrub": True,
    }  # fmt: skip


def _data_cards(lab) -> dict:
    """The data set as a choice of cards; without points of one's own, there is no card for them."""
    own = {} if lab.own is None else {"own": own_card(lab.own)}
    control = lab.CONTROLS["data"]
    if lab.own is None:
        control = control.only(*(name for name in control.options if name != "own"))
    return control.scene(cards=cards() | own)


def panels(lab) -> dict:
    """What each panel shows now."""
    moment, data, settings = lab.shown, lab.data, lab.settings
    unit_answers = answers(lab, moment.theta)
    held_out = f", {len(data.X_test)} held out" if len(data.X_test) else ""
    return {
        "data": {"text": f"{len(data.X)} points to train on{held_out}"},
        "network": _network(lab, moment.theta, unit_answers),
        "space": _hidden_space(lab, moment.theta) if settings["hidden_space"] else None,
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
        "legend": f"{kinds}{' · hollow: test' if test else ''}",
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
        "note": f"{sizes}, {net.n_parameters} parameters · wide: large |w| · dashed: −",
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


def _hidden_space(lab, theta: Array) -> dict | None:
    """The points as the last hidden layer sees them; None where it has not two units.

    Axes: the two units with the largest output weights.
    """
    net, side = lab.net, SIDE // 2
    if len(net.sizes) < 3 or net.sizes[-2] < 2:
        return None
    W, b = net.layers(theta)[-1]
    i, j = sorted(np.argsort(-np.abs(W[:, 0]), kind="stable")[:2].tolist())
    H = net.forward(theta, lab.X).A[-2][:, [i, j]]
    window = _hidden_window(net.hidden, H)
    layer = len(net.sizes) - 2
    shown = {"window": window, "graded": not lab.data.class_names,
             "points": _points(lab, H, lab.data.Y), "side": side,
             "xlabel": f"a of unit {layer}.{i + 1}", "ylabel": f"a of unit {layer}.{j + 1}",
             "words": "The points as the last hidden layer sees them."}  # fmt: skip
    if net.sizes[-2] == 2:  # then the output is known at every place of the window
        x, y = np.linspace(*window[:2], side), np.linspace(*window[:1:-1], side)
        places = np.stack(np.meshgrid(x, y), axis=-1)
        middle, reach = _target_range(lab)
        shown["heat"] = heat((OUTPUTS[net.output](places @ W + b) - middle) / reach)
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
