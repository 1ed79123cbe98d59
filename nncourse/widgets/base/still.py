"""A still picture of what a stage shows, for pages on which nobody runs it.

It draws the same payloads that the front end is sent (`stage` lists them), so both show the same.
Lengths are inches from the top left of the figure.
"""

from __future__ import annotations

import textwrap
from itertools import zip_longest

import matplotlib.pyplot as plt
import numpy as np

from nncourse import plots
from nncourse.widgets.base.layout import places
from nncourse.widgets.base.palette import LIGHT

LINE = 0.19  # the height of a line of text
TITLE = 0.3  # the height of a title
GAP = 0.25  # between panels
LETTER = 0.083  # the width of a letter in monospace
SIGNS = {"right": "✓ ", "wrong": "✗ ", "same": "  "}  # of lines of code


def still(scene: dict, frame: dict):
    """The panels of a frame as a Picture; its alt text is the frame's status."""
    boxes, height = _layout(scene, frame)
    figure = plots.sheet(plots.WIDTH, height)
    for x, y, width, panel, payload in boxes:
        ax = figure.add_axes([0, 0, 1, 1])
        ax.set(xlim=(0, plots.WIDTH), ylim=(height, 0))
        ax.axis("off")
        title = panel["title"]
        note = payload.get("note") or panel.get("note") or ""
        ax.text(x, y + 0.16, title, weight="bold", size=10.5, color=LIGHT["quiet"])
        if note:
            ax.text(x + 0.1 + 0.108 * len(title), y + 0.16, note, size=9, color=LIGHT["quiet"])
        box = (x, y + TITLE, width, _height(panel, payload, width))
        DRAW[panel["kind"]](ax, box, panel, payload)
    figure.axes[0].alt = frame["status"]
    return figure


# Where panels lie


def _layout(scene: dict, frame: dict) -> tuple[list, float]:
    """[(x, y, width, panel, payload)] of every panel that is drawn, and the height of it all.

    They lie in the wide grid: a row begins below all that end above it.
    """
    panels = {panel["id"]: panel for panel in scene["panels"] if panel["kind"] in DRAW}
    known = {name: payload for name, payload in frame["panels"].items() if name in panels}
    rows = places(scene, {"hidden": frame.get("hidden", ()), "panels": known})
    boxes, tops, bottom = [], {}, 0.0
    for row, below in zip_longest(rows, rows[1:], fillvalue=[]):
        top = bottom
        for name, left, right in row:
            tops.setdefault(name, top)
            if name in {other for other, *_ in below}:
                continue
            width = float(right - left) * plots.WIDTH - (GAP if right < 1 else 0)
            box = (float(left) * plots.WIDTH, tops[name], width)
            boxes.append((*box, panels[name], known[name]))
            height = TITLE + _height(panels[name], known[name], width)
            bottom = max(bottom, tops[name] + height + GAP)
    return boxes, max(bottom - GAP, 0) + 0.05


def _height(panel: dict, payload: dict, width: float) -> float:
    kind = panel["kind"]
    if kind == "arrays":
        return sum(_row_height(row) for row in _wrapped(payload["rows"], width)) + 0.1
    if kind == "code":
        return LINE * len(payload["lines"]) + 0.2
    if kind == "bars":
        return LINE * len(payload["names"]) + 0.1
    if kind in ("table", "matrix"):
        return LINE * (len(payload["rows"]) + 1) + 0.1
    if kind in ("text", "ask", "pick"):
        return LINE * len(_lines(_words(panel, payload), width)) + 0.1
    return width / panel.get("aspect", 1.3) + 0.1


# Text


def _words(panel: dict, payload: dict) -> str:
    """What a panel of text says, or a question with its choices and what came of it."""
    if panel["kind"] == "text":
        return payload["text"]
    choices = ["a number"] if payload["choices"] is None else payload["choices"]
    choices = [f"○ {choice}" for choice in choices]
    parts = [payload["question"], "   ".join(choices), payload.get("verdict") or ""]
    return "\n".join(parts).strip()


def _lines(text: str, width: float) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, int(width / 0.072)) or [""]
    ]


