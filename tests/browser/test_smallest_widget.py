"""The smallest widget of CONTRIBUTING.md is drawn, and its slider moved by keyboard."""

import re
from pathlib import Path

from hands import Hands

CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"
(CODE,) = re.findall(r"^```python\n(.*?)^```", CONTRIBUTING.read_text("utf-8"), re.M | re.S)


def test_the_smallest_widget_is_drawn_and_follows_its_slider(notebook, axe, screenshot):
    book = notebook(CODE, "wave = Wave()\nwave")
    hands = Hands(book.output(1))
    hands.says("It goes up and down 1.0 times.")
    before = hands.colours("curve")
    hands.key(hands.slider("how fast"), "ArrowRight", "ArrowRight")
    assert book.value("wave.lab.settings") == {"speed": 2.0}
    hands.says(book.value("wave.sentence"))
    assert hands.colours("curve") != before
    assert axe(hands.node) == []
    screenshot(book.page, "smallest")
