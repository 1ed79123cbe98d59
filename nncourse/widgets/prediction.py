"""Predict first: a question before a picture, which stays covered until it is answered.

The questions and answers stay in the kernel; nothing is sent anywhere.
"""

from __future__ import annotations

from html import escape
from weakref import WeakSet

from nnlib.checks import shown
from nncourse.widgets.base.controls import is_number, plain
from nncourse.widgets.base.messages import Message
from nncourse.widgets.base.model import Model
from nncourse.widgets.base.recipe import read_recipe, write_recipe
from nncourse.widgets.base.stage import Stage
from nncourse.words import plural

_asked: dict[str, Question] = {}  # of this notebook, in order; asked again, one is open again
_tallies: WeakSet = WeakSet()
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Question(Model):
    """A question without its stage: the possible answers, the right one, and the one given.

    `choices` is a list of answers, of which `answer` is one, or None where a number is asked for; a
    number is right when it is at most `within` from `answer`. `why` is the explanation. Raises
    ValueError for a question without a right answer.

    >>> question = Question("2 + 2?", ["4", "5"], "4", "Count.")
    >>> question.guess(1)
    >>> question.sentence
    'Not this time. The answer is “4”. Count.'
    """

    NAME, TITLE = "prediction", "Predict first"
    PANELS = ({"id": "ask", "kind": "ask", "title": TITLE},)
    HANDS = ("guess", "skip")
    ABOUT = "A question of the course. To answer it, open the notebook that it comes from."

    def __init__(self, question: str, choices, answer, why: str, within: float = 0.0):
        if choices is None:
            if not is_number(answer) or not is_number(within) or within < 0:
                raise ValueError(
                    f"answer={shown(answer)}, within={shown(within)}: without choices, expected a"
                    " number and how far off it may be; or give a list of choices"
                )
        else:
            choices = [str(choice) for choice in choices]
            if str(answer) not in choices or len(set(choices)) < max(2, len(choices)):
                raise ValueError(
                    f"answer={answer!r}, choices={choices}: expected two different choices or more,"
                    " and the answer among them"
                )
            answer = str(answer)
        super().__init__()
        self.question, self.choices, self.answer = question, choices, plain(answer)
        self.why, self.within = why, plain(within)
        self.given = None  # the place of the choice that was given, or the number
        self.skipped = False

    # Hands

    def guess(self, given) -> None:
        """Answer, once: the place of a choice, counted from 0, or a number."""
        if self.choices is None and not is_number(given):
            raise ValueError(f"{shown(given)} given, expected a number")
        if self.choices is not None and (
            type(given) is not int or not 0 <= given < len(self.choices)
        ):
            raise ValueError(f"{str(given)[:40]} given: there are {len(self.choices)} choices")
        if not self.settled:
            self.given = plain(given)

    def skip(self) -> None:
        """See the picture without an answer."""
        self.skipped = not self.settled or self.skipped

    # The result

    @property
    def settled(self) -> bool:
        """Whether it is answered, or skipped."""
        return self.given is not None or self.skipped

    @property
    def right(self) -> bool | None:
        """Whether the answer is right; None without an answer."""
        if self.given is None:
            return None
        if self.choices is None:
            return abs(self.given - self.answer) <= self.within
        return self.choices[self.given] == self.answer

    @property
    def verdict(self) -> str:
        """The result and the explanation; empty before the question is answered or skipped."""
        if not self.settled:
            return ""
        result = {True: "Right.", False: "Not this time.", None: "Skipped."}[self.right]
        # Quoted, as a choice may be a word, a number or a whole sentence.
        shown = f"“{self.answer}”" if self.choices else f"{self.answer:g}"
        return f"{result} The answer is {shown}. {self.why}"

    @property
    def sentence(self) -> str:
        """The state in words: the question with its choices, or the result."""
        choices = " / ".join(self.choices or ["a number"])
        return self.verdict or f"Predict first: {self.question} ({choices})"

    # What the stage shows

    def scene(self) -> dict:
        """What is where on the stage: no button for a recipe, which holds the right answer."""
        return super().scene() | {"exits": []}

    def panels(self) -> dict:
        """What the panel shows now; it holds the right answer only once the question is settled."""
        place = self.choices.index(self.answer) if self.choices and self.settled else None
        return {"ask": {
            "question": self.question, "choices": self.choices, "no": 0,
            "check": "This is my guess", "main": True,
            "skip": "Show me without", "given": self.given, "skipped": self.skipped,
            "answer": place, "right": self.right, "verdict": self.verdict,
        }}  # fmt: skip

    def frame(self) -> dict:
        """What the stage shows now; the panel has the sentence already, so it is not the status."""
        return super().frame() | {"status": "", "covers": not self.settled}

    # Exits

    def recipe(self) -> str:
        """The question and the answer that was given, for `from_recipe`."""
        own = {"question": self.question, "choices": self.choices, "answer": self.answer,
               "why": self.why, "within": self.within, "given": self.given,
               "skipped": self.skipped}  # fmt: skip
        return write_recipe(self.NAME, own=own)

    @classmethod
    def from_recipe(cls, text: str) -> Question:
        own = read_recipe(text, cls.NAME).get("own", {})
        try:
            given, skipped = own.pop("given"), own.pop("skipped")
            question = cls(**own)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("this question is incomplete") from error
        if given is not None:
            question.guess(given)
        if skipped:
            question.skip()
        return question


