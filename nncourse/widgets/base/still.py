"""What a stage shows, drawn still: for pages on which nobody runs it.

It draws the very payloads that the front end is sent (`stage` says what they hold), so the two
cannot tell different things.
"""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
import numpy as np

from nncourse import plots
from nncourse.widgets.base.palette import LIGHT as COLOURS

LINE = 0.19  # inches, of text
TITLE = 0.3
GAP = 0.25
LETTER = 0.083  # the width of one in monospace


def still(scene: dict, frame: dict):
    """The panels of a frame as a Picture; its alt text is the frame's status."""
    boxes, height = _layout(scene, frame)
    figure = plots.sheet(plots.WIDTH, height)
    for x, y, width, panel, payload in boxes:
        ax = figure.add_axes([0, 0, 1, 1])
        ax.set(xlim=(0, plots.WIDTH), ylim=(height, 0))  # inches, from the top
        ax.axis("off")
        title = panel["title"]
        note = payload.get("note") or panel.get("note") or ""
        ax.text(x, y + 0.16, title, weight="bold", size=10.5, color=COLOURS["quiet"])
        if note:
            ax.text(x + 0.1 + 0.108 * len(title), y + 0.16, note, size=9, color=COLOURS["quiet"])
        tall = _height(panel, payload, width)
        DRAW[panel["kind"]](ax, (x, y + TITLE, width, tall), panel, payload)
    figure.axes[0].alt = frame["status"]
    return figure


def _layout(scene: dict, frame: dict) -> tuple[list, float]:
    """[(x, y, width, panel, payload)] in inches from the top left, and the height of it all."""
    columns = [(wide, [p for p in panels if _drawn(p, frame)]) for wide, panels in scene["columns"]]
    columns = [(wide, panels) for wide, panels in columns if panels]
    room = plots.WIDTH - GAP * (len(columns) - 1)
    left, boxes, heights = 0.0, [], [0.0]
    for wide, panels in columns:
        across = room * wide / sum(wide for wide, _ in columns)
        top = used = tallest = 0.0
        for panel in panels:
            share = panel.get("share", 1)
            if used + share > 1.001:
                top, used, tallest = top + tallest + GAP, 0.0, 0.0
            payload = frame["panels"][panel["id"]]
            width = across * share - (GAP if used + share < 0.999 else 0)
            boxes.append((left + used * across, top, width, panel, payload))
            tallest = max(tallest, TITLE + _height(panel, payload, width))
            used += share
        heights.append(top + tallest)
        left += across + GAP
    return boxes, max(heights) + 0.05


def _drawn(panel: dict, frame: dict) -> bool:
    away = panel["id"] in frame.get("hidden", ())
    return panel["kind"] in DRAW and bool(frame["panels"].get(panel["id"])) and not away


def _height(panel: dict, payload: dict, width: float) -> float:
    kind = panel["kind"]
    if kind == "arrays":
        return sum(_tall(row) for row in _wrapped(payload["rows"], width)) + 0.1
    if kind == "code":
        return LINE * len(payload["lines"]) + 0.2
    if kind == "bars":
        return LINE * len(payload["names"]) + 0.1
    if kind == "text":
        return LINE * len(_lines(payload["text"], width)) + 0.1
    if kind == "ask":
        return LINE * len(_lines(_asked(payload), width)) + 0.1
    return width / panel.get("aspect", 1.3) + 0.1


def _lines(text: str, width: float) -> list[str]:
    return [
        line
        for part in text.split("\n")
        for line in textwrap.wrap(part, int(width / 0.072)) or [""]
    ]


def _asked(payload: dict) -> str:
    choices = [f"○ {choice}" for choice in payload["choices"] or ["a number"]]
    return "\n".join(
        [payload["question"], "   ".join(choices), payload.get("verdict") or ""]
    ).strip()


