"""What the digits lab shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nnlib.classes import labels
from nnlib.network import Network
from nnlib.notation import Array
from nncourse.widgets.base.payloads import finite, heat, score_line, series
from nncourse.widgets.drawing import SIDE
from nncourse.words import percent, signed, unbroken

MOST_PICTURES = 12
STRONGEST, NEAREST = 6, 3  # hidden units and training digits listed
DIGITS = list("0123456789")
CELLS_HELP = (
    "Click the cell again to go back to the most frequent mistake; click a digit to see how it"
    " was read."
)
PEN = 1 / 18  # of the paper: what the network is given has the strokes of the data all the same
GIVEN = ["your drawing, stretched, inked and straightened as the data were", "its ink, counted"]
PAD_KEYS = (
    "Paper to draw a digit on. Arrow keys move the pen, Space puts it down or lifts it,"
    " Delete clears the paper."
)


def scene(run) -> dict:
    """What is where on the stage."""
    paper = run.DENSITY == "paper"
    pad = PAD | {"controls": run.in_sight("clear", primary="clear" if paper else "play")["first"]}
    training = run.in_sight("play", "epoch", "learning_rate", "hidden_units", more={
        "start": ["reset", "new_start", "weight_seed", "data_seed"],
        "network": ["hidden", "scale"],
        "training": ["optimizer", "batch_size", "dropout", "l2", "pace"],
    })  # fmt: skip
    exits = [["python", "Copy as Python"], ["recipe", "Recipe"]]
    return {
        "name": "digits",
        "title": "Digits lab",
        **({"first": [], "more": []} if paper else training),
        "panels": [pad if panel is PAD else panel for panel in PANELS[run.DENSITY]],
        "grid": GRIDS[run.DENSITY],
        "exits": exits if paper else [*exits, ["pin", "Pin"]],
        "scrub": not paper,
    }


PAD = {"id": "pad", "kind": "pad", "title": "Draw a digit", "note": "anywhere, in any size",
       "most": 310, "side": SIDE, "pen": PEN, "clears": "clear", "words": PAD_KEYS}  # fmt: skip
SEES = {"id": "sees", "kind": "images", "title": "What it gets"}
ANSWER = {"id": "answer", "kind": "bars", "title": "Answer"}
MATRIX = {
    "id": "confusion",
    "kind": "matrix",
    "title": "Confusion matrix",
    "note": "test digits; click a cell",
}
CELL = {"id": "cell", "kind": "images", "title": "Cell", "hands": True}
REST = [
    {"id": "loss", "kind": "curves", "title": "Learning", "xlabel": "epoch", "ylabel": "loss",
     "aspect": 2.1, "most": 170},
    {"id": "accuracy", "kind": "curves", "title": "Accuracy", "xlabel": "epoch",
     "ylabel": "read right", "aspect": 2.1, "most": 170},
    {"id": "weights", "kind": "images", "title": "Hidden units", "hands": True,
     "note": "what each looks for: blue adds, orange takes away"},
    {"id": "unit", "kind": "text", "title": "Chosen unit", "lines": 3},
    {"id": "pixels", "kind": "images", "title": "Pixels",
     "help": "Blue spoke for the answer, orange against."},
    {"id": "nearest", "kind": "images", "title": "Nearest in training"},
    {"id": "votes", "kind": "bars", "title": "Units that decide"},
]  # fmt: skip
PANELS = {
    "paper": [PAD, SEES, ANSWER],
    "lesson": [MATRIX, CELL, PAD, SEES, ANSWER],
    "lab": [MATRIX, CELL | {"help": CELLS_HELP}, PAD, SEES, ANSWER, *REST],
}
GRIDS = {
    "paper": {"wide": "pad sees*.36 answer", "narrow": "pad*1.75 sees*.5 answer"},
    "lesson": {"wide": "confusion*1.1 pad*.76 sees*.54 / cell*1.1 answer*1.3",
               "middle": "confusion*1.4 pad / cell*1.4 answer*.62 sees*.38",
               "narrow": "confusion*1.15 pad / cell*1.15 answer*.62 sees*.38"},
    "lab": {
        "wide": "confusion*1.4 loss pad*1.05 / confusion*1.4 accuracy pad*1.05"
                " / cell*1.4 weights answer*.63 sees*.42 / votes*1.4 weights nearest*.7 pixels*.35"
                " / votes*1.4 unit nearest*.7 pixels*.35",
        "middle": "confusion*1.4 pad / cell*1.4 answer*.62 sees*.38 / loss weights nearest*.65"
                  " pixels*.35 / accuracy weights votes / accuracy unit votes",
        "narrow": "confusion*1.15 pad / cell*1.15 answer*.62 sees*.38 / loss accuracy"
                  " / weights votes / weights nearest*.68 pixels*.32 / unit nearest*.68 pixels*.32",
    },
}  # fmt: skip


def panels(run) -> dict:
    """What each panel shows now."""
    reading = {"pad": {"strokes": [series(stroke.ravel()) for stroke in run.strokes]},
               **(_reading(run) if run.asked is not None else _no_reading(run))}  # fmt: skip
    if run.DENSITY == "paper":
        return reading
    lesson = {"confusion": _matrix(run), "cell": _digits_of_cell(run), **reading}
    if run.DENSITY == "lesson":
        return lesson
    why = _why(run) if run.asked is not None else _no_why(run)
    return {**lesson, "loss": _loss(run), "accuracy": _accuracy(run), **_weights(run), **why}


# The test set


def _matrix(run) -> dict:
    confused, wrong, cell = run.shown.scores["confusion"], run.mistakes, run.shown_cell
    wholes, right = confused.sum(axis=1), confused.diagonal()
    # Mistakes have a scale of their own, or four among forty-five would not be seen.
    shares = np.diag(right / np.maximum(wholes, 1)) - wrong / max(wrong.max(), 1)
    rows = confused.tolist()
    return {
        "rows": DIGITS, "columns": DIGITS, "across": "columns: read as", "down": "rows: true",
        "heat": heat(shares),
        "texts": [str(n) if n else "·" for row in rows for n in row],
        "labels": [f"{n} of {sum(row)} digits that are {true} were read as {read}"
                   for true, row in enumerate(rows) for read, n in enumerate(row)],
        "chosen": 10 * cell[0] + cell[1] if cell else -1,
        "side": "right",
        "sides": [unbroken(percent(n / whole)) for n, whole in zip(right, wholes)],
    }  # fmt: skip


def _digits_of_cell(run) -> dict:
    cell, outputs = run.shown_cell, run.test_outputs
    which = run.digits_of_cell(outputs)
    shown = which[:MOST_PICTURES]
    sure = [percent(p) for p in finite(outputs[shown]).max(axis=1)]
    if cell is None:
        note = "no test digit is read wrong"
    else:
        are = "digit that is {0} and was" if len(which) == 1 else "digits that are {0} and were"
        note = f"{cell[0]} → {cell[1]} · {len(which)} {are.format(cell[0])} read as {cell[1]}"
        if len(which) > len(shown):
            note += f", first {len(shown)} of {len(which)}"
    names = [f"true {cell[0]}, said {cell[1]}, {share} sure" for share in sure]
    captions = [f"{unbroken(share)} sure" for share in sure]
    return _inked(run.data.X_test[shown], names, across=6) | {
        "captions": captions,
        "note": note,
        "none": "There is no such digit in the test set." if cell else "No mistakes to show.",
        "chosen": shown.tolist().index(run.picked) if run.picked in shown else -1,
    }


# The curves


def _curves(run, key: str, test_key: str, wholes: tuple[float, float]) -> list[dict]:
    """The lines of a score of the training set and of the test set, each divided by its whole."""
    moments = run.moments
    x = run.curves_x(moments)
    return [
        score_line(x, moments, key, "text", whole=wholes[0], name="train"),
        score_line(x, moments, test_key, "test", whole=wholes[1], name="test", dash=[6, 4]),
    ]


def _pinned_curve(run, key: str, set_name: str, whole: float = 1) -> list[dict]:
    """The same score of the pinned run, if there is one."""
    if not run.pinned:
        return []
    _, moments, x = run.pinned
    return [score_line(x, moments, key, "test", whole=whole, dash=[2, 3], past=True,
                       name=f"pinned {set_name}")]  # fmt: skip


def _curve_words(run, what: str) -> str:
    return f"{what} over {run.moments[-1].epoch:,} epochs. {run.sentence}."


def _loss(run) -> dict:
    moments = [*run.moments, *(run.pinned.moments if run.pinned else ())]
    losses = [[moment.scores["loss"], moment.scores["test_loss"]] for moment in moments]
    return {
        "lines": [*_curves(run, "loss", "test_loss", (1, 1)), *_pinned_curve(run, "loss", "train")],
        "at": float(run.curves_x([run.shown])[0]),
        "high": 1.05 * float(finite(losses).max()),
        "words": _curve_words(run, "Loss"),
    }


def _accuracy(run) -> dict:
    n, n_test = len(run.data.X), len(run.data.X_test)
    return {
        "lines": [*_curves(run, "right", "test_right", (n, n_test)),
                  *_pinned_curve(run, "test_right", "test", n_test)],
        "at": float(run.curves_x([run.shown])[0]),
        "percent": True, "high": 1.0, "low": 0.0,
        "words": _curve_words(run, "Share read right"),
    }  # fmt: skip


# The hidden units


def _weights(run) -> dict:
    theta = run.shown.theta
    (W, _), (votes, _) = run.net.layers(theta)
    n = W.shape[1]
    # One weight in a hundred is beyond the scale; with a single large one, all others were pale.
    scale = np.quantile(np.abs(W), 0.99) or 1.0
    most, least = votes.argmax(axis=1), votes.argmin(axis=1)
    names = [f"unit {j + 1}: most for {most[j]}, most against {least[j]}" for j in range(n)]
    text = "Choose a unit to read which digits it speaks for."
    if run.unit is not None:
        j, x = run.unit, run.asked
        up, down = votes[j, most[j]], votes[j, least[j]]
        text = (
            f"Unit {j + 1}: its largest weights lead to {most[j]} ({signed(up)}) and to"
            f" {least[j]} ({signed(down)})."
        )
        if x is not None:
            a = run.net.forward(theta, x[None]).A[1][0, j]
            text += f" Of this digit it makes {unbroken(f'a = {signed(a)}')}."
    return {
        "weights": _images(heat(W.T / scale), names, across=6 if n <= 36 else 8 if n <= 64 else 10,
                           signs=True) | {"chosen": -1 if run.unit is None else run.unit},
        "unit": {"text": text},
    }  # fmt: skip


# The paper, and how the network reads it


def _reading(run) -> dict:
    """What the network is given of the drawing, or of the test digit that was chosen, and says."""
    x, p = run.asked, finite(run.net.predict(run.shown.theta, run.asked[None])[0])
    (best, share), _ = run.answers
    if run.picked is None:
        dots, what, captions = run.dots, GIVEN, ["fitted", "64 counts"]
    else:
        true = labels(run.data.Y_test)[run.picked]
        dots, captions = np.zeros((SIDE, SIDE)), ["–", f"test digit, true {true}"]
        what = ["of a test digit only the counts are known", f"the counts of a test digit, {true}"]
    return {
        "sees": _given(run, dots, x, what, captions),
        "answer": {"names": DIGITS, "values": p.tolist(), "texts": [percent(q) for q in p],
                   "best": best, "note": f"{best}, {percent(share)} sure"},
    }  # fmt: skip


def _no_reading(run) -> dict:
    """The same panels, of the same size, before there is anything to read."""
    return {
        "sees": _given(run, np.zeros((SIDE, SIDE)), np.zeros(64), GIVEN, ["fitted", "64 counts"]),
        "answer": _no_bars(DIGITS) | {"note": "draw a digit"},
    }


def _why(run) -> dict:
    """What speaks for the answer: pixels, the most similar training digits, and hidden units."""
    theta, x, data = run.shown.theta, run.asked, run.data
    (best, _), (second, _) = run.answers
    evidence = pixel_evidence(run.net, theta, x)
    near = np.argsort(((data.X - x) ** 2).sum(axis=1), kind="stable")[:NEAREST]
    true = labels(data.Y[near]).tolist()
    # Only differences between outputs decide: what is added to all of them changes nothing.
    W = run.net.layers(theta)[1][0]
    trace = run.net.forward(theta, x[None])
    lead = finite(trace.A[1][0] * (W[:, best] - W[:, second]))
    strong = np.argsort(-np.abs(lead), kind="stable")[:STRONGEST].tolist()
    return {
        "pixels": _signed_picture(evidence, f"the pixels that spoke for {best}, and against it"),
        "nearest": _inked(data.X[near], [f"a {k}" for k in true], across=NEAREST)
                   | {"note": ", ".join(map(str, true))},
        "votes": {"names": [str(j + 1) for j in strong],
                  "values": (lead[strong] / (np.abs(lead).max() or 1.0)).tolist(),
                  "texts": [signed(v) for v in lead[strong]],
                  "best": strong.index(run.unit) if run.unit in strong else -1,
                  "note": f"lead of {best} over {second}"},
    }  # fmt: skip


def _no_why(run) -> dict:
    """The same panels, of the same size, before there is anything to read."""
    units, paper = min(STRONGEST, run.net.sizes[1]), np.zeros((NEAREST, 64))
    return {
        "pixels": _signed_picture(paper[0], "nothing yet"),
        "nearest": _inked(paper, ["–"] * NEAREST, across=NEAREST) | {"note": ""},
        "votes": _no_bars(["·"] * units) | {"note": ""},
    }


def pixel_evidence(net: Network, theta: Array, x: Array) -> Array:
    """(64,) how much the log-odds of the answer to x (64,) fall without the ink of each pixel.

    >>> net = Network((64, 2, 10), "tanh", "softmax", "cross_entropy")
    >>> pixel_evidence(net, net.init(7), np.eye(64)[3]).nonzero()[0]
    array([3])
    """
    without = np.where(np.eye(64, dtype=bool), 0.0, x)
    z = net.forward(theta, np.vstack([x, without])).Z[-1]
    answer = z[0].argmax()
    odds = z[:, answer] - np.logaddexp.reduce(np.delete(z, answer, axis=1), axis=1)
    return np.where(x > 0, odds[0] - odds[1:], 0.0)


# Pictures of 8 x 8 pixels


def _images(codes: bytes, names: list[str], across: int, signs: bool) -> dict:
    return {"n": len(names), "height": 8, "width": 8, "across": across, "signed": signs,
            "codes": codes, "labels": names}  # fmt: skip


def _inked(X: Array, names: list[str], across: int) -> dict:
    """Digits (n, 64) as a panel of images shows them, with a caption each."""
    codes = np.round(255 * X).astype(np.uint8).tobytes()
    return _images(codes, names, across, signs=False) | {"captions": names}


def _given(run, dots: Array, x: Array, names: list[str], captions: list[str]) -> dict:
    """The dots (32, 32) of a drawing, and beside them the counts (64,) that become of them."""
    counts = np.kron(x.reshape(8, 8), np.ones((4, 4)))
    codes = np.round(255 * np.stack([dots, counts])).astype(np.uint8).tobytes()
    return {"n": 2, "height": SIDE, "width": SIDE, "across": 1 if run.DENSITY == "paper" else 2,
            "signed": False, "codes": codes, "labels": names, "captions": captions}  # fmt: skip


def _signed_picture(values: Array, name: str) -> dict:
    """64 numbers as one picture, the largest of them at the end of the scale."""
    values = finite(values)
    return _images(heat(values / (np.abs(values).max() or 1.0)), [name], across=1, signs=True)


def _no_bars(names: list[str]) -> dict:
    return {"names": names, "values": [0.0] * len(names), "texts": [""] * len(names), "best": -1}
