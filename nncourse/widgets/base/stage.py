"""The stage: a model as a widget in a notebook, or on a page of its own.

Python holds all state and all mathematics. Two traits go to the front end (`frontend/`), which
draws them and sends back what a person does.

`scene`, once: what is where.

    name, title            of the widget
    palette                {"light": colours, "dark": colours}, see `palette`
    lines                  how many lines the sentence has at most, at 700 px (2)
    first                  the controls in sight, in one row
    more                   [[title, controls], ...], shown when "more" is opened
    panels, grid           the panels, and which lie side by side at which width: see `layout`
    scrub                  whether there is a slider through the moments of a run
    exits                  [[name, label], ...], buttons beside that slider

A control is what `controls.*.scene()` returns; `Model.in_sight` gives `first` and `more`. A panel
has an id, a kind and a title, and may have a note beside the title, controls and help below it, an
aspect (width over height), and `least` and `most`: the height in pixels that it has at least, and
that its picture has at most (or three such numbers, by the widths of `layout`); `keys`, which takes
the place of the help while the picture has the focus; `form`: "strip" is one line from the title to
the controls, "beside" has words beside the picture, "small" is a table of small cells, "squares"
one of square cells. Of single kinds: `hands`, whether what is in a map, plane, image, line of code
or curve can be chosen or moved; of a matrix, `sweep`, whether a held mouse chooses one cell after
another, and `follow`, whether the arrow keys do; of arrays, `ends`: "chain", if the last row is the
numbers that make one entry; `lines`, the least number of lines of a text; `enlarges`, the panel (a
map) that shows the answer of a network's unit large; `key`, whether a network says what its lines
mean; `marks`, the panel whose axes are marked among its units; of a plane, `anywhere`, the hand
whose dot a press anywhere brings there, and `bare`: a drawing without axes; of a pad, `pen`, how
thick it is as a share of the paper, `side`, into how many steps keys divide it, and `clears`, the
button that is pressed when a key clears it.

`frame`, for every picture: what to show now.

    no, answers            the number of the frame; the last message that Python has read, by view
    at, moments            the step shown, and those that can be
    generation             a number that changes when earlier frames become invalid
    values, off, hidden    the values of controls, those that are off ({name: why}), those not shown
    rest                   of the values that differ during a play, what they are at a pause
    highs                  {name: the upper end of a slider, or the options of a choice}, where they
                           change
    when                   the moment in words, where it is not a step of training
    playing, status        whether it plays; its sentence
    trouble, paper         a refusal or error in words; a text (title, text; open: the label of a
                           button that opens it; copy, by, view: the text is copied to the clipboard
                           once for each number, by the view in which the button was pressed)
    covers                 whether the next output of the notebook and the text below it are covered
    panels                 {id: payload}
    grid                   the grids of the scene as CSS, of the panels that are shown

Payloads, by the kind of panel; None hides the panel, and any payload may have a note of this
moment. Pictures are heat codes, one byte a pixel, row by row from the top: 1 is -1 (orange), 128 is
0, 255 is +1 (blue). Series of numbers are float32 bytes. `payloads` makes both.

    map       window (x0, x1, y0, y1), side, heat, sharp, graded, words, legend, xlabel, ylabel;
              points and test: {x, y, code}, a circle from code 128 on, below it a triangle
    curves    lines [{name, colour, dash, x, y, past, width, choice}], at, words; low, high, right,
              percent
    network   sizes, names, weights (theta), links (`payloads.links`), words; side and maps (unit
              after unit), or texts (one a unit) and lit {units, edges (places in theta)}; axes (the
              units that are the axes of another panel)
    matrix    rows, columns, across, down, heat, texts, labels, chosen (a place, or several);
              side, sides; below (texts); signed (False: codes of ink), bare (places uncoloured)
    images    n, height, width, across, codes, signed, labels; captions, chosen, none
    bars      names, values (-1 to 1), texts, best
    pad       strokes, of each the series x, y, x, y ... in shares of the paper from its top left
    text      text
    plane     window, words; logx, logy, xlabel, ylabel, heat and side, sharp; figures {x, y, which
              (0 to 9, one byte each)}, points drawn as their figure; lists of
              lines {x, y, colour; name, dash, width, pale, hand}, bars {edges, y, colour; name},
              bands {x, low, high, colour} (areas below the lines),
              rules {x or y; text, begin, colour, dash}, arrows {x0, y0, x1, y1, colour} and
              dots {x, y, colour; mark (circle, triangle, none), size, hollow, text, hand, choice}:
              a dot with a hand can be dragged, and `drag` is called with that name; a press on a
              line with a hand brings the dot there; a click on a dot chooses its choice
    arrays    rows [[part, ...], ...], a part being an operator or {name, shape, columns, texts;
              lit (places), made (a place), current; values, step: of numbers that can be changed}
    code      lines [{text, kind (head, right, wrong, same)}], now (a place)
    table     heads, rows [{mark (full, hollow, none), name, texts}]
    ask       question, choices (or None: a number), no (counts questions), check, skip (labels of
              the buttons), given, skipped, answer, right, verdict; main: whether it is all that
              there is; tried: places of answers that were wrong, while one may try again
    pick      question, choices (a button each), answer, tried, right, verdict; over: no more tries

What a person does on them comes back as a message, which calls the model's hand of that name:
`messages` lists them all with their fields.
"""

