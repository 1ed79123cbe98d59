"""Whatever a page sends, a widget stays whole: it does what can be done, and refuses the rest.

Each widget is sent right messages, made up from what its stage shows, and wrong ones, made of these
by taking fields away, adding some, and putting in values that no page would send.
"""

import asyncio
import json
import marshal
import math
import re
import resource
import time

import numpy as np
import psutil
import pytest
from thorough import cases

from nncourse import widgets
from nncourse.bugs import SPECIMENS

pytestmark = pytest.mark.doors
DEEP = []
for _ in range(900):
    DEEP = [DEEP]
VALUES = [
    *(None, True, False, -1, 0, 1, 2, 7, 64, 10**6, -(10**9), 2**53, 10**30, -(10**400)),
    *(0.5, -0.5, 3.0, 1e-300, 1e308, math.nan, math.inf, -math.inf, 10**5000),
    *("", "x", "0", "1e5", "play", "None", "é\u202e\x00", "W" * 61, "n" * 10**6, "{}", "__class__"),
    *([], {}, [0], [[0, 0]], [None] * 5, list(range(10**5)), [[]] * 10**4, {"a": 1}, {"x": {}}),
    *([[[0.5, 0.5]]], [[[math.nan, 0]]], [[[0, 0], [1, 2]]], [["a"]], [[[0.1, 0.2]] * 30_000]),
    DEEP,
]
SLOW = 4  # times as long as on a machine that does nothing else
MEMORY = 500_000_000  # bytes that one message may take
HOSTILE = [marshal.dumps(value, 2) for value in VALUES]  # each message gets a copy of its own
ENVELOPE = ["do", "view", "no", "arguments", "name", "value", "frame"]
NO_WORDS = re.compile(
    r"^\w*(Error|Exception|Exit)\b|positional|unhashable|not supported|must be an"
)
MAKERS = {
    "playground": widgets.Playground,
    "playground with own points": lambda: widgets.Playground(
        np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) / 7
    ),
    "playground, lesson": lambda: widgets.Playground(data="circles", density="lesson"),
    "digits lab": lambda: widgets.DigitsLab(density="lab"),
    "luck map": lambda: widgets.LuckMap(hidden_units=[1, 2], learning_rate=[0.5, 8], seeds=5),
    "activations": lambda: widgets.ActivationExplorer(look="all"),
    "descent": widgets.Descent,
    "nudge test": widgets.NudgeTest,
    "ravine": widgets.Ravine,
    "optimizer race": lambda: widgets.OptimizerRace(seeds=2, passes=10, batch_size=128),
    "bug gallery": lambda: widgets.BugGallery(specimen=list(SPECIMENS)[0]),
    "spreadsheet": widgets.Spreadsheet,
    "fold": widgets.FoldThePlane,
    "kernel lab": widgets.KernelLab,
    "learned kernels": lambda: widgets.KernelLab(look="learned"),
    "stepper": widgets.BackpropStepper,
    "post switches": widgets.PostSwitches,
    "latent plane": widgets.LatentPlane,
    "tape": widgets.TapeDesk,
    "question": lambda: widgets.predict("Which?", ["this", "that"], "this", "So it is."),
    "question for a number": lambda: widgets.predict("How many?", None, 7, "Count.", within=1),
    "tally": widgets.tally,
}


def plain(frame, path="frame"):
    """What of a frame is no plain JSON, nor bytes, or too long to be meant."""
    if isinstance(frame, dict):
        yield from (f"{path} has the key {key!r}" for key in frame if type(key) not in (str, int))
        for key, value in frame.items():
            yield from plain(value, f"{path}[{key!r}]")
    elif isinstance(frame, list | tuple):
        for i, value in enumerate(frame):
            yield from plain(value, f"{path}[{i}]")
    elif type(frame) is float:
        if not math.isfinite(frame):
            yield f"{path} is {frame}"
    elif type(frame) is str:
        if len(frame) > 100_000:
            yield f"{path} has {len(frame)} letters"
    elif type(frame) not in (int, bool, bytes, type(None)):
        yield f"{path} is a {type(frame).__name__}"
    elif type(frame) is int and abs(frame) > 2**53:
        yield f"{path} is an int of {frame.bit_length()} bits"


