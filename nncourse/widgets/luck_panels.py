"""What the luck map shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.controls import button
from nncourse.widgets.base.payloads import heat, line
from nncourse.words import many, unbroken


def scene(run) -> dict:
    """What is where on the stage."""
    c = run.control_scenes
    return {
        "name": run.NAME,
        "title": "Luck map",
        "first": [
            button("play", f"Train {run.networks:,} networks", main=True),
            {"kind": "progress", "name": "progress", "label": "networks trained"},
            c["steps"], c["hidden"], c["scale"], c["optimizer"],
        ],
        "more": [],
        "columns": [
            [1.7, [
                {"id": "luck", "kind": "matrix", "title": "How often is XOR learned?",
                 "follow": True, "help": "Click a cell, or move with the arrow keys."}]],
            [1.1, [
                {"id": "curves", "kind": "curves", "title": "Learning", "xlabel": "step",
                 "ylabel": "loss", "aspect": 1.35, "hands": True},
                {"id": "chosen", "kind": "text", "title": "One start", "lines": 2,
                 "controls": [c["start"]],
                 "help": "Click a curve, or move the slider. Open in playground shows this very"
                         " run."}]],
        ],
        "exits": [["playground", "Open in playground"], ["python", "Copy as Python"],
                  ["recipe", "Recipe"]],
        "scrub": True,
        "lines": 2,
        "labels": "above",
    }  # fmt: skip


def panels(run) -> dict:
    """What each panel shows now."""
    chosen = _chosen(run)
    return {"luck": _map(run), "curves": _curves(run, chosen), "chosen": {"text": chosen}}


def _map(run) -> dict:
    counts, trained = run.counts, run.shown.index > 0
    cells = list(np.ndindex(run.shape[:2]))
    if trained:
        texts = [f"{counts[cell]}/{run.seeds}" for cell in cells]
        below = [run.interval(*cell) for cell in cells]
        names = [f"{run.cell_name(*cell)}: {counts[cell]} of {run.seeds} learned it, 95 % interval"
                 f" {interval}" for cell, interval in zip(cells, below)]  # fmt: skip
    else:  # how many are right before any training is chance, and says nothing
        texts, below = ["·"] * len(cells), [""] * len(cells)
        names = [f"{run.cell_name(*cell)}: not trained yet" for cell in cells]
    return {
        "rows": [str(units) for units in run.hidden_units],
        "columns": [f"{rate:g}" for rate in run.learning_rate],
        "across": "columns: learning rate", "down": "rows: hidden units",
        "heat": heat(counts / run.seeds if trained else 0 * counts),
        "texts": texts, "labels": names, "below": [unbroken(interval) for interval in below],
        "chosen": cells.index(run.cell),
        "note": f"{many(run.seeds, 'start')} a cell; below, the 95 % interval of the true share",
    }  # fmt: skip


def _curves(run, chosen: str) -> dict:
    """The losses of the chosen cell; the chosen one again, last, thick, on a background stroke."""
    learned = run.shown.solved[run.cell]
    lines = _lines(run, learned)
    top = lines[run.settings["start"] - 1] | {"name": "", "width": 4.5, "past": False}
    lines.sort(key=lambda one: one["colour"] == "negative_text")  # learned is named first
    lines += [top | {"colour": "surface", "dash": [], "width": 9, "past": True}, top]
    n, index = int(learned.sum()), run.shown.index
    note = f"{run.cell_name()}: {n} learned it, {run.seeds - n} did not"
    if not index:
        note = f"{run.cell_name()}: not trained yet"
    high = float(np.nan_to_num(run.losses, nan=2.0).max())
    return {"lines": lines, "at": index, "right": run.grid.steps,
            "high": min(max(0.9, 1.05 * high), 2.0), "note": note,
            "words": f"Losses of {many(run.seeds, 'start')} over {index:,} steps."
                     f" {note}. {chosen}"}  # fmt: skip


def _lines(run, learned) -> list[dict]:
    """The loss of each start; the first of those that learned, and of those that did not, has the
    name of its kind."""
    losses, lines, named = run.losses, [], set()
    steps = run.grid.at[: losses.shape[1]]
    for k, (loss, right) in enumerate(zip(losses, learned.tolist())):
        name = ""
        if right not in named and run.shown.index:
            named.add(right)
            name = "learned" if right else "did not"
        # nan is a loss that has become too large, so it is drawn as one.
        y = np.nan_to_num(loss, nan=np.inf)
        colour, dash = ("positive", []) if right else ("negative_text", [6, 4])
        lines.append(line(steps, y, colour, dash=dash, name=name, past=True, width=1.5, choice=k))
    return lines


def _chosen(run) -> str:
    """The chosen start in words."""
    start, index = run.settings["start"], run.shown.index
    loss = run.losses[start - 1, -1]
    words = f"Start {start}, weight seed {start - 1}"
    if not np.isfinite(loss):
        return f"{words}: its numbers have grown beyond all bounds by step {index:,}."
    if index == 0:
        return f"{words}: loss {loss:.3f} before its first step."
    learned = run.shown.solved[run.cell][start - 1]
    return (f"{words}: loss {loss:.3f} after {index:,} steps,"
            f" {'it has learned XOR' if learned else 'it has not learned XOR'}.")  # fmt: skip