from __future__ import annotations

import base64
import json
import threading
import zlib
from html import escape
from pathlib import Path

import anywidget
import traitlets

from nnlib import files
from nncourse import plots
from nncourse.widgets.base import bundle, layout, lifetime, messages
from nncourse.widgets.base.controls import PAUSE, PLAY
from nncourse.widgets.base.messages import Message
from nncourse.widgets.base.model import Model
from nncourse.widgets.base.palette import PALETTES
from nncourse.widgets.base.player import Player

RECORDED = 80  # moments on an exported page
MOST_VIEWS = 32  # of one widget: a page that crashed or was cut off never says "bye"
VIEWS = ("hello", "seen", "bye")  # what a view says of itself


class Stage(anywidget.AnyWidget):
    """A widget around a model (`base.model`): it shows and plays it, and passes hands on.

    A widget names its model in `MODEL`. Its settings are the model's; `hide` names controls and
    panels to leave out for a lesson; `recipe` is what the button Recipe gave. Where no kernel runs,
    `lab.picture()` and `lab.sentence` are displayed.

    Raises ValueError for settings or a recipe that it cannot use, and says which.
    """

    MODEL: type[Model]
    HANDS: tuple[str, ...] = ()  # what the front end may do besides the hands of the model

    _esm = bundle.javascript()
    _css = bundle.style()
    scene = traitlets.Dict().tag(sync=True)
    frame = traitlets.Dict().tag(sync=True)
    _copies = 0  # how often the lines have been copied
    player = None  # until there is a model to play

    def __init__(self, lab: Model | None = None, /, *, recipe=None, hide=(), **settings):
        if recipe is not None and settings:
            raise ValueError("a recipe says everything: give no settings with it")
        if lab is None:
            lab = self.MODEL(**settings) if recipe is None else self.MODEL.from_recipe(recipe)
        self.lab = lab
        self.hide = tuple(hide)
        self._turn = threading.RLock()  # cells and messages may come in two threads
        self.player = Player(self._advance, self._show, self._wrong, rate=lab.PICTURES)
        self._views, self._answers = {}, {}  # the views, and what each was answered last
        self._paper, self._trouble = None, ""
        self._left_playing = False  # whether it played when the last view went
        scene = lab.scene() | {"palette": PALETTES}
        unknown = set(self.hide) - _names(scene)
        if unknown:
            raise ValueError(
                f"hide={list(self.hide)}: there is nothing called {', '.join(sorted(unknown))};"
                f" there are {', '.join(sorted(_names(scene)))}"
            )
        super().__init__(scene=scene)
        self.on_msg(self._heard)
        self._show()
        lifetime.note(self)

    @classmethod
    def settings(cls) -> dict:
        """Every setting by name, with its first value."""
        return cls.MODEL.positions()

    @property
    def sentence(self) -> str:
        """The state in words."""
        return self.lab.sentence

    def _show(self) -> int:
        """Send the present frame; returns its number."""
        with self._turn:
            self.frame = self._frame(self.lab)
            return self.frame["no"]

    def _frame(self, lab) -> dict:
        frame = lab.frame()
        rest = {"play": frame["values"].get("play", PLAY)}
        play = {"play": PAUSE} if self.player.playing else rest
        hidden = [*frame["hidden"], *self.hide]
        return frame | {
            "values": frame["values"] | play,
            "rest": rest,
            "no": self.frame.get("no", 0) + 1,
            "answers": dict(self._answers),
            "playing": self.player.playing,
            "trouble": self._trouble or lab.trouble,
            "hidden": hidden,
            "grid": layout.templates(self.scene, frame | {"hidden": hidden}),
            "paper": self._paper,
        }

    def _advance(self) -> bool:
        with self._turn:
            return self.lab.advance(self.lab.pace)

    def _wrong(self, error: Exception) -> None:
        """Show a refusal or an error on the stage, where the person sees it."""
        self._trouble = messages.words_of(error)
        try:
            self._show()
        except Exception:  # the frame itself fails: keep the last one, with the error
            self.frame = self.frame | {"no": self.frame["no"] + 1, "answers": dict(self._answers),
                                       "playing": False, "trouble": self._trouble}  # fmt: skip

    # Messages

    def _handle_msg(self, msg: dict) -> None:
        # ipywidgets would accept any state, and print a traceback for a malformed message.
        data = msg["content"].get("data")
        method = data.get("method") if isinstance(data, dict) else None
        if method == "request_state" or (method == "custom" and "content" in data):
            super()._handle_msg(msg)
        else:
            self._wrong(ValueError("the page may say what a person does, and change nothing else"))

    def _heard(self, _, content, buffers) -> None:
        """Do what a message of the front end asks for, or say on the stage why not."""
        try:
            message = messages.read(content, buffers, self._known)
            if message.do in VIEWS:
                self._of_view(message)
                return
        except ValueError as error:
            with self._turn:
                self._answer(*messages.sender(content))
                self._wrong(error)
            return
        with self._turn:
            if message.again and message.no == self._answers.get(message.view):
                self._show()  # it was done already, and the answer was lost with the connection
                return
            self._answer(message.view, message.no)
            if message.do not in self.lab.LOOKING:  # to remove its line would move the page
                self._trouble = ""
            try:
                self._do(message)
                self._show()
            except Exception as error:
                self._wrong(error)

    @property
    def _known(self) -> list[str]:
        """All that a message may ask for."""
        exits = [name for name, _ in self.scene["exits"]]
        opens = ["open"] if "recipe" in exits else []
        plays = ["play"] if type(self.lab).advance is not Model.advance else []
        return [*self.lab.HANDS, *self.HANDS, *plays, *exits, *opens, "close", *VIEWS]

    def _answer(self, view: str, no: int | None) -> None:
        """Note which message of a view was read last; the views of closed pages are forgotten."""
        self._answers.pop(view, None)
        self._answers[view] = no
        for last in list(self._answers)[:-MOST_VIEWS]:
            del self._answers[last]

    def _of_view(self, message: Message) -> None:
        """A view has come, has drawn a frame, or goes; a play goes on while there is a view."""
        last, view = self.frame["no"], message.view
        if message.do == "seen":
            (seen,) = message.arguments
            if seen > last:
                raise ValueError(f"frame {seen} was seen: the last that was sent is {last}")
            self.player.seen(seen)
        elif message.do == "bye":
            self._views.pop(view, None)
            self._answers.pop(view, None)
            if not self._views and self.player.playing:
                self.player.pause()
                self._left_playing = True
                self._show()
        else:
            self._views = dict.fromkeys([*self._views, view][-MOST_VIEWS:])
            self.player.seen(last)
            if self._left_playing:  # its cell was moved, say: it goes on
                self._left_playing = False
                self.player.play()
                self._show()

    def _do(self, message: Message) -> None:
        do, arguments = message.do, message.arguments
        if do == "play":
            self._play(*arguments)
        elif do == "python":
            self._copies += 1
            self._paper = {"title": "These lines end where this run stands now", "open": None,
                           "text": self.lab.python(), "copy": self._copies, "by": do,
                           "view": message.view}  # fmt: skip
        elif do == "recipe":
            self._paper = {"title": "A recipe makes this very run again: keep it, or paste another",
                           "open": "Open this recipe", "text": self.lab.recipe(),
                           "view": message.view}  # fmt: skip
        elif do == "open":
            self.restore(*arguments)
        elif do == "close":
            self._paper = None
        else:
            self.lab.hand(do, *arguments)
            if do in self.lab.PAUSES:
                self.player.pause()

    def _play(self, on: bool | None = None) -> None:
        """Play (True), pause (False) or toggle (None); no effect if it is so already."""
        self._left_playing = False
        if self.player.playing:
            if not on:
                self.player.pause()
            return
        if on is False:
            return
        if self.lab.done:
            self.lab.again()
        self.player.play()

    def rest(self) -> None:
        """Stop playing, also for a view that comes later."""
        self.player.pause()
        self._left_playing = False

    def train(self, steps: int):
        """Take so many steps at once, before or after it is displayed; returns the widget.

        >>> from nncourse.widgets import Playground
        >>> print(Playground().train(300).sentence.split(" · ")[0])
        step 300
        """
        with self._turn:
            self.lab.advance(steps)
            self._show()
        return self

    def restore(self, recipe: str) -> None:
        """Show the model of a recipe here. ValueError, and nothing changed, if it is not one."""
        lab = type(self.lab).from_recipe(recipe)
        self.rest()
        lab.generation = self.lab.generation + 1
        self.lab, self._paper = lab, None

    # Where nobody is running it

    def _repr_mimebundle_(self, **kwargs):
        if self.comm is None:
            return {"text/plain": self._closed}, {}
        lifetime.note(self)
        self._show()  # the model may have changed since the last frame
        live, _ = super()._repr_mimebundle_(**kwargs)
        still, about = self._still()
        return live | still, about

    def _still(self) -> tuple[dict, dict]:
        """What is displayed where no kernel runs, by MIME type, and its metadata."""
        picture = {"image/png": self._png(), "text/plain": self.sentence}
        return picture, {"image/png": {"alt": self.sentence}}

    def _png(self) -> str:
        return base64.b64encode(plots.png(self.lab.picture(self.hide))).decode()

    def to_html(self, path) -> Path:
        """Write an HTML page to `path`, with the front end and the moments of the run to look at.

        It needs no kernel, no network and no other file. Of a run at most eighty moments are kept,
        the first and the newest among them.
        """
        lab, path = self.lab, Path(files.name_of(path))
        frames = list(lab.recording(RECORDED))
        fixed = {"no": 0, "answers": {}, "playing": False, "trouble": lab.trouble, "paper": None,
                 "hidden": [*lab.hidden, *self.hide],
                 "moments": [frame["at"] for frame in frames]}  # fmt: skip
        scene = self.scene | {"scrub": len(frames) > 1}
        frames = [frame | fixed for frame in frames]
        frames = [frame | {"grid": layout.templates(self.scene, frame)} for frame in frames]
        story = {"scene": scene, "frames": frames}
        packed = base64.b64encode(zlib.compress(json.dumps(story, default=_text).encode(), 9))
        page = bundle.page()
        for name, text in {
            "title": escape(f"{self.scene['title']}: {self.sentence}"),
            "sentence": escape(self.sentence),
            "about": escape(lab.ABOUT),
            "picture": self._png(),
            "css": bundle.style(),
            "js": bundle.javascript(),
            "story": packed.decode(),
        }.items():
            page = page.replace("{{" + name + "}}", text)
        files.write(path, page.encode())
        return path

    def close(self) -> None:
        """Stop playing, and take the widget off every page."""
        if self.player:
            self.rest()
        if self.comm is not None:
            self.layout.close()
        super().close()
        vars(self).pop("_repr_mimebundle_", None)  # ipywidgets puts None there: it says nothing

    @property
    def model_id(self) -> str:
        """What the page knows it by; ValueError where it is closed."""
        if self.comm is None:
            raise ValueError(self._closed)
        return self.comm.comm_id

    @property
    def _closed(self) -> str:
        name = type(self).__name__
        return f"this {name} was closed and cannot be shown any more: make a new one"


def _names(scene: dict) -> set:
    """The names of all controls and panels of a scene."""
    panels = scene["panels"]
    lists = [scene["first"], *(controls for _, controls in scene["more"])]
    lists += [panel.get("controls", []) for panel in panels]
    controls = {control["name"] for controls in lists for control in controls}
    return controls | {panel["id"] for panel in panels}


def _text(thing) -> dict:
    """Bytes as JSON can hold them; the page decodes them."""
    return {"base64": base64.b64encode(thing).decode()}
