"""Notebook 10: a kernel under the hand, moved over a picture; and kernels that were learned."""

from __future__ import annotations

import numpy as np

from nnlib.convolution import windows
from nnlib.notation import Array
from nncourse import plots
from nncourse.widgets import kernel_panels
from nncourse.widgets.base.controls import Check, Choice, Slider, by_name
from nncourse.widgets.base.desk import Desk
from nncourse.widgets.base.stage import Stage
from nncourse.widgets.drawing import counted, normalised, read_strokes
from nncourse.widgets.kernel_learned import LearnedRun
from nncourse.widgets.kernel_panels import PICTURE_OF, SEED, SIZE, WHICH, Look, pictures
from nncourse.widgets.kernel_words import KERNELS, LABELS, OWN, plain, says

DOTS = 16  # in a pixel of full ink
SQUARE = np.pad(np.full((4, 4), float(DOTS)), 2)


class KernelDesk(Desk):
    """One kernel without its stage: a picture X, nine numbers W, and the window at one place.

    `row` and `column` say which place of the feature map the window makes; `walked` are the places
    where it has been, which alone are shown until the map is whole. The drawing is no part of a
    recipe, the picture that was made of it is.

    >>> desk = KernelDesk(picture="square", kernel="edge_horizontal", row=0, column=2)
    >>> desk.sentence
    'The window at row 0, column 2 gives 48: a strong edge, with more ink below than above.'
    """

    NAME, TITLE = "kernel", "Kernel lab"
    CONTROLS = by_name(
        Choice("kernel", "kernel", LABELS, "edge_horizontal"),
        PICTURE_OF,
        WHICH,
        Choice("stride", "stride", {1: "1", 2: "2"}, 1),
        Choice("padding", "padding", {0: "0", 1: "1"}, 0),
        Check("relu", "relu"),
        Slider("row", "row of the map", 0, 7, 3, whole=True),
        Slider("column", "column", 0, 7, 2, whole=True),
        Check("whole", "the whole map at once"),
    )
    BUTTONS = {"play": ("▶ Walk", "▶ Walk again"), "reset": "Same as at first", "clear": "Clear"}
    HANDS = ("set", "change", "choose", "point", "draw", "clear", "reset")
    REACH, STEP = float(DOTS), 0.5
    PICTURES = 12  # a second: each place is seen
    TOUR = "row"

    def __init__(self, **settings):
        self.strokes: list[Array] = []
        self.walked: set[tuple[int, int]] = set()
        self.pointed: int | None = None
        for name, control in (("W", "kernel"), ("X", "picture")):
            if settings.get(name) is not None:
                settings[control] = OWN
        super().__init__(**settings)
        self.last = self.settings["picture"]

    # What is computed

    def start_numbers(self) -> dict[str, Array]:
        return {"X": DOTS * pictures()[3][0].reshape(8, 8), "W": KERNELS["edge_horizontal"].W}

    def put(self, name: str, given) -> None:
        """Replace the picture or the kernel. A picture has no negative numbers."""
        if name == "X" and np.min(np.array(given, dtype=float), initial=0.0) < 0:
            raise ValueError("X: a picture has no ink below 0")
        super().put(name, given)

    def settled(self) -> None:
        """Take the window over the whole picture."""
        chosen, kernel = self.settings["picture"], self.settings["kernel"]
        if kernel != OWN:
            self.numbers["W"] = KERNELS[kernel].W
        if chosen != OWN:
            self.strokes, self.last = [], chosen
            self.numbers["X"] = SQUARE if chosen == "square" else (
                DOTS * pictures()[chosen][self.settings["which"]].reshape(8, 8))  # fmt: skip
        stride, padding = self.settings["stride"], self.settings["padding"]
        X, W = self.numbers["X"], self.numbers["W"]
        Z = windows(X[None, :, :, None], SIZE, stride, padding)[0] @ W.ravel()
        place = {name: min(self.settings[name], n - 1)
                 for name, n in zip(("row", "column"), Z.shape)}  # fmt: skip
        self.settings = self.settings | place
        ink = float(DOTS) if X.max() > 1 else 1.0
        self.window = Look(X, ink, W, None, Z, stride, padding, **place, relu=self.settings["relu"])

    @property
    def filled(self) -> Array:
        """Which places of the map are shown."""
        there = np.full(self.window.Z.shape, self.settings["whole"])
        for place in sorted(self.walked | {(self.window.row, self.window.column)}):
            there[place] = True
        return there

    # A walk

    def advance(self, steps: float) -> bool:
        """Take the window to the next place that is not filled; False at the last of them."""
        if not self.done:
            self._go(*map(int, np.argwhere(~self.filled)[0]))
        return not self.done

    @property
    def done(self) -> bool:
        return bool(self.filled.all())

    def again(self) -> None:
        """Empty the map."""
        self.walked = set()
        self.settings = self.settings | {"whole": False, "row": 0, "column": 0}
        self.settled()

    def _go(self, row: int, column: int) -> None:
        self.walked.add((self.window.row, self.window.column))
        self.walked.add((row, column))
        self.settings = self.settings | {"row": row, "column": column}
        self.settled()

    # Hands

    def set(self, name: str, value) -> None:
        """Move a control; a map of another shape is filled anew."""
        before = self.window
        super().set(name, value)
        if self.window.Z.shape != before.Z.shape:
            self.walked = set()
        elif name in ("row", "column"):
            self.walked |= {(look.row, look.column) for look in (before, self.window)}

    def change(self, name: str, place: int, value: float) -> None:
        """Change one of the nine numbers: the kernel is one's own from then on."""
        if name != "W":
            raise ValueError(f"{str(name)[:20]!r}: only numbers of W can be changed")
        before = self.settings
        try:
            self.settings = before | {"kernel": OWN}
            super().change(name, place, value)
        except ValueError:
            self.settings = before
            raise

    def choose(self, panel: str, *place: int) -> None:
        """Take the window to a pixel of the padded "picture", or to where it makes this number of
        the "map".
        """
        shapes = {"picture": self.window.padded.shape, "map": self.window.Z.shape}
        if panel not in list(shapes):
            raise ValueError(f"{panel!r}: one can choose in {', '.join(shapes)}")
        if len(place) != 2 or any(
            type(i) is not int or not 0 <= i < n for i, n in zip(place, shapes[panel])
        ):
            rows, columns = shapes[panel]
            raise ValueError(f"there is no {list(place)} in {panel}: {rows} x {columns}, from 0")
        self._go(*(place if panel == "map" else self.window.nearest(*place)))

    def point(self, *what) -> None:
        """Point at one of the nine numbers of the window, of W or of the products; or at none."""
        self.pointed = kernel_panels.pointed(what)

    def draw(self, strokes: list) -> None:
        """Take a drawing for the picture: strokes, each a list of points [x, y], shares of the
        paper from its top left.
        """
        strokes = read_strokes(strokes)
        if not strokes:
            self.set("picture", self.last)
            return
        self.numbers["X"] = DOTS * counted(normalised(strokes)).reshape(8, 8)
        self.set("picture", OWN)
        self.strokes = strokes

    def clear(self) -> None:
        """Remove the drawing, and go back to the picture before it."""
        self.draw([])

    def reset(self) -> None:
        self.strokes, self.walked, self.pointed = [], set(), None
        super().reset()

    # What the stage shows

    def scene(self) -> dict:
        clear = self.in_sight("clear", primary="play")["first"]
        return super().scene() | {
            **self.in_sight("play", "kernel", "picture", "relu", more={
                "how the window goes": ["stride", "padding", "row", "column", "whole"],
                "picture": ["which"],
                "start": ["reset"],
            }),
            "panels": [kernel_panels.PICTURE, kernel_panels.MAP | {"sweep": True},
                       kernel_panels.PAD | {"controls": clear}, kernel_panels.SUMS],
            "grid": {"wide": "picture*1.2 map pad*.6 / sums",
                     "middle": "picture*1.2 map / sums*5 pad",
                     "narrow": "picture*1.23 map / sums*3.4 pad"},
        }  # fmt: skip

    @property
    def values(self) -> dict:
        return super().values | {"play": "▶ Walk again" if self.done else "▶ Walk"}

    @property
    def highs(self) -> dict:
        rows, columns = self.window.Z.shape
        return {"row": rows - 1, "column": columns - 1}

    @property
    def off(self) -> dict:
        """Controls that do nothing at present, and why."""
        off = {} if self.strokes else {"clear": "the paper is empty"}
        if not isinstance(self.settings["picture"], int):
            off["which"] = "there is only one"
        return off

    def panels(self) -> dict:
        look, (rows, columns) = self.window, self.window.Z.shape
        size, there = f"{rows} × {columns}", int(self.filled.sum())
        if not self.done:
            size += f", {there} of {rows * columns} filled"
        return {
            "picture": kernel_panels.picture(look, "drag the window"),
            "map": kernel_panels.feature_map(look, self.filled, size),
            "sums": kernel_panels.sums(look, self.STEP, self.pointed,
                                       "pixel × kernel, nine times, then added up"),
            "pad": kernel_panels.pad(self.strokes),
        }  # fmt: skip

    @property
    def sentence(self) -> str:
        look = self.window
        gives = f"gives {plain(look.z)}"
        if look.relu:
            gives += f", of which relu leaves {plain(max(look.z, 0.0))}"
        about = says(self.settings["kernel"], look.patch, look.Z, look.z)
        return f"The window at row {look.row}, column {look.column} {gives}: {about}."

    # Where nobody is running it

    def picture(self, hide=()):
        look = self.window
        how = {"stride": look.stride, "padding": look.padding, "relu": look.relu}
        place = (look.row, look.column)
        return plots.kernel(look.X, look.W, **how, place=place, alt=self.sentence)[0].figure

    def tour(self) -> list:
        """Every place of the map, in the order of the walk."""
        return [*np.ndindex(*self.window.Z.shape)]

    def visit(self, stop) -> str:
        row, column = stop
        self.settings = self.settings | {"row": row, "column": column, "whole": True}
        self.settled()
        return f"row {row}, column {column}"

    def python(self) -> str:
        """The lines that compute the map and the number in the frame."""
        look, chosen = self.window, self.settings["picture"]
        given = f"X = np.array({look.X.tolist()})"
        if isinstance(chosen, int):
            k = self.settings["which"]
            given = (f"data = digits({SEED})\nX = {DOTS} * data.X_test[data.Y_test[:, {chosen}]"
                     f" == 1][{k}].reshape(8, 8)")  # fmt: skip
        names = "digits, windows" if isinstance(chosen, int) else "windows"
        return "\n".join([
            "import numpy as np",
            "",
            f"from nnlib import {names}",
            "",
            given,
            f"W = np.array({look.W.tolist()})",
            f"Z = windows(X[..., None], {SIZE}, stride={look.stride}, padding={look.padding})"
            " @ W.ravel()",
            *(["Z = np.maximum(Z, 0)"] if look.relu else []),
            "print(Z.round(2))",
            f"print(Z[{look.row}, {look.column}].round(2))",
            "",
        ])  # fmt: skip


