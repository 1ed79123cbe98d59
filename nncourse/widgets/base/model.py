"""A model: what a stage shows and hands steer. Plain Python, without a browser or a clock.

A model says which controls it has, what each panel shows, and its state in one sentence; `scene`
and `frame` tell the stage the rest. Those that train are labs (`lab`), those that calculate are
desks (`desk`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod


class Model(ABC):
    """What all widgets share. `settings` are the first positions of the controls, by name.

    Raises ValueError for a setting that it does not have, or that its control refuses.
    """

    NAME = "model"  # in recipes
    TITLE = "Model"
    CONTROLS: dict = {}  # by name
    PANELS: tuple = ()  # from top to bottom, where `scene` does not say otherwise
    HANDS: tuple[str, ...] = ("set",)  # what may be done to it: names of its methods
    PAUSES: tuple[str, ...] = ()  # hands that end a play
    LOOKING = ("point",)  # hands that only look: what was refused before them stays said
    ABOUT = "What a widget of the course shows. To use it, open the notebook that it comes from."
    pace: float = 1  # how far to `advance` from one picture to the next
    PICTURES = 30  # a second, at most, while it plays
    trouble = ""  # why it does not go on
    at: int | None = 0  # the moment that is looked at; None for the newest
    generation = 0  # incremented whenever earlier frames become invalid

    def __init__(self, **settings):
        self.settings = {name: control.value for name, control in self.controls.items()}
        for name, value in settings.items():
            self.settings[name] = self.control(name).check(value)

    # Controls

    @classmethod
    def positions(cls) -> dict:
        """Every setting by name, with what it is at first."""
        return {name: control.value for name, control in cls.CONTROLS.items()}

    @property
    def controls(self) -> dict:
        """Every control by name."""
        return self.CONTROLS

    def control(self, name: str):
        """The control of this name; ValueError, with those there are, if there is none."""
        if not isinstance(name, str) or name not in self.controls:
            raise ValueError(f"there is no control {name!r}: {', '.join(self.controls)}")
        return self.controls[name]

    # Hands

    def hand(self, do: str, *arguments) -> None:
        """What was done, by its name in `HANDS`. ValueError, and nothing changed, if it can't."""
        if do not in self.HANDS:
            raise ValueError(f"{do!r}: expected one of {', '.join(self.HANDS)}")
        getattr(self, do)(*arguments)

    def set(self, name: str, value) -> None:
        """Move a control."""
        self.settings = self.settings | {name: self.control(name).check(value)}

    # Play

    def advance(self, steps: float) -> bool:
        """Go on by so much; False where there is nothing more to come."""
        return False

    @property
    def done(self) -> bool:
        """Whether a play begins again (`again`), since it has come to its end."""
        return False

    def again(self) -> None:  # noqa: B027 (only those that can be `done` have to)
        """Go back to where a play begins."""

    # What the stage shows

    def scene(self) -> dict:
        """What is where on the stage, as `stage` describes it."""
        return {"name": self.NAME, "title": self.TITLE,
                "first": [control.scene() for control in self.controls.values()],
                "more": [], "columns": [[1, list(self.PANELS)]], "exits": [],
                "scrub": False}  # fmt: skip

    def frame(self) -> dict:
        """What the stage shows now."""
        at, moments = self.time()
        return {"at": at, "moments": moments, "generation": self.generation, "values": self.values,
                "highs": self.highs, "off": self.off, "hidden": list(self.hidden),
                "status": self.sentence, "panels": self.panels()}  # fmt: skip

    @abstractmethod
    def panels(self) -> dict:
        """What each panel shows now, by its id; None hides it."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""

    def time(self) -> tuple[int, list[int]]:
        """The moment that is shown, and those that can be."""
        return self.at, [self.at]

    @property
    def values(self) -> dict:
        """Where controls stand, and what buttons say, by name."""
        return dict(self.settings)

    @property
    def highs(self) -> dict:
        """The upper ends of sliders, where they change."""
        return {}

    @property
    def off(self) -> dict:
        """Controls that do nothing as things stand, and why."""
        return {}

    @property
    def hidden(self) -> list[str]:
        """Controls and panels that have nothing to do, and are not shown."""
        return []

    # Where nobody is running it

    @abstractmethod
    def picture(self, hide=()):
        """The same state as a still picture; `hide` names panels to leave out."""

    def recording(self, most: int):
        """Frames of at most `most` moments, for a page on which they are looked through."""
        yield self.frame()


class Remembering(Model):
    """A model whose run can be looked back on: `moments`, oldest first, each with an `index`."""

    ABOUT = (
        "A recording of a network in training: move the slider below it to go back and forth in"
        " time. To train it yourself, open the notebook that it comes from."
    )

    def look(self, index: int | None = None) -> None:
        """Show the moment after so many updates, the nearest one remembered; None for the newest.

        Nothing of the run changes by being looked at.
        """
        if index is not None and (type(index) is not int or index < 0):
            raise ValueError(f"{index!r}: expected a number of updates, 0 or more")
        self.at = None if index is None or index >= self.newest.index else index

    @property
    def newest(self):
        """The moment at which the run stands."""
        return self.moments[-1]

    @property
    def shown(self):
        """The moment that is looked at: the newest, unless `look` has chosen another."""
        if self.at is None:
            return self.newest
        return min(self.moments, key=lambda moment: abs(moment.index - self.at))

    def time(self) -> tuple[int, list[int]]:
        """The moment that is shown, and those that are remembered."""
        return self.shown.index, [moment.index for moment in self.moments]

    def recording(self, most: int):
        """Frames of at most `most` moments, the first and the newest among them."""
        shown, moments = self.at, self.moments
        every = -(-len(moments) // most)
        try:
            for index in [m.index for m in moments[:-1:every]] + [moments[-1].index]:
                self.look(index)
                yield self.frame()
        finally:
            self.at = shown
