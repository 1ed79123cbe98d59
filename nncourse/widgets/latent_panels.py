"""What the latent plane shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets.base.payloads import dot, line, series
from nncourse.words import signed

MOST_FIGURES = 400  # training digits drawn; more would lie one on the other
STOPS = 9  # pictures of the walk
REACH = 1.06  # of the window: tanh ends at 1
PANELS = [
    {"id": "plane", "kind": "plane", "title": "The plane", "note": "press or drag anywhere",
     "equal": True, "aspect": 1.0, "most": 430, "hands": True, "anywhere": "here",
     "keys": "Arrow keys move the ring, with Shift in larger steps."},
    {"id": "decoded", "kind": "images", "title": "Decoded"},
    {"id": "nearest", "kind": "images", "title": "Nearest"},
    {"id": "walk", "kind": "images", "title": "The walk", "hands": True,
     "help": "Above: straight through the plane. Below: straight from pixel to pixel."},
]  # fmt: skip
SIDE_BY_SIDE = "plane*1.25 decoded*.5 nearest*.5 / plane*1.25 walk"


def scene(run) -> dict:
    """What is where on the stage."""
    return {
        "name": run.NAME,
        "title": run.TITLE,
        **run.in_sight("play", "walk", "walk_from", "walk_to", more={
            "start": ["reset", "new_start", "weight_seed", "data_seed"],
            "place": ["number_1", "number_2"],
            "training": ["epoch", "learning_rate", "optimizer", "batch_size"],
        }),
        "panels": PANELS,
        "grid": dict.fromkeys(("wide", "middle", "narrow"), SIDE_BY_SIDE),
        "exits": [["python", "Copy as Python"], ["recipe", "Recipe"]],
        "scrub": True,
    }  # fmt: skip


def panels(run) -> dict:
    """What each panel shows now."""
    return {"plane": _plane(run), "decoded": _decoded(run), "nearest": _nearest(run),
            "walk": _walk(run)}  # fmt: skip


def _plane(run) -> dict:
    codes = run.codes[:MOST_FIGURES]
    return {
        "window": [-REACH, REACH, -REACH, REACH],
        "xlabel": "first number", "ylabel": "second number",
        "figures": {"x": series(codes[:, 0]), "y": series(codes[:, 1]),
                    "which": run.true[:MOST_FIGURES].astype(np.uint8).tobytes()},
        "lines": [line(*run.walk_codes.T, "selected", dash=[5, 4], width=1.6)],
        "dots": [dot(*run.here, "selected", hollow=True, size=10),  # a ring seen among figures
                 dot(*run.here, "selected", hollow=True, size=9, hand="here")],
        "words": f"The plane of the two numbers, with {MOST_FIGURES} training digits, each drawn"
                 f" as its figure. {run.sentence}",
    }  # fmt: skip


def _decoded(run) -> dict:
    first, second = map(signed, run.here)
    return _inked(run.decoded(run.here[None]), [f"what ({first}, {second}) becomes"], across=1,
                  captions=[f"({first}, {second})"])  # fmt: skip


def _nearest(run) -> dict:
    which, distance = run.nearest
    name = f"{figure(run.true[which])}, {distance:.2f} away"
    return _inked(run.data.X[which][None], [f"the nearest training digit: {name}"], across=1,
                  captions=[name])  # fmt: skip


def walk_images(run) -> Array:
    """(18, 64) the walk through the plane, and below it the mixtures of its two ends."""
    shares = np.linspace(0, 1, STOPS)[:, None]
    (c, d), (x, y) = run.walk_codes, run.walk_pictures
    return np.concatenate([run.decoded(c + shares * (d - c)), x + shares * (y - x)])


def _walk(run) -> dict:
    stops = [f"{k} of {STOPS - 1} of the way" for k in range(STOPS)]
    names = [f"{stop}, {how}" for how in ("in the plane", "in pixels") for stop in stops]
    chosen = -1 if run.share is None else round(run.share * (STOPS - 1))
    return _inked(walk_images(run), names, across=STOPS) | {
        "chosen": chosen,
        "note": f"from {figure(run.settings['walk_from'])} to {figure(run.settings['walk_to'])}",
    }


def figure(k: int) -> str:
    """A figure with its article.

    >>> figure(3), figure(8)
    ('a 3', 'an 8')
    """
    return f"an {k}" if k == 8 else f"a {k}"


def _inked(X: Array, names: list[str], across: int, captions=()) -> dict:
    """Pictures (n, 64), ink on paper."""
    codes = np.round(255 * np.clip(np.nan_to_num(X), 0, 1)).astype(np.uint8).tobytes()
    return {"n": len(X), "height": 8, "width": 8, "across": across, "signed": False,
            "codes": codes, "labels": names, "captions": list(captions)}  # fmt: skip


# Where nobody is running it


def draw_plane(run, ax) -> None:
    """The training digits in the plane, the walk, and the place that is looked at."""
    plots.latent_plane(run.codes[:MOST_FIGURES], run.true[:MOST_FIGURES], walk=run.walk_codes,
                       here=run.here, ax=ax)  # fmt: skip
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))


def picture(run):
    """The plane, and beside it what is decoded on the walk and mixed of its two ends."""
    plane, walk = plots.panels(1, 2)
    draw_plane(run, plane)
    plots.digits(np.clip(walk_images(run), 0, 1), columns=STOPS, ax=walk)
    walk.set(title="above: through the plane, below: in pixels")
    plane.alt = walk.alt = run.sentence
    return plane.figure
