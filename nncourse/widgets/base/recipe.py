"""Recipes: a widget's state as a short text, which another kernel can read.

A recipe is data: it says where controls stand and how far to train, and runs nothing. One may come
from anybody, so everything in it is checked.
"""

from __future__ import annotations

import json
import time

MOST_STEPS = 2_000_000
LONGEST_RECIPE = 200_000  # characters
LONGEST_REPLAY = 20  # seconds of work, however many others the machine works for
PARTS = ("start", "changes", "steps", "own")


def write_recipe(name: str, **parts) -> str:
    """The recipe of the widget called `name`, without those of `parts` that are empty.

    >>> write_recipe("playground", start={"scale": 0.5}, changes=[], steps=0)
    '{"nnlib": "playground 1", "start": {"scale": 0.5}, "steps": 0}'
    """
    filled = {part: given for part, given in parts.items() if given or part == "steps"}
    return json.dumps({"nnlib": f"{name} 1", **filled})


def read_recipe(text: str, name: str) -> dict:
    """The parts of a recipe of the widget called `name`; ValueError if `text` is not one."""
    wrong = f"this is not a recipe of the {name}"
    if not isinstance(text, str) or len(text) > LONGEST_RECIPE:
        raise ValueError(f"{wrong}: expected a text of at most {LONGEST_RECIPE:,} characters")
    try:
        story = json.loads(text, parse_constant=lambda word: None)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{wrong}: it is not JSON ({type(error).__name__})") from error
    if not isinstance(story, dict) or story.get("nnlib") != f"{name} 1":
        raise ValueError(f'{wrong}: one begins with {{"nnlib": "{name} 1"')
    unknown = set(story) - {"nnlib", *PARTS}
    if unknown:
        raise ValueError(f"{wrong}: it has no part {', '.join(sorted(unknown))[:40]!r}")
    return story


def count_of(number, name: str) -> int:
    """`number`, if it counts steps; ValueError with its `name` otherwise."""
    if type(number) is not int or not 0 <= number <= MOST_STEPS:
        raise ValueError(f"{name}: {str(number)[:40]} given, expected 0 to {MOST_STEPS:,}")
    return number


class Replay:
    """Trains a model as far as a recipe says, and at most LONGEST_REPLAY seconds of work in all."""

    def __init__(self, model):
        self.model = model
        self._until = time.thread_time() + LONGEST_REPLAY

    def to(self, index: int, stride: int) -> None:
        """Train on to step `index`, looking at the clock after every `stride` steps.

        Raises ValueError for a step that lies in the past, where the time is over, or where the
        run ends before.
        """
        model = self.model
        if index < model.newest.index:
            raise ValueError(f"a recipe goes forward: step {index} after step {model.newest.index}")
        while model.newest.index < index:
            now = model.newest.index
            if time.thread_time() > self._until:
                raise ValueError(
                    f"this recipe trains for longer than {LONGEST_REPLAY} s: it stood at step"
                    f" {now:,} of {index:,} by then"
                )
            model.advance(min(stride, index - now))
            if model.trouble:
                raise ValueError(f"this recipe does not reach its step {index:,}: {model.trouble}")
