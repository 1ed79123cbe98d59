"""A model: what a stage shows, and what can be done to it (its "hands").

Plain Python, without a browser or a clock. A model says which controls it has, what each panel
shows, and its state in one sentence; `scene` and `frame` tell the stage the rest. Models that train
are labs (`lab`), models that calculate are desks (`desk`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from inspect import signature

from nnlib.checks import is_whole, shown
from nncourse.widgets.base.controls import button
from nncourse.widgets.base.payloads import sendable
from nncourse.widgets.base.still import still

# The buttons below all else: each shows what the method of this name gives, if there is one.
EXITS = {"python": "Copy as Python", "recipe": "Recipe"}


class Model(ABC):
    """What all widgets share. `settings` are the first positions of the controls, by name.

    Raises ValueError for a setting that it does not have, or that its control refuses.
    """

    NAME = "model"  # in recipes
    TITLE = "Model"
    CONTROLS: dict = {}  # by name
    BUTTONS: dict = {}  # {the hand: what its button says, or all that it may say}
    PANELS: tuple = ()
    GRID: dict = {}  # which panels lie side by side, see `layout`; without it, a column
    HANDS: tuple[str, ...] = ("set",)  # what the front end may do: names of methods
    PAUSES: tuple[str, ...] = ()  # hands that stop a play
    LOOKING = ("point",)  # hands that change nothing: the message of a refusal stays
    ABOUT = "What a widget of the course shows. To use it, open the notebook that it comes from."
    pace: float = 1  # how far to `advance` from one picture to the next
    PICTURES = 30  # a second, at most, while it plays
    trouble = ""  # why it cannot go on
    at: int | None = 0  # the moment that is shown; None: the newest
    generation = 0  # incremented whenever earlier frames become invalid

    def __init__(self, **settings):
        self.settings = {name: control.value for name, control in self.controls.items()}
        for name, value in settings.items():
            self.settings[name] = self.control(name).check(value)

    # Controls

    @classmethod
    def positions(cls) -> dict:
        """Every setting by name, with its first value."""
        return {name: control.value for name, control in cls.CONTROLS.items()}

    @classmethod
    def moved(cls, settings: dict) -> dict:
        """Those of the settings that differ from their first values: what a recipe has to say."""
        first = cls.positions()
        return {name: settings[name] for name in first if settings[name] != first[name]}

    @classmethod
    def only_controls(cls, start: dict) -> dict:
        """`start`, the beginning of a recipe; ValueError if it names what is no control."""
        known = cls.positions()
        unknown = sorted(start.keys() - known.keys())
        if unknown:
            raise ValueError(f"there is no control {unknown[0]!r}: {', '.join(known)}")
        return start

    @property
    def controls(self) -> dict:
        """Every control by name."""
        return self.CONTROLS

    @property
    def control_scenes(self) -> dict:
        """What the stage is told of each control, by name."""
        return {name: control.scene() for name, control in self.controls.items()}

    def control(self, name: str):
        """The control of this name; ValueError, with those there are, if there is none."""
        if not isinstance(name, str) or name not in self.controls:
            raise ValueError(f"there is no control {name!r}: {', '.join(self.controls)}")
        return self.controls[name]

    # Hands

    def hand(self, do: str, *arguments) -> None:
        """Do one of `HANDS`. ValueError, and nothing changed, if that is refused."""
        if not isinstance(do, str) or do not in self.HANDS:
            raise ValueError(f"{shown(do)}: expected one of {', '.join(self.HANDS)}")
        act = getattr(self, do)
        try:
            signature(act).bind(*arguments)
        except TypeError as error:
            fields = ", ".join(signature(act).parameters) or "nothing"
            given = shown(list(arguments))
            raise ValueError(f"{do} was given {given}: expected {fields}") from error
        act(*arguments)

    def set(self, name: str, value) -> None:
        """Move a control."""
        self.settings = self.settings | {name: self.control(name).check(value)}

    # Play

    def advance(self, steps: float) -> bool:
        """Go on by so much; False at the end."""
        return False

    @property
    def done(self) -> bool:
        """Whether it is at its end, so that the next play begins again (`again`)."""
        return False

    def again(self) -> None:  # noqa: B027 (only those that can be `done` have to)
        """Go back to the beginning of a play."""

    # What the stage shows

    def scene(self) -> dict:
        """What is where on the stage, as `stage` describes it."""
        return {"name": self.NAME, "title": self.TITLE,
                **self.in_sight(*self.controls), "panels": list(self.PANELS), "grid": self.GRID,
                "exits": [[name, label] for name, label in EXITS.items() if hasattr(self, name)],
                "scrub": False}  # fmt: skip

    def in_sight(self, *names: str, primary: str | None = None, more: dict | None = None) -> dict:
        """What a scene says of the controls: those in one row, and those that wait behind *more*.

        `names` are controls or `BUTTONS`, in their order; a control that needs more than its name
        may be given as the stage is told of it. The first of them, if it is a button, is the
        primary one, unless `primary` names another. `more` is {title: names}.
        """
        primary = primary or (names and names[0])
        told = self.control_scenes

        def control(name) -> dict:
            if isinstance(name, str) and name in self.BUTTONS:
                labels = self.BUTTONS[name]
                labels = (labels,) if isinstance(labels, str) else labels
                return button(name, *labels, main=name == primary)
            return told[name] if isinstance(name, str) else name

        groups = [[title, [*map(control, group)]] for title, group in (more or {}).items()]
        return {"first": [*map(control, names)], "more": groups}

    def frame(self) -> dict:
        """What the stage shows now."""
        at, moments = self.time()
        return sendable({
            "at": at, "moments": moments, "generation": self.generation, "values": self.values,
            "highs": self.highs, "off": self.off, "hidden": self.hidden, "status": self.sentence,
            "panels": self.panels(),
        })  # fmt: skip

    @abstractmethod
    def panels(self) -> dict:
        """What each panel shows now, by its id; None hides it."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """The state in words, the same on every machine as far as rounding goes."""

    def time(self) -> tuple[int, list[int]]:
        """The moment that is shown, and those that can be shown."""
        return self.at, [self.at]

    @property
    def values(self) -> dict:
        """The values of controls and the labels of buttons, by name."""
        return dict(self.settings)

    @property
    def highs(self) -> dict:
        """The upper ends of sliders that change, by name."""
        return {}

    @property
    def off(self) -> dict:
        """Controls that do nothing at present, and why."""
        return {}

    @property
    def hidden(self) -> list[str]:
        """Controls and panels that are not shown at present."""
        return []

    # Where nobody is running it

    def picture(self, hide=()):
        """The same state as a still picture; `hide` names panels to leave out."""
        frame = self.frame()
        about = {"status": self.sentence, "hidden": [*frame["hidden"], *hide]}
        return still(self.scene(), frame | about)

    def recording(self, most: int):
        """Frames of at most `most` moments, for an exported page."""
        yield self.frame()


class Remembering(Model):
    """A model that remembers its run: `moments`, oldest first, each with an `index`."""

    ABOUT = (
        "A recording of a network in training: move the slider below it to go back and forth in"
        " time. To train it yourself, open the notebook that it comes from."
    )

    def look(self, index: int | None = None) -> None:
        """Show the remembered moment nearest to step `index`; None for the newest.

        It changes nothing of the run.
        """
        if index is not None and not (is_whole(index) and index >= 0):
            raise ValueError(f"{shown(index)}: expected a number of updates, 0 or more")
        self.at = None if index is None or index >= self.newest.index else index

    @property
    def newest(self):
        """The moment at which the run is now."""
        return self.moments[-1]

    @property
    def shown(self):
        """The moment that is shown: the newest, unless `look` has chosen another."""
        if self.at is None:
            return self.newest
        return min(self.moments, key=lambda moment: abs(moment.index - self.at))

    def time(self) -> tuple[int, list[int]]:
        """The moment that is shown, and all that are remembered."""
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
