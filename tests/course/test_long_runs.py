"""Runs of many frames: what is remembered thins out, and nothing else grows."""

import gc
import pickle
import tracemalloc

import psutil
import pytest
from thorough import cases

from nncourse.widgets import DigitsLab, Playground
from nncourse.widgets.base.lab import REMEMBERED

FRAMES, WINDOW = cases(100_000, 100), cases(150, 60)


def show(widget, frames: int) -> None:
    """Train so many frames; at all times the moments are evenly spaced, from the first to now."""
    lab = widget.lab
    for _ in range(frames):
        widget.train(lab.pace)
        moments = widget.frame["moments"]
        assert len(moments) <= REMEMBERED + 1
    assert moments[0] == 0 and moments[-1] == lab.now.index
    assert moments[:-1] == list(range(0, moments[-1], lab.every))


def allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def rss() -> float:
    """Megabytes of this process."""
    return psutil.Process().memory_info().rss / 1e6


@pytest.mark.doors
@pytest.mark.parametrize(
    ("make", "settings"),
    [(Playground, {"hidden_units": 1, "pace": "step", "hidden_space": False}),
     (DigitsLab, {"hidden_units": 2, "batch_size": 100})],
)  # fmt: skip
def test_a_long_run_takes_no_more_memory_than_a_short_one(make, settings):
    widget = make(learning_rate=0.001, **settings)
    show(widget, 2 * REMEMBERED)
    before = rss()
    show(widget, FRAMES)
    grown = rss() - before
    print(f"{make.__name__}: {FRAMES:,} frames, {before:.1f} MB and {grown:.1f} MB more")
    assert grown < 10
    tracemalloc.start()
    try:
        show(widget, WINDOW)
        kept, first, sent = len(widget.lab.history), allocated(), len(pickle.dumps(widget.frame))
        show(widget, WINDOW)
        more = allocated() - first
    finally:
        tracemalloc.stop()
    moments = max(0, len(widget.lab.history) - kept)
    assert more < 20_000 + moments * (1000 + len(pickle.dumps(widget.lab.now)))
    assert len(pickle.dumps(widget.frame)) < sent + 2000 + 50 * moments
    assert not widget.lab.changes and not widget.lab.trouble
