"""What the switches of the 2013 post show: where their panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nnlib.metrics import wilson_interval
from nncourse.bugs.replay import AS_PRINTED
from nncourse.widgets.base.payloads import dot, heat, line
from nncourse.words import fixed, percents

STRIP = (5, 20)  # rows and columns of the hundred starts
MOST_TRIED = 7  # bars: those of the post, and the last ones
WINDOW = [0.08, 2.0, 0.02, 10.0]  # of the largest weight, at first and now
# How a setting that differs from the post's is called.
SHORT = {
    "slope": {"z": "slope of z"},
    "scale": {"auto": "sized"},
    "batch_size": {4: "all four"},
    "bias": {"zero": "bias from 0", "unit": "third unit"},
}

PANELS = [
    {"id": "weights", "kind": "plane", "title": "Largest weight", "aspect": 1.25,
     "most": 330},
    {"id": "tried", "kind": "bars", "title": "Tried so far", "least": 42 + 19 * MOST_TRIED},
    {"id": "strip", "kind": "matrix", "title": "Starts", "follow": True, "form": "small"},
]  # fmt: skip
GRID = {
    "wide": "weights*4 tried*5 / weights*4 strip*5",
    "middle": "weights*4 tried*5 / weights*4 strip*5",
    "narrow": "weights tried / strip",
}


def scene(run, scene: dict) -> dict:
    """What is where on the stage."""
    return scene | {
        **run.in_sight("play", "slope", "scale", "learning_rate", "batch_size",
                       more={"the rest": ["bias", "hundred", "start", "printed"]}),
        "panels": PANELS, "grid": GRID, "scrub": True,
    }  # fmt: skip


def panels(run) -> dict:
    """What each panel shows now."""
    return {"weights": _weights(run), "tried": _tried(run), "strip": _strip(run)}


def _weights(run) -> dict:
    """Each start as a dot: its largest weight at first, and now."""
    first, now, chosen = run.moments[0].largest, run.shown, run.settings["start"] - 1
    edges = np.array(WINDOW)
    dots = [
        dot(*np.clip([x, y], edges[[0, 2]], edges[[1, 3]]), "positive" if learned else "negative",
            mark="circle" if learned else "triangle", size=4, choice=k, hollow=not now.index)
        for k, (x, y, learned) in enumerate(zip(first, now.largest, now.learned.tolist()))
    ]  # fmt: skip
    x, y = first[chosen], now.largest[chosen]
    dots.append(dot(x, y, "selected", hollow=True, size=8))
    grown = "" if not now.index else _grown(first, now)
    return {
        "window": WINDOW, "logx": True, "logy": True, "dots": dots, "xlabel": "at first",
        "ylabel": "now", "note": "▲ not learned",
        "lines": [line(WINDOW[:2], WINDOW[:2], "quiet", dash=[5, 4], name="as large as at first")],
        "words": f"The largest weight of each start, now over at first.{grown}",
    }  # fmt: skip


def _grown(first, now) -> str:
    """How the weights of those that learned and of the others have grown, in words."""
    words = ""
    for name, those in (("that learned", now.learned), ("that did not", ~now.learned)):
        if those.any():
            middle = np.median(now.largest[those] / first[those])
            words += f" Of those {name}, the middle one is {fixed(middle, 1)} times as large."
    return words


def _strip(run) -> dict:
    """The hundred starts, each a circle if it has learned XOR, else a triangle."""
    now, (rows, columns) = run.shown, STRIP
    trained = now.index > 0
    marks = np.where(now.learned, "●", "▲") if trained else np.full(len(now.learned), "·")
    first, chosen = run.replay.seeds[0] + 1, run.settings["start"] - 1
    said = [f"start {first + k} gives {_outputs(now, k)}" for k in range(rows * columns)]
    return {
        "rows": [str(first + columns * row) for row in range(rows)],
        "columns": [str(column + 1) for column in range(columns)],
        "across": "", "down": "", "texts": marks.tolist(),
        "labels": [f"{words}: {_verdict(now, k)}" for k, words in enumerate(said)],
        "heat": heat((now.learned - 0.5) if trained else np.zeros(rows * columns)),
        "chosen": chosen, "note": said[chosen],
    }  # fmt: skip


def _outputs(now, k: int) -> str:
    """What a network says of the four points."""
    return ", ".join(fixed(value) for value in now.outputs[k])


def _verdict(now, k: int) -> str:
    if not now.index:
        return "not trained yet"
    return "it has learned" if now.learned[k] else "it has not learned"


def _tried(run) -> dict:
    """How often each setting that was tried has learned: the post's first, then the last ones."""
    names, values, texts = [], [], []
    post = tuple(AS_PRINTED.values())
    others = [key for key in run.tried if key != post]
    keys = [post, *others[1 - MOST_TRIED :]]
    for key in keys:
        counts = run.tried.get(key, {})
        n, starts = sum(counts.values()), len(run.moments[0].learned) * len(counts)
        names.append(changes(dict(zip(AS_PRINTED, key))))
        values.append(n / starts if starts else 0)
        texts.append(f"{n} of {starts}, {percents(*wilson_interval(n, starts))}" if starts else "–")
    now = tuple(run.switches.values())
    return {
        "names": names, "values": values, "texts": texts,
        "best": keys.index(now) if now in keys else -1,
        "note": "and the 95 % interval; bold: as it stands",
    }  # fmt: skip


def changes(switches: dict) -> str:
    """In what these switches differ from those of the post, in a few words."""
    words = [SHORT[name][value] if name in SHORT else f"rate {value:g}"
             for name, value in switches.items() if value != AS_PRINTED[name]]  # fmt: skip
    return ", ".join(words) or "as printed"