def _text(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    for i, line in enumerate(_lines(_words(panel, payload), width)):
        ax.text(left, top + 0.1 + LINE * i, line, size=9.5, va="center")


def _code(ax, box, panel, payload) -> None:
    left, top, width, tall = box
    longest = max((len(line["text"]) for line in payload["lines"]), default=1)
    size = min(8.5, 72 * (width - 0.2) / (0.62 * longest))  # points; a letter is 0.6 of one wide
    ax.add_patch(plt.Rectangle((left, top), width, tall - 0.08, color="#f1f3f5", lw=0))
    for i, line in enumerate(payload["lines"]):
        y, now, kind = top + 0.19 + LINE * i, i == payload.get("now"), line.get("kind")
        if now:
            ax.add_patch(plt.Rectangle((left, y - LINE / 2 - 0.02), 0.04, LINE,
                                       color=LIGHT["selected"], lw=0))  # fmt: skip
        colour = {"right": "positive", "wrong": "negative_text"}.get(kind, "text")
        ax.text(left + 0.1, y, SIGNS.get(kind, "") + line["text"], size=size, va="center",
                color=LIGHT[colour], family="sans-serif" if kind == "head" else "monospace",
                weight="bold" if now or kind == "head" else "normal")  # fmt: skip


def _bars(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    start = left + 0.07 * max(map(len, payload["names"])) + 0.16
    room = left + width - start - 0.075 * max(map(len, payload["texts"])) - 0.1
    rows = zip(payload["names"], payload["values"], payload["texts"])
    for i, (name, value, text) in enumerate(rows):
        y = top + 0.1 + LINE * i
        colour = LIGHT["positive" if value >= 0 else "negative"]
        ax.text(start - 0.06, y, name, ha="right", va="center", size=9)
        ax.add_patch(plt.Rectangle((start, y - 0.06), room * min(1, abs(value)), 0.12,
                                   color=colour, lw=0))  # fmt: skip
        ax.text(left + width, y, text, ha="right", va="center", size=9, color=LIGHT["quiet"])


def _table(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    ends = [left + width * share for share in (0.62, 0.8, 1.0)]  # of the texts
    for i, row in enumerate([{"mark": "none", "name": "", "texts": payload["heads"][1:]},
                             *payload["rows"]]):  # fmt: skip
        y, colour = top + 0.1 + LINE * i, LIGHT["negative"]
        if row["mark"] != "none":
            full = {"facecolor": colour} if row["mark"] == "full" else {"fill": False}
            ax.add_patch(plt.Circle((left + 0.07, y), 0.045, edgecolor=colour, **full))
        ax.text(left + 0.17, y, row["name"], va="center", size=9)
        for end, text in zip(ends, row["texts"]):
            ax.text(end, y, text, ha="right", va="center", size=9,
                    color=LIGHT["text" if i else "quiet"])  # fmt: skip


def _matrix(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    across, heat = len(payload["columns"]), np.frombuffer(payload["heat"], np.uint8)
    cell = min(0.34, (width - 0.35) / across)
    for i, text in enumerate(payload["texts"]):
        row, column = divmod(i, across)
        y = top + 0.1 + LINE * (row + 1)
        if not column:
            ax.text(left + 0.28, y, payload["rows"][row], size=8.5, ha="right", va="center",
                    color=LIGHT["quiet"])  # fmt: skip
        code = "positive" if heat[i] > 128 else "negative" if heat[i] < 128 else "text"
        ax.text(left + 0.35 + cell * (column + 0.5), y, text, size=9, ha="center", va="center",
                color=LIGHT[code])  # fmt: skip


# Arrays, in rows that are broken where they do not fit


def _wrapped(rows: list, width: float) -> list[list]:
    lines = []
    for row in rows:
        line, used = [], 0.0
        for part in row:
            if line and used + _part_width(part) > width:
                lines.append(line)
                line, used = [], 0.0
            line.append(part)
            used += _part_width(part)
        lines.append(line)
    return lines


def _row_height(row: list) -> float:
    rows = [-(-len(part["texts"]) // part["columns"]) for part in row if not isinstance(part, str)]
    return LINE * max(rows, default=0) + 0.42


def _part_width(part) -> float:
    if isinstance(part, str):
        return LETTER * len(part) + 0.16
    longest = max(map(len, part["texts"]), default=1)
    head = len(f"{part['name']} {part['shape']}") * 0.078
    return max(part["columns"] * (longest + 1) * LETTER, head) + 0.22


def _arrays(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    for row in _wrapped(payload["rows"], width):
        x, tall = left, _row_height(row)
        for part in row:
            if isinstance(part, str):
                ax.text(x + 0.08, top + tall / 2, part, family="monospace", va="center", size=10)
            else:
                _array(ax, x, top, part)
            x += _part_width(part)
        top += tall


def _array(ax, x: float, top: float, part: dict) -> None:
    columns, texts = part["columns"], part["texts"]
    wide = (max(map(len, texts)) + 1) * LETTER
    rows = -(-len(texts) // columns)
    edge = LIGHT["selected"] if part.get("current") else LIGHT["grid"]
    ax.add_patch(plt.Rectangle((x + 0.03, top), _part_width(part) - 0.1, LINE * rows + 0.3,
                               fill=False, color=edge))  # fmt: skip
    ax.text(x + 0.09, top + 0.17, part["name"], weight="bold", size=8.5)
    ax.text(x + 0.15 + 0.09 * len(part["name"]), top + 0.17, part["shape"], size=8,
            color=LIGHT["quiet"])  # fmt: skip
    for i, text in enumerate(texts):
        right, middle = x + 0.09 + wide * (i % columns + 1), top + 0.31 + LINE * (i // columns)
        made = i == part.get("made")
        if made or i in (part.get("lit") or ()):
            colour = LIGHT["selected"] if made else LIGHT["lit"]
            ax.add_patch(plt.Rectangle((right - wide + 0.02, middle - LINE / 2), wide - 0.02,
                                       LINE - 0.02, color=colour, lw=0))  # fmt: skip
        ax.text(right - 0.04, middle, text, family="monospace", size=8.5, ha="right", va="center",
                color="white" if made else LIGHT["text"])  # fmt: skip


# Planes and what is drawn in them


def _plane(ax, box, panel, payload) -> None:
    left, top, width, tall = box
    width_all, height_all = ax.get_xlim()[1], ax.get_ylim()[0]
    own = ax.figure.add_axes(
        [(left + 0.5) / width_all, 1 - (top + tall - 0.42) / height_all,
         (width - 0.6) / width_all, (tall - 0.5) / height_all]
    )  # fmt: skip
    x0, x1, y0, y1 = payload["window"]
    own.set(xscale="log" if payload.get("logx") else "linear",
            yscale="log" if payload.get("logy") else "linear", xlim=(x0, x1), ylim=(y0, y1),
            xlabel=payload.get("xlabel", ""), ylabel=payload.get("ylabel", ""))  # fmt: skip
    if panel.get("equal"):
        own.set_aspect("equal")
    if panel.get("bare"):
        own.axis("off")
    if payload.get("heat"):
        codes = np.frombuffer(payload["heat"], np.uint8).reshape(payload["side"], -1)
        own.imshow((codes.astype(float) - 128) / 127, cmap=plots.DIVERGING, vmin=-1, vmax=1,
                   extent=(x0, x1, y0, y1), aspect=own.get_aspect())  # fmt: skip
    for kind, draw in SHAPES.items():
        for shape in payload.get(kind, []):
            draw(own, shape)
    if own.get_legend_handles_labels()[1]:
        own.legend(loc="best", framealpha=0.8)


def _draw_bars(ax, bars: dict) -> None:
    edges, tops = (np.frombuffer(bars[part], np.float32) for part in ("edges", "y"))
    ax.bar(edges[:-1], tops, np.diff(edges), align="edge", color=LIGHT[bars["colour"]],
           label=bars.get("name"))  # fmt: skip


def _draw_band(ax, band: dict) -> None:
    x, low, high = (np.frombuffer(band[part], np.float32) for part in ("x", "low", "high"))
    ax.fill_between(x, low, high, color=LIGHT[band["colour"]], alpha=0.18, lw=0)


def _draw_rule(ax, rule: dict) -> None:
    upright = "x" in rule
    draw, at = (ax.axvline, rule["x"]) if upright else (ax.axhline, rule["y"])
    draw(at, color=LIGHT[rule.get("colour", "quiet")], lw=1.2, ls="--")
    if rule.get("text"):
        place = (at, 0.97) if upright else (0.02, at)
        frame = ax.get_xaxis_transform() if upright else ax.get_yaxis_transform()
        ax.text(*place, " " + rule["text"], transform=frame, size=8.5, va="top")


def _draw_line(ax, line: dict) -> None:
    x, y = (np.frombuffer(line[part], np.float32) for part in "xy")
    width = line.get("width", 2)
    dash = (0, [length / width for length in line["dash"]]) if line.get("dash") else "-"
    ax.plot(x, y, color=LIGHT[line["colour"]], lw=width, label=line.get("name"), ls=dash,
            alpha=0.45 if line.get("pale") else 1)  # fmt: skip


def _draw_arrow(ax, arrow: dict) -> None:
    style = {"arrowstyle": "-|>", "color": LIGHT[arrow["colour"]], "lw": 2}
    ax.annotate("", (arrow["x1"], arrow["y1"]), (arrow["x0"], arrow["y0"]), arrowprops=style)


def _draw_dot(ax, dot: dict) -> None:
    colour, bare = LIGHT[dot["colour"]], dot.get("mark") == "none"
    if not bare:
        ax.plot(dot["x"], dot["y"], "^" if dot.get("mark") == "triangle" else "o", ms=7,
                mfc="none" if dot.get("hollow") else colour, color=colour)  # fmt: skip
    if dot.get("text"):
        ax.annotate(dot["text"], (dot["x"], dot["y"]), (0 if bare else 7, 4), size=8.5,
                    textcoords="offset points", ha="center" if bare else "left",
                    annotation_clip=True)  # fmt: skip


# A network


def _network(ax, box, panel, payload) -> None:
    """Units with their numbers; lines as wide as the weights, dashed where they are negative."""
    left, top, width, tall = box
    sizes, weights = payload["sizes"], np.frombuffer(payload["weights"], np.float32)
    across = np.linspace(left + 0.35, left + width - 0.35, len(sizes))
    units = [(x, top + tall * (j + 0.5) / n, layer, j)
             for layer, (x, n) in enumerate(zip(across, sizes)) for j in range(n)]  # fmt: skip
    lit = payload.get("lit") or {"units": [], "edges": []}
    most = max(1.0, np.abs(weights).max())
    ends = (np.frombuffer(payload["links"][end], np.int32) for end in ("from", "to", "place"))
    for i, j, place in zip(*ends):
        if i < 0:  # a bias has no line
            continue
        (x0, y0, *_), (x1, y1, *_), w = units[i], units[j], weights[place]
        colour = "selected" if place in lit["edges"] else "positive" if w >= 0 else "negative"
        ax.plot([x0, x1], [y0, y1], color=LIGHT[colour], ls="-" if w >= 0 else "--",
                lw=0.4 + 4 * abs(w) / most, zorder=1)  # fmt: skip
    for k, (x, y, layer, j) in enumerate(units):
        name = payload["names"][layer][j]
        ax.text(x, y, payload["texts"][k], ha="center", va="center", size=9, zorder=2,
                bbox={"facecolor": LIGHT["lit" if k in lit["units"] else "surface"],
                      "edgecolor": LIGHT["frame"]})  # fmt: skip
        ax.text(x, y + 0.27, name, ha="center", va="center", size=8, color=LIGHT["quiet"])


DRAW = {"arrays": _arrays, "code": _code, "bars": _bars, "text": _text, "ask": _text,
        "pick": _text, "plane": _plane, "network": _network, "table": _table,
        "matrix": _matrix}  # fmt: skip
# In this order, one over the other.
SHAPES = {"bars": _draw_bars, "bands": _draw_band, "rules": _draw_rule, "lines": _draw_line,
          "arrows": _draw_arrow, "dots": _draw_dot}  # fmt: skip