def _tall(row: list) -> float:
    rows = [-(-len(part["texts"]) // part["columns"]) for part in row if not isinstance(part, str)]
    return LINE * max(rows, default=0) + 0.42


def _wide(part) -> float:
    if isinstance(part, str):
        return LETTER * len(part) + 0.16
    longest = max(map(len, part["texts"]), default=1)
    head = len(f"{part['name']} {part['shape']}") * 0.078
    return max(part["columns"] * (longest + 1) * LETTER, head) + 0.22


def _wrapped(rows: list, width: float) -> list[list]:
    lines = []
    for row in rows:
        line, used = [], 0.0
        for part in row:
            if line and used + _wide(part) > width:
                lines.append(line)
                line, used = [], 0.0
            line.append(part)
            used += _wide(part)
        lines.append(line)
    return lines


def _arrays(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    for row in _wrapped(payload["rows"], width):
        x, tall = left, _tall(row)
        for part in row:
            if isinstance(part, str):
                ax.text(x + 0.08, top + tall / 2, part, family="monospace", va="center", size=10)
            else:
                _array(ax, x, top, part)
            x += _wide(part)
        top += tall


def _array(ax, x: float, top: float, part: dict) -> None:
    columns, texts = part["columns"], part["texts"]
    wide = (max(map(len, texts)) + 1) * LETTER
    rows = -(-len(texts) // columns)
    edge = COLOURS["selected"] if part.get("current") else COLOURS["grid"]
    ax.add_patch(plt.Rectangle((x + 0.03, top), _wide(part) - 0.1, LINE * rows + 0.3,
                               fill=False, color=edge))  # fmt: skip
    ax.text(x + 0.09, top + 0.17, part["name"], weight="bold", size=8.5)
    ax.text(x + 0.15 + 0.09 * len(part["name"]), top + 0.17, part["shape"], size=8,
            color=COLOURS["quiet"])  # fmt: skip
    for i, text in enumerate(texts):
        right, middle = x + 0.09 + wide * (i % columns + 1), top + 0.31 + LINE * (i // columns)
        made = i == part.get("made")
        if made or i in (part.get("lit") or ()):
            colour = COLOURS["selected"] if made else COLOURS["lit"]
            ax.add_patch(plt.Rectangle((right - wide + 0.02, middle - LINE / 2), wide - 0.02,
                                       LINE - 0.02, color=colour, lw=0))  # fmt: skip
        ax.text(right - 0.04, middle, text, family="monospace", size=8.5, ha="right", va="center",
                color="white" if made else COLOURS["text"])  # fmt: skip


def _code(ax, box, panel, payload) -> None:
    left, top, width, tall = box
    longest = max((len(line["text"]) for line in payload["lines"]), default=1)
    size = min(8.5, 72 * (width - 0.2) / (0.62 * longest))  # points; a letter is 0.6 of one wide
    ax.add_patch(plt.Rectangle((left, top), width, tall - 0.08, color="#f1f3f5", lw=0))
    for i, line in enumerate(payload["lines"]):
        y, now, kind = top + 0.19 + LINE * i, i == payload.get("now"), line.get("kind")
        if now:
            ax.add_patch(plt.Rectangle((left, y - LINE / 2 - 0.02), 0.04, LINE,
                                       color=COLOURS["selected"], lw=0))  # fmt: skip
        sign = {"plus": "+ ", "minus": "− ", "same": "  "}.get(kind, "")
        colour = {"plus": "positive", "minus": "negative_text"}.get(kind, "text")
        ax.text(left + 0.1, y, sign + line["text"], size=size, va="center", color=COLOURS[colour],
                family="sans-serif" if kind == "head" else "monospace",
                weight="bold" if now or kind == "head" else "normal")  # fmt: skip


def _bars(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    start = left + 0.07 * max(map(len, payload["names"])) + 0.16
    room = left + width - start - 0.075 * max(map(len, payload["texts"])) - 0.1
    for i, (name, value, text) in enumerate(
        zip(payload["names"], payload["values"], payload["texts"])
    ):
        y = top + 0.1 + LINE * i
        colour = COLOURS["positive" if value >= 0 else "negative"]
        ax.text(start - 0.06, y, name, ha="right", va="center", size=9)
        ax.add_patch(plt.Rectangle((start, y - 0.06), room * min(1, abs(value)), 0.12,
                                   color=colour, lw=0))  # fmt: skip
        ax.text(left + width, y, text, ha="right", va="center", size=9, color=COLOURS["quiet"])


def _text(ax, box, panel, payload) -> None:
    left, top, width, _ = box
    words = payload["text"] if panel["kind"] == "text" else _asked(payload)
    for i, one in enumerate(_lines(words, width)):
        ax.text(left, top + 0.1 + LINE * i, one, size=9.5, va="center")


def _plane(ax, box, panel, payload) -> None:
    left, top, width, tall = box
    width_all, height_all = ax.get_xlim()[1], ax.get_ylim()[0]
    own = ax.figure.add_axes(
        [(left + 0.5) / width_all, 1 - (top + tall - 0.42) / height_all,
         (width - 0.6) / width_all, (tall - 0.5) / height_all]
    )  # fmt: skip
    x0, x1, y0, y1 = payload["window"]
    if payload.get("logx"):
        own.set_xscale("log")
    if payload.get("logy"):
        own.set_yscale("log")
    own.set(xlim=(x0, x1), ylim=(y0, y1), xlabel=payload.get("xlabel", ""),
            ylabel=payload.get("ylabel", ""))  # fmt: skip
    if panel.get("equal"):
        own.set_aspect("equal")
    if payload.get("heat"):
        codes = np.frombuffer(payload["heat"], np.uint8).reshape(payload["side"], -1)
        own.imshow((codes.astype(float) - 128) / 127, cmap=plots.DIVERGING, vmin=-1, vmax=1,
                   extent=(x0, x1, y0, y1), aspect=own.get_aspect())  # fmt: skip
    for bars in payload.get("bars", []):
        edges, tops = (np.frombuffer(bars[part], np.float32) for part in ("edges", "y"))
        own.bar(edges[:-1], tops, np.diff(edges), align="edge", color=COLOURS[bars["colour"]],
                label=bars.get("name"))  # fmt: skip
    for rule in payload.get("rules", []):
        draw, at = (own.axvline, rule["x"]) if "x" in rule else (own.axhline, rule["y"])
        draw(at, color=COLOURS[rule.get("colour", "quiet")], lw=1.2, ls="--")
        if rule.get("text"):
            where = (at, 0.97) if "x" in rule else (0.02, at)
            frame = own.get_xaxis_transform() if "x" in rule else own.get_yaxis_transform()
            own.text(*where, " " + rule["text"], transform=frame, size=8.5, va="top")
    for one in payload.get("lines", []):
        x, y = (np.frombuffer(one[part], np.float32) for part in "xy")
        own.plot(x, y, color=COLOURS[one["colour"]], lw=one.get("width", 2), label=one.get("name"),
                 ls="--" if one.get("dash") else "-",
                 alpha=0.45 if one.get("pale") else 1)  # fmt: skip
    for arrow in payload.get("arrows", []):
        own.annotate("", (arrow["x1"], arrow["y1"]), (arrow["x0"], arrow["y0"]),
                     arrowprops={"arrowstyle": "-|>", "color": COLOURS[arrow["colour"]],
                                 "lw": 2})  # fmt: skip
    for dot in payload.get("dots", []):
        colour = COLOURS[dot["colour"]]
        if dot.get("mark") != "none":
            own.plot(dot["x"], dot["y"], "^" if dot.get("mark") == "triangle" else "o", ms=7,
                     mfc="none" if dot.get("hollow") else colour, color=colour)  # fmt: skip
        if dot.get("text"):
            bare = dot.get("mark") == "none"
            own.annotate(dot["text"], (dot["x"], dot["y"]), (0 if bare else 7, 4), size=8.5,
                         textcoords="offset points", ha="center" if bare else "left",
                         annotation_clip=True)  # fmt: skip
    handles, names = own.get_legend_handles_labels()
    if names:
        own.legend(handles, names, loc="best", framealpha=0.8)


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
        ax.plot([x0, x1], [y0, y1],
                color=COLOURS["selected" if place in lit["edges"] else
                              "positive" if w >= 0 else "negative"],
                ls="-" if w >= 0 else "--", lw=0.4 + 4 * abs(w) / most, zorder=1)  # fmt: skip
    for k, (x, y, layer, j) in enumerate(units):
        name = payload["names"][layer][j]
        ax.text(x, y, payload["texts"][k], ha="center", va="center", size=9, zorder=2,
                bbox={"facecolor": COLOURS["lit" if k in lit["units"] else "surface"],
                      "edgecolor": COLOURS["frame"]})  # fmt: skip
        ax.text(x, y + 0.27, name, ha="center", va="center", size=8, color=COLOURS["quiet"])


DRAW = {"arrays": _arrays, "code": _code, "bars": _bars, "text": _text, "ask": _text,
        "plane": _plane, "network": _network}  # fmt: skip