class KernelLab(Stage):
    """Notebook 10: nine numbers, moved over a picture, and the feature map that they make.

    `kernel` names the nine numbers ("edge_horizontal", "edge_vertical", "corner", "blur",
    "sharpen", "identity"), or `W` (3, 3) gives them. `picture` is a digit from 0 to 9, `which` of
    forty test digits of its kind, or "square"; or `X` (8, 8) gives it. `stride`, `padding` and
    `relu` are those of the layer; `row` and `column` say where in the map the window stands, and
    `whole` fills all of it.

    With `look="learned"`, sixteen kernels are learned by a network on digits, from Play on; one
    sees what each finds on a digit, and adds to the answer. `network` and `theta` bring one that is
    trained already: ConvolutionalNetwork((8, 8, 1), [Convolution(16), Pooling(2), 10]). `hide`
    names controls and panels to leave out for a lesson; `recipe` is what the button Recipe gave.

    Raises ValueError for numbers, settings or a recipe that it cannot use, and says which.

    >>> KernelLab(kernel="blur", picture="square", row=2, column=2).sentence
    'The window at row 2, column 2 gives 16: the mean of the nine pixels.'
    """

    MODEL = KernelDesk

    def __init__(
        self, lab=None, /, *, look: str = "kernel", network=None, theta=None, recipe=None, hide=(),
        **settings,
    ):  # fmt: skip
        if look not in ("kernel", "learned"):
            raise ValueError(f"look: {str(look)[:40]!r} given, expected kernel or learned")
        if (network is None) != (theta is None):
            raise ValueError("network and theta are given together, or neither of them")
        if network is not None:
            settings["given"] = network, theta
        of_learned = isinstance(recipe, str) and f'"{LearnedRun.NAME} ' in recipe[:60]
        if network is not None or of_learned or look == "learned":
            self.MODEL = LearnedRun
        super().__init__(lab, recipe=recipe, hide=hide, **settings)
