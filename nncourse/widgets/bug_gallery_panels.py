"""What the panels of the bug gallery hold: slopes, verdicts and losses of a specimen."""

from __future__ import annotations

import numpy as np

from nnlib.notation import Array
from nncourse.bugs import GRADIENT_WRONG, Symptoms
from nncourse.widgets.base.payloads import line
from nncourse.words import fixed, minus, percent, short, unbroken

LEAST = 1e-12  # the smallest gradient error that is drawn
LOSSES = (0.02, 20.0)  # the losses that are drawn
LOW = 0.002  # the smallest of them where one ends below the others
INSTRUMENTS = {
    "gradient": "the gradient check", "loss": "the loss curve", "digits": "the digits",
    "XOR": "XOR", "mask": "the mean of the mask", "rows": "the rows of the confusion matrix",
    "order": "the order of the starts", "twice": "the same picture again",
    "steps": "steps from known slopes", "leak": "the search for a leak",
}  # fmt: skip
ROWS = {  # the same, in the table of what each says
    "gradient": "gradient check", "loss": "loss, at the end", "digits": "digits read",
    "XOR": "XOR, of 40 starts", "mask": "mean of the mask", "rows": "matrix rows",
    "order": "order of starts", "twice": "asked again", "steps": "known slopes", "leak": "leak",
}  # fmt: skip


def slopes(found: Symptoms) -> dict:
    """The gradient errors as bars, on a log scale from LEAST (no bar) to 1 (a full bar)."""
    names, errors = zip(*found.gradient_errors().items())
    lengths = 1 - np.log10(np.clip(errors, LEAST, 1)) / np.log10(LEAST)
    wrong = np.array(errors) > GRADIENT_WRONG
    texts = [
        f"{error:.2f}  {unbroken(f'× {fixed(times)}')}" if off
        else "below 1e−9" if error < 1e-9 else minus(f"{error:.0e}")
        for error, times, off in zip(errors, found.times().values(), wrong)
    ]  # fmt: skip
    values = np.where(wrong, -lengths, lengths)
    return {"names": list(names), "values": values.tolist(), "texts": texts}


def verdicts(right: Symptoms, found: Symptoms) -> dict:
    """What each instrument says of this one, with what it measures of this and of the right one."""
    told = {key: said for key, said in found.verdicts().items() if said != "-"}
    if "steps" in told:  # of what is met later these say nothing, and there is more to show
        told = {key: said for key, said in told.items() if key not in ("rows", "order")}
    measured = {key: ["", ""] for key in INSTRUMENTS} | {
        "gradient": [fixed(one.gradient_error()) for one in (found, right)],
        "loss": [_loss(one.losses()[-1]) for one in (found, right)],
        "digits": [unbroken(percent(one.digits())) for one in (found, right)],
        "XOR": [f"{one.xor()}" if "XOR" in told else "" for one in (found, right)],
        "twice": ["the same" if one.twice() else "another" for one in (found, right)]
                 if "twice" in told else ["", ""],
        "steps": [one.steps() for one in (found, right)],
        "leak": [one.leak() for one in (found, right)],
    }  # fmt: skip
    rows = [
        {"name": ROWS[key], "mark": "full" if verdict == "caught" else "hollow",
         "texts": [verdict, *measured[key]]}
        for key, verdict in told.items()
    ]  # fmt: skip
    if "leak" in told:
        fresh = [unbroken(percent(one.fresh())) for one in (found, right)]
        rows.append({"name": "fresh digits", "mark": "none", "texts": ["", *fresh]})
    return {"heads": ["", "", "this one", "right one"], "rows": rows}


def _loss(value: float) -> str:
    return short(value) if np.isfinite(value) else "none"


def losses(right: Array, ours: Array) -> dict:
    """The losses of the right one and of this one; a mark where they stop being finite."""
    low, high = LOSSES
    low = LOW if min(right[-1], ours[-1]) < low else low
    epochs, finite = np.arange(len(ours)), np.isfinite(ours)
    dots = []
    if not finite.all():
        last = int(np.argmin(finite)) - 1
        dots = [{"x": last, "y": float(ours[last]), "colour": "negative", "mark": "triangle",
                 "text": "then no number any more"}]  # fmt: skip
    return {
        "window": [0, len(ours) - 1, low, high], "logy": True, "xlabel": "epoch",
        "ylabel": "training loss", "dots": dots,
        "lines": [line(epochs, right, "positive", name="right one"),
                  line(epochs, ours, "negative", name="this one", dash=[6, 4], width=2.5)],
        "words": f"Training loss of the right one from {right[0]:.2g} to {right[-1]:.2g}, of this"
                 f" one from {ours[0]:.2g} to {ours[-1]:.2g}.",
    }  # fmt: skip
