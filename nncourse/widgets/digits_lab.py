"""The digits lab: a network learns to read handwriting, and is asked what it makes of yours."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from nncourse import plots
from nncourse.widgets.base import network_controls
from nncourse.widgets.base.controls import Choice, button
from nncourse.widgets.base.lab import Lab, Moment, overflow_allowed
from nncourse.widgets.base.payloads import finite, heat, line, signed
from nncourse.widgets.base.stage import Stage
from nnlib.datasets import Dataset, digits
from nnlib.losses import loss_for
from nnlib.metrics import confusion_matrix
from nnlib.network import Network
from nnlib.notation import Array

SIDE = 32  # of the paper, in dots: four for each pixel of the data set
# How far the ink reaches from the pen, in dots: then about as much of the paper is ink as in the
# data set, three tenths, whose digits were made to fill it.
NIB = 2.5
MOST_PICTURES = 12
STRONGEST, NEAREST = 6, 3  # hidden units and training digits listed
PACES = {"quarter": "a quarter epoch", "epoch": "1 epoch", "epochs": "5 epochs"}
LOSS = loss_for("cross_entropy", "softmax")
BLIND = 2.5  # somewhat more than ln 10, the loss of who finds all ten digits equally probable


@lru_cache(maxsize=4)
def _split(seed: int) -> tuple[Dataset, Array]:
    """The digits as this seed parts them, and the inputs of both parts one below the other."""
    data = digits(np.random.default_rng(seed))
    return data, np.concatenate([data.X, data.X_test])


def counted(ink: Array) -> Array:
    """What the network sees of a drawing (32, 32) of 0 and 1: (64,) shares of ink, 0 to 1.

    The ink is counted in blocks of 4 x 4 dots, as it was when the data set was made (Alpaydin &
    Kaynak, 1998).

    >>> ink = np.zeros((32, 32), int)
    >>> ink[:4, :2] = 1
    >>> counted(ink)[:3]
    array([0.5, 0. , 0. ])
    """
    return ink.reshape(8, 4, 8, 4).sum(axis=(1, 3)).ravel() / 16


def centred(ink: Array) -> Array:
    """The drawing (32, 32), as large as the paper allows and in its middle; without ink, as it is.

    The digits of the data set touch the upper and the lower edge too, and a network has seen no
    others.

    >>> ink = np.zeros((32, 32), int)
    >>> ink[3:11, 5:7] = 1
    >>> big = centred(ink)
    >>> [int(big.any(axis=axis).sum()) for axis in (1, 0)]
    [32, 8]
    """
    if not ink.any():
        return ink
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    larger = SIDE / max(digit.shape)
    height, width = (max(1, round(n * larger)) for n in digit.shape)
    # Each new dot takes the old one under its middle.
    down, across = (
        ((np.arange(new) + 0.5) * old / new).astype(int)
        for new, old in zip((height, width), digit.shape)
    )
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    paper = np.zeros_like(ink)
    paper[top : top + height, left : left + width] = digit[np.ix_(down, across)]
    return paper


class DigitsRun(Lab):
    """The digits lab without its stage: handwriting, a network, and a run of training.

    What is drawn and what is chosen to be looked at is no part of the run: it changes nothing of it
    and is in no recipe.
    """

    NAME = "digits"
    CONTROLS = {
        control.name: control
        for control in [
            replace(network_controls.LEARNING_RATE, value=0.05),
            replace(network_controls.HIDDEN_UNITS, high=100, value=30),
            replace(network_controls.OPTIMIZER, value="momentum"),
            replace(network_controls.BATCH_SIZE, value=32),
            network_controls.DROPOUT,
            network_controls.L2,
            network_controls.ACTIVATION,
            network_controls.SCALE,
            replace(network_controls.DATA_SEED, value=7),
            network_controls.WEIGHT_SEED,
            Choice("pace", "a picture every", PACES, "quarter"),
        ]
    }
    STARTS_OVER = frozenset({"hidden_units", "activation", "scale", "data_seed", "weight_seed"})
    VIEW = frozenset({"pace"})
    HANDS = (*Lab.HANDS, "draw", "clear", "centre", "choose", "pin")

    def __init__(self, **settings):
        self.ink = np.zeros((SIDE, SIDE), np.uint8)
        self.cell: tuple | None = None  # of the confusion matrix; None: the largest mistake
        self.unit: int | None = None
        self.picked: int | None = None  # a test digit, looked at in place of the drawing
        self.pinned = None
        super().__init__(**settings)

    # What is learned

    def make_data(self) -> Dataset:
        """The handwritten digits, parted as the data seed says."""
        data, self._all = _split(self.settings["data_seed"])
        if getattr(self, "data", data) is not data:
            self.picked = None  # the test digits are others now
        return data

    def make_network(self) -> Network:
        """64 pixels, one hidden layer, ten classes."""
        hidden = self.settings["hidden_units"]
        if self.unit is not None and self.unit >= hidden:
            self.unit = None
        return Network((64, hidden, 10), self.settings["activation"], "softmax", "cross_entropy")

    @overflow_allowed
    def measure(self, theta: Array) -> dict:
        """Loss and right answers of both sets, and the confusion matrix of the test set."""
        data, n = self.data, len(self.data.X)
        trace = self.net.forward(theta, self._all)  # both sets in one pass
        z, a = trace.Z[-1], trace.A[-1]
        said = a.argmax(axis=1)
        confused = confusion_matrix(data.Y_test, said[n:], 10)
        return {
            "loss": float(LOSS.value(z[:n], a[:n], data.Y)),
            "test_loss": float(LOSS.value(z[n:], a[n:], data.Y_test)),
            "right": int((said[:n] == data.Y.argmax(axis=1)).sum()),
            "test_right": int(confused.trace()),
            "confusion": confused,
        }

    def _start(self, changes: list) -> None:
        super()._start(changes)
        self.every = self._quarter  # measured more often, it would be slower and look no different

    @property
    def _quarter(self) -> int:
        return max(1, round(self.steps_per_epoch / 4))

    @property
    def pace(self) -> int:
        """Steps to take from one picture to the next."""
        epoch = self.steps_per_epoch
        return {"quarter": self._quarter, "epoch": epoch, "epochs": 5 * epoch}[
            self.settings["pace"]
        ]

    # Hands

    def draw(self, dots: str) -> None:
        """Take this drawing to be read: 32 rows of 32 dots, "1" for ink and "0" for paper."""
        if not isinstance(dots, str) or len(dots) != SIDE * SIDE or set(dots) - {"0", "1"}:
            given = f"{len(dots)} signs" if isinstance(dots, str) else type(dots).__name__
            raise ValueError(
                f"a drawing is a text of {SIDE * SIDE} signs, 0 for paper and 1 for ink, row by row"
                f" from the top: {given} given"
            )
        self._take(np.array(list(dots), np.uint8).reshape(SIDE, SIDE))

    def clear(self) -> None:
        """Empty paper."""
        self._take(np.zeros_like(self.ink))

    def centre(self) -> None:
        """Make the drawing as large as the paper and put it in the middle; empty paper stays so."""
        if self.ink.any():
            self._take(centred(self.ink))

    def _take(self, ink: Array) -> None:
        self.ink, self.picked = ink, None

    def choose(self, panel: str, *place: int) -> None:
        """Look at a cell of the "confusion" matrix, at a hidden unit among the "weights", or at one
        of the pictures of the "cell"; chosen again, it is let go.
        """
        pictured = self._pictured(self._answers(self.shown.theta))[:MOST_PICTURES]
        shapes = {"confusion": (10, 10), "weights": (self.net.sizes[1],), "cell": (len(pictured),)}
        if panel not in list(shapes):
            raise ValueError(f"{panel!r}: one can choose in {', '.join(shapes)}")
        shape = shapes[panel]
        if len(place) != len(shape) or any(
            type(i) is not int or not 0 <= i < n for i, n in zip(place, shape)
        ):
            there = " x ".join(map(str, shape))
            raise ValueError(f"there is no {list(place)} in {panel}: {there}, counted from 0")
        if panel == "confusion":
            self.cell = None if self.cell == place else place
        elif panel == "weights":
            self.unit = None if self.unit == place[0] else place[0]
        else:
            self.picked = None if self.picked == pictured[place[0]] else int(pictured[place[0]])

    def pin(self) -> None:
        """Keep this run's curves in sight, to compare the next one with; again, let them go."""
        units = f"{self.net.sizes[1]} unit{'' if self.net.sizes[1] == 1 else 's'}"
        name = f"{units}, rate {self.settings['learning_rate']:.3g}"
        passes = self._passes(self.moments)
        self.pinned = None if self.pinned else (name, self.moments, passes)

    # What is looked at

    def _answers(self, theta: Array) -> Array:
        """What the network says to the test digits, (n, 10)."""
        return self.net.predict(theta, self.data.X_test)

    def _cell(self, confused: Array) -> tuple[int, int] | None:
        """(true, predicted) of the cell whose digits are shown: the chosen, or the most frequent
        mistake; None where there is none.
        """
        if self.cell is not None:
            return self.cell
        wrong = _mistakes(confused)
        return divmod(int(wrong.argmax()), 10) if wrong.any() else None

    def _pictured(self, P: Array) -> Array:
        """Which test digits are in that cell."""
        true, said = self.data.Y_test.argmax(axis=1), P.argmax(axis=1)
        cell = self._cell(self.shown.scores["confusion"])
        return np.flatnonzero((true == cell[0]) & (said == cell[1])) if cell else true[:0]

    @property
    def asked(self) -> Array | None:
        """The picture (64,) that the network is asked about: a test digit, or else the drawing."""
        if self.picked is not None:
            return self.data.X_test[self.picked]
        return counted(self.ink) if self.ink.any() else None

    def spoke(self, theta: Array, x: Array) -> Array:
        """(64,) how much the log-odds of the answer to x fall if this pixel's ink is taken away.

        >>> run = DigitsRun()
        >>> run.spoke(run.now.theta, run.data.X_test[0]).shape
        (64,)
        """
        without = np.where(np.eye(64, dtype=bool), 0.0, x)
        z = self.net.forward(theta, np.vstack([x, without])).Z[-1]
        answer = z[0].argmax()
        odds = z[:, answer] - np.logaddexp.reduce(np.delete(z, answer, axis=1), axis=1)
        return np.where(x > 0, odds[0] - odds[1:], 0.0)

    def _passes(self, moments: list[Moment]) -> Array:
        """Passes through the training digits until each moment, as the batch size was then."""
        index, n = np.array([m.index for m in moments]), len(self.data.X)
        stops, sizes = [0], [self.first["batch_size"]]
        for at, *told in self.changes:
            if told[:2] == ["set", "batch_size"]:
                stops.append(at)
                sizes.append(told[2])
        spans = [*zip(stops, [*stops[1:], np.inf], sizes)]
        return sum(np.clip(index - a, 0, b - a) / -(-n // size) for a, b, size in spans)

    # What the stage shows

    @property
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""
        moment = self.shown
        scores, data = moment.scores, self.data
        shares = (
            100 * scores["right"] / len(data.X),
            100 * scores["test_right"] / len(data.X_test),
        )
        words = [f"epoch {moment.epoch:,} · step {moment.index:,} · loss {_loss(scores['loss'])}",
                 f"train {shares[0]:.1f} % · test {shares[1]:.1f} %"]  # fmt: skip
        wrong = _mistakes(scores["confusion"])
        true, said = divmod(int(wrong.argmax()), 10)
        times = int(wrong[true, said])
        often = {1: "once", 2: "twice"}.get(times, f"{times} times")
        words.append(f"most confused: {true} read as {said}, {often}" if times else "no mistakes")
        if moment.epoch >= 1 and scores["loss"] > BLIND:
            words.append("worse than a blind guess: try a smaller learning rate")
        if self.pinned:
            name, run, _ = self.pinned
            then = min(run, key=lambda m: abs(m.index - moment.index))
            share = 100 * then.scores["test_right"] / then.scores["confusion"].sum()
            words.append(f"pinned ({name}): test {share:.1f} % at step {then.index:,}")
        return " · ".join(words)

    @property
    def off(self) -> dict:
        """Controls that do nothing as things stand, and why."""
        off = super().off
        if not self.ink.any():
            off["centre"] = "the paper is empty"
            if self.picked is None:
                off["clear"] = "the paper is empty"
        return off

    def scene(self) -> dict:
        """What is where on the stage."""
        c = {name: control.scene() for name, control in self.CONTROLS.items()}
        named = lambda *names: [c[name] for name in names]  # noqa: E731
        cells = (
            "Click a cell to see its digits, again to go back to the most frequent mistake. Click a"
            " digit to see, on the right, how it was read."
        )
        keys = (
            "Paper to draw a digit on. Arrow keys move the pen, Space puts it down or lifts it,"
            " Delete clears the paper."
        )
        return {
            "name": "digits",
            "title": "Digits lab",
            "first": [
                button("play", "▶ Play", main=True), button("epoch", "Epoch"),
                button("reset", "↺ Same start"), button("new_start", "New start"),
                *named("learning_rate", "hidden_units", "optimizer"),
            ],
            "more": [
                ["network", named("activation", "scale", "weight_seed")],
                ["training", named("batch_size", "dropout", "l2")],
                ["data and view", named("data_seed", "pace")],
            ],
            "columns": [
                [1.55, [
                    {"id": "confusion", "kind": "matrix", "title": "Confusion matrix",
                     "note": "test digits; row: what it is, column: what the network said"},
                    {"id": "cell", "kind": "images", "title": "Cell", "hands": True,
                     "help": cells}]],
                [1.05, [
                    {"id": "loss", "kind": "curves", "title": "Learning", "xlabel": "epoch",
                     "ylabel": "loss", "aspect": 2.1, "narrow": 0.5},
                    {"id": "accuracy", "kind": "curves", "title": "Accuracy", "xlabel": "epoch",
                     "ylabel": "read right", "aspect": 2.1, "narrow": 0.5},
                    {"id": "weights", "kind": "images", "title": "Hidden units", "hands": True,
                     "narrow": 0.6, "note": "what each looks for: blue adds, orange takes away"},
                    {"id": "unit", "kind": "text", "title": "Chosen unit", "narrow": 0.4}]],
                [1.1, [
                    {"id": "pad", "kind": "pad", "title": "Draw a digit", "side": SIDE, "nib": NIB,
                     "clears": "clear",
                     "share": 0.68, "help": "As tall as the paper, or press Centre.",
                     "controls": [button("clear", "Clear"), button("centre", "Centre")],
                     "words": keys},
                    {"id": "sees", "kind": "images", "title": "Seen", "share": 0.32},
                    {"id": "answer", "kind": "bars", "title": "Answer", "share": 0.68},
                    {"id": "pixels", "kind": "images", "title": "Pixels", "share": 0.32,
                     "help": "Blue ink spoke for the answer, orange against it."},
                    {"id": "nearest", "kind": "images", "title": "Nearest in training",
                     "narrow": 0.5},
                    {"id": "votes", "kind": "bars", "title": "Units that decide", "narrow": 0.5}]],
            ],
            "exits": [["python", "Copy as Python"], ["recipe", "Recipe"], ["pin", "Pin"]],
            "scrub": True,
        }  # fmt: skip

    @property
    def values(self) -> dict:
        """Where controls stand, and what the button says."""
        return super().values | {"pin": "Unpin" if self.pinned else "Pin"}

    @overflow_allowed
    def panels(self) -> dict:
        """What each panel shows now."""
        moment, moments = self.shown, self.moments
        return {
            "confusion": self._matrix(moment.scores["confusion"]),
            "cell": self._digits_of_cell(moment),
            **self._curves(moment, moments),
            **self._weights(moment.theta),
            "pad": {"ink": self.ink.tobytes()},
            **self._reading(moment.theta),
        }

    def _matrix(self, confused: Array) -> dict:
        wholes, right, wrong = confused.sum(axis=1), confused.diagonal(), _mistakes(confused)
        # Mistakes have a scale of their own, or four among forty-five would not be seen.
        shares = np.diag(right / np.maximum(wholes, 1)) - wrong / max(wrong.max(), 1)
        rows = confused.tolist()
        names, cell = list("0123456789"), self._cell(confused)
        return {
            "rows": names, "columns": names, "across": "columns: read as", "down": "rows: true",
            "heat": heat(shares),
            "texts": [str(n) if n else "·" for row in rows for n in row],
            "labels": [f"{n} of {sum(row)} digits that are {true} were read as {said}"
                       for true, row in enumerate(rows) for said, n in enumerate(row)],
            "chosen": 10 * cell[0] + cell[1] if cell else -1,
            "side": "right",
            "sides": [_unbroken(_percent(n / whole)) for n, whole in zip(right, wholes)],
        }  # fmt: skip

    def _digits_of_cell(self, moment: Moment) -> dict:
        P, cell = self._answers(moment.theta), self._cell(moment.scores["confusion"])
        which = self._pictured(P)
        shown = which[:MOST_PICTURES]
        sure = [_percent(p) for p in finite(P[shown]).max(axis=1)]
        if cell is None:
            note = "no test digit is read wrong"
        else:
            are = "digit that is {0} and was" if len(which) == 1 else "digits that are {0} and were"
            note = f"{cell[0]} → {cell[1]} · {len(which)} {are.format(cell[0])} read as {cell[1]}"
            if len(which) > len(shown):
                note += f", first {len(shown)} of {len(which)}"
        words = [f"true {cell[0]}, said {cell[1]}, {share} sure" for share in sure]
        # Under a small picture they are broken after a comma or a sign, not within a number.
        captions = [f"{_unbroken(f'true {cell[0]}')}, {_unbroken(f'said {cell[1]}')},"
                    f" {_unbroken(share)} sure" for share in sure]  # fmt: skip
        return _inked(self.data.X_test[shown], words, across=6) | {
            "captions": captions,
            "note": note,
            "none": "There is no such digit in the test set." if cell else "No mistakes to show.",
            "chosen": shown.tolist().index(self.picked) if self.picked in shown else -1,
        }

    def _curves(self, moment: Moment, moments: list[Moment]) -> dict:
        sizes, passes = (len(self.data.X), len(self.data.X_test)), self._passes(moments)
        lines = {"loss": [], "accuracy": []}
        for prefix, colour, dash, n in (
            ("", "text", [], sizes[0]),
            ("test_", "test", [6, 4], sizes[1]),
        ):
            name = "test" if prefix else "train"
            for panel, key, whole in (("loss", "loss", 1), ("accuracy", "right", n)):
                lines[panel].append(_curve(passes, moments, prefix + key, whole, colour,
                                           name=name, dash=dash))  # fmt: skip
        if self.pinned:
            _, run, then = self.pinned
            for panel, key, whole in (("loss", "loss", 1), ("accuracy", "test_right", sizes[1])):
                name = f"pinned {'train' if panel == 'loss' else 'test'}"
                lines[panel].append(_curve(then, run, key, whole, "test", name=name, dash=[2, 3],
                                           past=True))  # fmt: skip
        at = float(self._passes([moment])[0])
        newest = [m.scores for m in (moments[-1], *(self.pinned[1][-1:] if self.pinned else ()))]
        worst = float(finite(np.array([[s["loss"], s["test_loss"]] for s in newest])).max())
        best = max(m.scores["right"] for m in moments) / sizes[0]
        said = self.sentence
        return {
            # Of the steep beginning only the foot is shown, or train and test could not be told
            # apart; and of a network that reads well, only the share above 80 %.
            "loss": {"lines": lines["loss"], "at": at, "high": max(1.0, 1.2 * worst),
                     "words": f"Loss over {moments[-1].epoch:,} epochs. {said}."},
            "accuracy": {"lines": lines["accuracy"], "at": at, "percent": True, "high": 1.0,
                         "low": 0.8 if best > 0.85 else 0.0,
                         "words": f"Share read right over {moments[-1].epoch:,} epochs. {said}."},
        }  # fmt: skip

    def _weights(self, theta: Array) -> dict:
        (W, _), (votes, _) = self.net.layers(theta)
        n = W.shape[1]
        # One weight in a hundred is off the scale, or a single large one would pale all others.
        scale = np.quantile(np.abs(W), 0.99) or 1.0
        most, least = votes.argmax(axis=1), votes.argmin(axis=1)
        labels = [f"unit {j + 1}: most for {most[j]}, most against {least[j]}" for j in range(n)]
        text = "Choose a unit to read which digits it speaks for."
        if self.unit is not None:
            j, x = self.unit, self.asked
            up, down = votes[j, most[j]], votes[j, least[j]]
            text = (
                f"Unit {j + 1}: its largest weights lead to {most[j]} ({signed(up)}) and to"
                f" {least[j]} ({signed(down)})."
            )
            if x is not None:
                a = self.net.forward(theta, x[None]).A[1][0, j]
                text += f" Of this digit it makes {_unbroken(f'a = {signed(a)}')}."
        return {
            "weights": {"n": n, "height": 8, "width": 8, "signed": True, "labels": labels,
                        "across": 6 if n <= 36 else 8 if n <= 64 else 10,
                        "codes": heat(W.T / scale),
                        "chosen": -1 if self.unit is None else self.unit},
            "unit": {"text": text},
        }  # fmt: skip

    def _reading(self, theta: Array) -> dict:
        """How the network reads what is drawn, or the test digit that was chosen."""
        names, x = list("0123456789"), self.asked
        if x is None:
            return self._nothing(names)
        trace = self.net.forward(theta, x[None])
        p = finite(trace.A[-1][0])
        best, second = np.argsort(-p, kind="stable")[:2].tolist()
        what = "your drawing, as 64 counts"
        if self.picked is not None:
            what = f"a test digit, true {self.data.Y_test[self.picked].argmax()}"
        spoke = self.spoke(theta, x)
        near = np.argsort(((self.data.X - x) ** 2).sum(axis=1), kind="stable")[:NEAREST]
        labels = self.data.Y[near].argmax(axis=1).tolist()
        # Only differences between outputs count: what is added to all of them decides nothing.
        W = self.net.layers(theta)[1][0]
        lead = finite(trace.A[1][0] * (W[:, best] - W[:, second]))
        strong = np.argsort(-np.abs(lead), kind="stable")[:STRONGEST].tolist()
        return {
            "sees": _inked(x[None], [what], across=1),
            "answer": {"names": names, "values": p.tolist(), "texts": [_percent(q) for q in p],
                       "best": best, "note": f"{best}, {_percent(p[best])} sure"},
            "pixels": _signs(spoke, f"the pixels that spoke for {best}, and against it"),
            "nearest": _inked(self.data.X[near], [f"a {k}" for k in labels], across=5)
                       | {"note": ", ".join(map(str, labels))},
            "votes": {"names": [str(j + 1) for j in strong],
                      "values": (lead[strong] / (np.abs(lead).max() or 1.0)).tolist(),
                      "texts": [signed(v) for v in lead[strong]],
                      "best": strong.index(self.unit) if self.unit in strong else -1,
                      "note": f"lead of {best} over {second}"},
        }  # fmt: skip

    def _nothing(self, names: list[str]) -> dict:
        """The same panels, as large, before there is anything to read."""
        units, none, paper = min(STRONGEST, self.net.sizes[1]), "nothing yet", np.zeros((1, 64))
        return {
            "sees": _inked(paper, [none], across=1),
            "answer": _no_bars(names) | {"note": "draw a digit"},
            "pixels": _signs(paper[0], none),
            "nearest": _inked(paper.repeat(NEAREST, 0), ["–"] * NEAREST, across=5) | {"note": ""},
            "votes": _no_bars(["·"] * units) | {"note": ""},
        }

    def picture(self, hide=()):
        """The same state as a still picture: the confusion matrix, and the losses."""
        left, right = plots.panels(1, 2)
        plots.confusion_matrix(self.shown.scores["confusion"], self.data.class_names, ax=left)
        moments = self.moments
        losses = {
            "train loss": [m.scores["loss"] for m in moments],
            "test loss": [m.scores["test_loss"] for m in moments],
        }
        plots.curves(self._passes(moments), losses, xlabel="epoch", ylabel="loss", ax=right)
        left.alt = right.alt = self.sentence
        return left.figure

    # Exits

    def _imports(self) -> list[str]:
        return ["accuracy", "digits"]

    def _setup(self) -> list[str]:
        net = self.net
        return [
            f"data = digits(np.random.default_rng({self.first['data_seed']}))",
            "X, Y = data.X, data.Y",
            f'net = Network({net.sizes}, hidden="{net.hidden}", output="{net.output}",'
            f' loss="{net.loss}")',
        ]

    def _last_lines(self) -> list[str]:
        test = "accuracy(data.Y_test, net.predict(theta, data.X_test))"
        return [*super()._last_lines(), f'print(f"test {{100 * {test}:.1f}} %")']


class DigitsLab(Stage):
    """Notebook 07: a network learns to read handwriting, live, and then reads yours.

    `DigitsLab()` opens on a network of 30 hidden units that has learned nothing. Settings are the
    positions of the controls, by name (`DigitsLab.settings()` lists them); `hide` names controls to
    leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for settings or a recipe that it cannot use, and says which.

    >>> digits_lab = DigitsLab(hidden_units=20)
    >>> digits_lab.lab.epoch()
    >>> print(digits_lab.sentence.split(" · loss")[0])
    epoch 1 · step 43
    """

    MODEL = DigitsRun


def _mistakes(confused: Array) -> Array:
    """The confusion matrix without its diagonal."""
    return confused * (1 - np.eye(len(confused), dtype=int))


def _curve(passes: Array, moments: list[Moment], key: str, whole: int, colour: str, **rest) -> dict:
    """A score, as a share of `whole`, over the passes through the data."""
    scores = finite([moment.scores[key] / whole for moment in moments])
    return line(passes, scores, colour, **rest)


def _inked(X: Array, captions: list[str], across: int) -> dict:
    """Digits (n, 64) as a panel of images shows them, each with its words."""
    return {"n": len(X), "height": 8, "width": 8, "across": across, "signed": False,
            "codes": np.round(255 * X).astype(np.uint8).tobytes(), "captions": captions,
            "labels": captions}  # fmt: skip


def _loss(loss: float) -> str:
    return f"{loss:.2f}" if loss < 1000 else f"{loss:.2g}"


def _signs(values: Array, label: str) -> dict:
    """64 numbers as one signed picture, the largest of them at the end of the scale."""
    values = finite(values)
    return {"n": 1, "height": 8, "width": 8, "across": 1, "signed": True, "labels": [label],
            "codes": heat(values / (np.abs(values).max() or 1.0))}  # fmt: skip


def _no_bars(names: list[str]) -> dict:
    return {"names": names, "values": [0.0] * len(names), "texts": [""] * len(names), "best": -1}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _unbroken(words: str) -> str:
    """The same words, in one line however little room there is."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
