"""A desk: numbers that can be changed, and everything that is computed from them.

A lab trains a network, a desk only calculates. Its state is the `settings` of its controls and the
arrays that can be changed (`numbers`); a recipe is that state, without the changes that led to it.
Plain Python, without a browser or a clock.
"""

from __future__ import annotations

import numpy as np

from nnlib.checks import shown
from nnlib.notation import Array
from nncourse.widgets.base.controls import is_number
from nncourse.widgets.base.model import Model
from nncourse.widgets.base.recipe import read_recipe, write_recipe


class Desk(Model):
    """What the widgets that calculate share. `settings` are positions and arrays to begin with.

    A desk says which controls it has (`CONTROLS`), which arrays (`start_numbers`, each number from
    -`REACH` to `REACH`), what is where on the stage (`scene`) and what to show now (`panels`,
    `sentence`). `TOUR` is the control varied along an exported HTML page, `tour` its values there.

    Raises ValueError for a setting that it does not have, that its control refuses, or that is not
    an array of the right shape with numbers it takes. None is the array of `start_numbers`.
    """

    NAME = "desk"
    HANDS: tuple[str, ...] = ("set", "change", "reset")
    REACH = 10.0
    STEP = 0.1  # of a number that is dragged
    TOUR: str | None = None
    ABOUT = (
        "What a widget of the course shows. Where there is a slider below, move it. To put your own"
        " numbers in, open the notebook that it comes from."
    )

    def __init__(self, **settings):
        arrays = {name: given for name, given in settings.items() if name not in self.controls}
        super().__init__(**{name: settings[name] for name in settings if name not in arrays})
        self.first = dict(self.settings)
        self.numbers = self.start_numbers()
        self.first_numbers = dict(self.numbers)
        for name, given in arrays.items():
            if name not in self.numbers:
                self.control(name)  # raises: there is no such setting
            if given is not None:
                self.put(name, given)
        self.settled()

    # What a desk is about

    def start_numbers(self) -> dict[str, Array]:
        """The arrays that can be changed, by name, as they are at first."""
        return {}

    def settled(self) -> None:
        """Called after a control or a number has changed, to compute what follows from it once."""

    def tour(self) -> list:
        """The stops of an exported page: the values that `TOUR` takes there."""
        return []

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control."""
        before = self.settings
        try:
            super().set(name, value)
            self.settled()
        except ValueError:
            self.settings = before
            raise

    def change(self, name: str, place: int, value: float) -> None:
        """Change one number of the array `name`, at a place counted row by row."""
        values = self.numbers.get(name) if isinstance(name, str) else None
        if values is None or type(place) is not int or not 0 <= place < values.size:
            raise ValueError(
                f"there is no number {str(place)[:20]} in {str(name)[:20]!r}: the arrays are"
                f" {', '.join(f'{name} {a.shape}' for name, a in self.numbers.items())}"
            )
        self.numbers[name] = values.copy()
        self.numbers[name].flat[place] = self._number(value)
        self.settled()

    def put(self, name: str, given) -> None:
        """Replace the array `name`, also as what `reset` goes back to; then call `settled`."""
        before = self.numbers.get(name)
        if before is None:
            raise ValueError(f"there is no array {name[:20]!r}: {', '.join(self.numbers)}")
        try:
            flat = [self._number(value) for value in np.ravel(np.array(given, object)).tolist()]
            self.numbers[name] = self.first_numbers[name] = np.reshape(flat, before.shape)
        except ValueError as error:
            raise ValueError(f"{name} of shape {before.shape}: {error}") from error

    def _number(self, value) -> float:
        if not is_number(value) or not abs(value) <= self.REACH:
            raise ValueError(
                f"{shown(value)} given, expected a number from {-self.REACH:g} to {self.REACH:g}"
            )
        return float(value)

    def reset(self) -> None:
        """Go back to the state in which the desk was made, or its recipe opened."""
        self.settings, self.numbers = dict(self.first), dict(self.first_numbers)
        self.settled()

    # Where nobody is running it

    def recording(self, most: int):
        """Frames for an exported page: one for each stop of the tour, then the present one."""
        kept, stops = self.settings, self.tour()[: most - 1]
        try:
            for at, stop in enumerate(stops):
                when = self.visit(stop)
                yield self.frame() | {"at": at, "when": when}
        finally:
            self.settings = kept
            self.settled()
        yield self.frame() | {"at": len(stops), "when": "as it stood"}

    def visit(self, stop) -> str:
        """Go to a stop of the tour, and name it."""
        self.settings = self.settings | {self.TOUR: stop}
        self.settled()
        return f"{self.CONTROLS[self.TOUR].label} {stop:g}"

    # Exits

    def recipe(self) -> str:
        """The state as a short text, from which `from_recipe` makes the same desk."""
        start = self.moved(self.settings)
        first = type(self)(**start).numbers
        own = {name: values.tolist() for name, values in self.numbers.items()
               if not np.array_equal(values, first[name])}  # fmt: skip
        return write_recipe(self.NAME, start=start, own=own)

    @classmethod
    def from_recipe(cls, text: str) -> Desk:
        """The desk that `recipe` wrote down; ValueError if the text is not a recipe of it."""
        story = read_recipe(text, cls.NAME)
        start, own = story.get("start", {}), story.get("own", {})
        if not isinstance(start, dict) or not isinstance(own, dict):
            raise ValueError("a recipe names controls and arrays, and where they stand")
        desk = cls(**cls.only_controls(start))
        for name, given in own.items():
            desk.put(name, given)
        desk.settled()
        return desk