def largest() -> int:
    """The most bytes of memory that this process has ever held."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Page:
    """A page that shows a widget, and sends what it likes; all chance comes from one generator."""

    def __init__(self, name):
        self.widget = MAKERS[name]()
        self.rng = np.random.default_rng(sum(map(ord, name)))
        self.no = 0

    def one(self, things):
        things = list(things)
        return things[int(self.rng.integers(len(things)))]

    def right(self) -> dict:
        """A message as the page sends it, made up from what stands on the stage."""
        self.no += 1
        about = {"view": "nnlib-a", "no": self.no} | self.one([{}] * 5 + [{"again": True}])
        hands = [*self.widget.lab.HANDS, *self.widget.HANDS, *["set"] * 4, "seen", "hello", "bye"]
        hands += ["play"] * ("play" in self.widget.lab.BUTTONS)
        hands += [name for name, _ in self.widget.scene["exits"]] + ["close", "open"]
        do = self.one(hands)
        if do == "seen":
            return {
                "do": do,
                "frame": int(self.rng.integers(self.widget.frame["no"] + 1)),
                "view": "a",
            }
        if do in ("hello", "bye"):
            return {"do": do, "view": "nnlib-a"}
        if do == "play":
            return {"do": do, "on": bool(self.rng.integers(2)), **about}
        if do == "set":
            controls = self.widget.lab.controls
            if not controls:
                return {"do": "close", **about}
            name = self.one(controls)
            return {"do": do, "name": name, "value": self.setting(controls[name]), **about}
        return {"do": do, "arguments": self.arguments(do), **about}

    def setting(self, control):
        if hasattr(control, "options"):
            return self.one(control.options)
        if not hasattr(control, "low"):
            return bool(self.rng.integers(2))
        high = min(control.high, 12) if control.name in ("seeds", "hidden_layers") else control.high
        value = self.rng.uniform(control.low, high)
        return int(value) if control.whole else float(f"{value:.4g}")

    def number(self) -> float:
        return round(float(self.rng.normal()), 4)

    def place(self) -> int:
        return int(self.rng.integers(12))

    def arguments(self, do) -> list:
        """Fields that fit in kind, and often to what there is."""
        panel = self.one(self.widget.scene["panels"])["id"]
        numbers = [self.number(), self.number()]
        if do == "open":
            return [self.one(["{}", "[]", '{"nnlib": "playground 1"}', self.recipe()])]
        return {
            "look": [self.one([*self.widget.frame["moments"], 3])],
            "change": [self.one(["W", "X", "b", "W1", "b1", "W2", "Y"]), self.place(), numbers[0]],
            "drag": [*self.hand(panel), *numbers],
            "choose": [panel, *[self.place() for _ in range(1 + self.rng.integers(2))]],
            "point": self.one([[], [panel, self.place()], ["network", "weight", self.place()],
                               ["network", "unit", 1, self.place() % 4], ["Z1", self.place()]]),
            "guess": [self.place() % 6],
            "draw": [[self.rng.random((4, 2)).tolist()] * self.one([0, 1, 1, 3])],
            "move": [self.place(), *numbers],
            "add": [*numbers, 1.0][: self.one([2, 3])],
            "delete": [self.place()],
            "recolour": [self.place()],
            "weight": [self.place(), numbers[0]],
        }.get(do, [])  # fmt: skip

    def hand(self, panel) -> list:
        """What can be dragged on one of the planes, and that plane."""
        planes = self.widget.frame["panels"].items()
        held = [[name, part["hand"]] for name, payload in planes if payload
                for kind in ("lines", "dots") for part in payload.get(kind) or []
                if isinstance(part, dict) and part.get("hand")]  # fmt: skip
        return self.one(held or [[panel, "start"]])

    def recipe(self) -> str:
        exits = [name for name, _ in self.widget.scene["exits"]]
        return self.widget.lab.recipe() if "recipe" in exits else "{}"

    def wrong(self):
        return marshal.loads(self.one(HOSTILE))

    def hostile(self):
        """A right message after one to three wounds, or something that is no message."""
        if self.rng.random() < 0.03:
            return self.wrong()
        message = self.right()
        for _ in range(1 + self.rng.integers(3)):
            wound = self.rng.integers(6)
            field = self.one(message) if message and self.rng.random() < 0.8 else self.one(ENVELOPE)
            arguments = message.get("arguments")
            if wound == 0:
                message.pop(field, None)
            elif wound == 1:
                message[self.one(["extra", "", *ENVELOPE])] = self.wrong()
            elif wound == 2 or not isinstance(arguments, list) or not arguments:
                message[field] = self.wrong()
            elif wound == 3:
                message["arguments"] = [*arguments, self.wrong()]
            elif wound == 4:
                message["arguments"] = arguments[:-1]
            else:
                arguments[int(self.rng.integers(len(arguments)))] = self.wrong()
        return message

    def send(self, content) -> None:
        """Send a message the whole way, and see that what comes of it is true."""
        frame, before = self.widget.frame, marshal.dumps(content, 2)
        buffers = self.one([[]] * 30 + [[b"bytes"]])
        held, most, begun = psutil.Process().memory_info().rss, largest(), time.thread_time()
        data = {"method": "custom", "content": content}
        self.widget._handle_msg({"content": {"data": data}, "buffers": buffers})
        seconds, after = time.thread_time() - begun, self.widget.frame
        trains = isinstance(content, dict) and content.get("do") == "open"
        assert marshal.dumps(content, 2) == before, "the message was changed"
        assert [*plain(after)] == []
        trouble = after["trouble"]
        assert len(trouble) <= 300, trouble
        assert not NO_WORDS.search(trouble), trouble
        if trouble and trouble not in (frame["trouble"], self.widget.lab.trouble):
            same = ["panels", "values", "status", "at", "moments", "generation"]
            assert not [name for name in same if after[name] != frame[name]], trouble
        assert seconds < SLOW * 2 or trains, seconds
        assert largest() == most or largest() - held < MEMORY, f"{largest() - held:,} bytes"

    def is_whole(self) -> None:
        """Its recipe makes the same again, in another widget."""
        recipe = self.recipe()
        if recipe == "{}":
            return
        lab, again = self.widget.lab, type(self.widget.lab).from_recipe(recipe)
        assert json.loads(again.recipe()) == json.loads(recipe)
        assert again.settings == lab.settings


@pytest.mark.parametrize("name", MAKERS)
def test_a_widget_does_what_can_be_done_and_refuses_the_rest_in_words(name):
    async def sent():  # where a loop runs, as in a notebook: what plays takes no step by itself
        page = Page(name)
        for k in range(cases(10_000, 100)):
            page.send(page.hostile() if page.rng.random() < 0.7 else page.right())
            if k % 10 == 0 and page.widget.lab.trouble == "":
                page.widget.train(1)
            if k % 500 == 0:
                page.is_whole()
        page.is_whole()
        page.widget.close()

    asyncio.run(sent())