class Prediction(Stage):
    """A question on its stage. The front end finds what to cover: see `frontend/around.js`."""

    MODEL = Question

    def _do(self, message: Message) -> None:
        super()._do(message)
        for tally in list(_tallies):
            tally._show()

    def _still(self) -> tuple[dict, dict]:
        # Text and no picture, so that it can be read aloud, searched and printed.
        question = self.lab
        items = "".join(f"<li>{escape(choice)}</li>" for choice in question.choices or ["a number"])
        asked = f"<p><strong>Predict first:</strong> {escape(question.question)}</p>"
        return {"text/html": f"{asked}<ul>{items}</ul>", "text/plain": self.sentence}, {}


def predict(question: str, choices=None, answer=None, why: str = "", *, within: float = 0.0):
    """Ask before showing: the next output stays covered until it is answered, or skipped.

    `choices` is a list, `answer` one of them; or choices is None and answer a number, and what is
    typed may be `within` of it. `why` is the sentence shown after any answer. Put the call into a
    cell of its own, before the cell whose picture gives the answer. Where no kernel runs, the
    question can be read, and nothing is covered. Raises ValueError for a question without a right
    answer.

    >>> predict("How many lines part XOR?", ["one", "two"], "two", "One leaves a corner.").sentence
    'Predict first: How many lines part XOR? (one / two)'
    """
    lab = Question(question, choices, answer, why, within)
    _asked.pop(question, None)
    _asked[question] = lab
    return Prediction(lab)


class _Tally(Model):
    """The tally without its stage."""

    NAME, TITLE = "tally", "Your predictions"
    PANELS = ({"id": "tally", "kind": "text", "title": TITLE},)
    HANDS = ()
    ABOUT = "How many predictions were made in a notebook of the course."

    @property
    def sentence(self) -> str:
        questions = list(_asked.values())
        right, wrong = (sum(q.right is result for q in questions) for result in (True, False))
        skipped = sum(q.skipped for q in questions)
        open_ = len(questions) - right - wrong - skipped
        parts = [
            (right, "right"),
            (wrong, "otherwise"),
            (skipped, "skipped"),
            (open_, "still open"),
        ]
        counts = ", ".join(f"{_word(n)} {how}" for n, how in parts if n) or "none asked yet"
        asked = f"{_word(len(questions)).capitalize()} {plural(len(questions), 'prediction')}"
        ending = " What surprised you is what you have learned." if wrong else ""
        return f"{asked} on this page: {counts}.{ending}"

    def panels(self) -> dict:
        marks = {True: "✓", False: "✗", None: "–"}
        lines = "\n".join(f"{marks[q.right]}  {q.question}" for q in _asked.values())
        return {"tally": {"text": lines}}


class Tally(Stage):
    """How the predictions of a notebook came out; `_tallies` are shown again after each answer."""

    MODEL = _Tally

    def _still(self) -> tuple[dict, dict]:
        return {"text/plain": self.sentence}, {}


def tally() -> Tally:
    """How the predictions of this notebook came out; it follows while they are made.

    >>> tally().sentence.split(" on ")[1].split(":")[0]
    'this page'
    """
    shown = Tally()
    _tallies.add(shown)
    return shown


def _word(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)
