"""What the luck map shows: where its panels are, and what each is sent."""

from __future__ import annotations

import numpy as np

from nncourse.widgets.base.payloads import heat, line
from nncourse.words import many

GRID = "luck*1.6 curves / luck*1.6 before / chosen*1.6 before"


def scene(run) -> dict:
    """What is where on the stage."""
    progress = {"kind": "progress", "name": "progress", "label": "networks trained", "wide": 16.5}
    panels = [
        {"id": "luck", "kind": "matrix", "title": "How often is XOR learned?", "follow": True},
        {"id": "curves", "kind": "curves", "title": "Learning", "xlabel": "step", "ylabel": "loss",
         "aspect": 1.35, "most": 190, "hands": True},
        {"id": "chosen", "kind": "text", "title": "One start", "lines": 1,
         "controls": [run.control_scenes["start"]],
         "help": "Click a cell, then a curve, or go there by the arrow keys and the slider. Open in"
                 " playground shows this very run."},
        {"id": "before", "kind": "matrix", "title": "Before", "follow": True, "form": "small",
         "least": 30 + 23 * len(run.hidden_units)},
    ]  # fmt: skip
    return {
        "name": run.NAME, "title": "Luck map",
        **run.in_sight("play", progress, "scale", "hidden",
                       more={"training": ["steps", "optimizer"]}),
        "panels": panels, "grid": dict.fromkeys(("wide", "narrow"), GRID),
        "exits": [["playground", "Open in playground"], ["python", "Copy as Python"],
                  ["recipe", "Recipe"]],
        "scrub": True,
    }  # fmt: skip


def panels(run) -> dict:
    """What each panel shows now."""
    chosen = _chosen(run)
    return {"luck": _map(run), "before": _before(run), "curves": _curves(run, chosen),
            "chosen": {"text": chosen}}  # fmt: skip


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
        "texts": texts, "labels": names, "below": [words.removesuffix(" %") for words in below],
        "chosen": cells.index(run.cell),
        "note": f"{many(run.seeds, 'start')} a cell; small: the 95 % interval of the true share,"
                " in %",
    }  # fmt: skip


def _before(run) -> dict:
    """The map that stood here before a control was changed, by its counts."""
    before, cells = run.before, list(np.ndindex(run.shape[:2]))
    shown = {"rows": [], "columns": [], "across": "", "down": "", "heat": b"", "texts": [],
             "labels": [], "chosen": None}  # fmt: skip
    if before is None:
        return shown | {"note": "Change a control: this map moves here, to be compared with."}
    counts = before.counts
    return shown | {
        "rows": [str(units) for units in run.hidden_units],
        "columns": [f"{rate:g}" for rate in run.learning_rate],
        "heat": heat(counts / run.seeds),
        "texts": [str(counts[cell]) for cell in cells],
        "labels": [f"before, {run.cell_name(*cell)}: {counts[cell]} of {run.seeds}"
                   for cell in cells],
        "chosen": cells.index(run.cell),
        "note": f"here {counts[run.cell]} of {run.seeds}, with {_changed(run)}",
    }  # fmt: skip


def _changed(run) -> str:
    """In what the map before differs from this one, in words."""
    then = run.before.settings
    other = [name for name in run.CONTROLS if then[name] != run.settings[name]]
    controls = [run.CONTROLS[name] for name in other]
    words = [f"{one.label} {one.options[then[one.name]]}" for one in controls]
    if run.before.index < then["steps"]:
        words.append(f"step {run.before.index:,}")
    return ", ".join(words) or "the same settings"


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
    words = f"Start {start}"
    if not np.isfinite(loss):
        return f"{words}: its numbers have grown beyond all bounds by step {index:,}."
    if index == 0:
        return f"{words}: loss {loss:.3f} before its first step."
    learned = run.shown.solved[run.cell][start - 1]
    return (f"{words}: loss {loss:.3f} after {index:,} steps,"
            f" {'it has learned XOR' if learned else 'it has not learned XOR'}.")  # fmt: skip
